import type { TableName } from '../../core/ports/target';
import { dropKeys, keysTo, putKeysBack, type LiveKey } from './referencing-keys';
import type { Session } from '../session/session';

/**
 * Runs `work`, which takes rows out of the table, with the other keys that lead to it. Rows of others that refer to it by a key that is
 * NOT VALID may have referred to nothing before the run: they are neither to hinder that, nor to be deleted or cleared by it. Such keys
 * are away meanwhile, in one transaction.
 */
export async function withoutUncheckedKeys<T>(
  session: Session,
  { runId, table }: { readonly runId: string; readonly table: TableName },
  work: (keysTo: readonly LiveKey[]) => Promise<T>,
): Promise<T> {
  const keys = await keysTo(session, table);
  const isUnchecked = ({ definition }: LiveKey): boolean => definition.endsWith(' NOT VALID');
  const unchecked = keys.filter(isUnchecked);
  await dropKeys(session, unchecked);
  const done = await work(keys.filter((key) => !isUnchecked(key)));
  await putKeysBack({ session, runId }, unchecked);
  return done;
}
