import type { TableName } from '../../core/ports/target';
import { dropKeys, putKeysBack, referencingKeys } from './referencing-keys';
import type { Session } from '../session/session';
import { tableOid } from '../catalogue/table-oid';

/**
 * Runs `work`, which takes rows out of the table. Rows of others that refer to it by a key that is NOT VALID may have referred to nothing
 * before the run: they are neither to hinder that, nor to be deleted or cleared by it. Such keys are away meanwhile, in one transaction.
 */
export async function withoutUncheckedKeys<T>(
  session: Session,
  { runId, table }: { readonly runId: string; readonly table: TableName },
  work: () => Promise<T>,
): Promise<T> {
  const oid = await tableOid(session, table);
  const keys = oid === null ? [] : await referencingKeys(session, [oid]);
  const unchecked = keys.filter(({ definition }) => definition.endsWith(' NOT VALID'));
  await dropKeys(session, unchecked);
  const done = await work();
  await putKeysBack({ session, runId }, unchecked);
  return done;
}
