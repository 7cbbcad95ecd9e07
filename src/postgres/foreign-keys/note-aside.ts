import { sameTable } from '../../core/mapping/table-name';
import type { TableName } from '../../core/ports/target';
import { sameReference } from '../../core/mapping/same-reference';
import type { LiveForeignKey } from '../catalogue/live-keys';
import type { Session } from '../session/session';
import { ident } from '../session/sql';
import { detailsOf, journalKey, journalKeysOf, type JournalKey } from './journal';

/** In place of the definition of a relation that has no constraint. */
export const NOT_ENFORCED = '';

interface LiveKeys {
  readonly runId: string;
  readonly table: TableName;
  /** All foreign keys that the table has now; they are dropped in the same transaction. */
  readonly live: readonly LiveForeignKey[];
}

/**
 * Notes the keys of a table as aside, each as the catalogue has it now. Between two starts of a run its owner may have changed a key,
 * renamed it or dropped it: what an earlier start has noted would bring the former key back, or would pass for a key in force.
 */
export async function noteKeysAside(session: Session, schema: string, { runId, table, live }: LiveKeys): Promise<void> {
  const noted = (await journalKeysOf(session, schema, runId)).filter((entry) => sameTable(entry.table, table));
  const isLive = ({ name }: JournalKey): boolean => live.some((key) => key.name === name);
  const closed = new Set(noted.filter((entry) => entry.state !== 'aside' && isConstraint(entry) && !isLive(entry)));
  for (const key of live) {
    const named = noted.filter(({ name }) => name === key.name);
    const renamed = [...closed].find((entry) => sameReference(entry, key));
    const entries = named.length > 0 ? named : renamed === undefined ? [] : [renamed];
    for (const entry of entries) {
      closed.delete(entry);
      await noteAgain(session, schema, { entry, key });
    }
    if (entries.length === 0) await journalKey(session, schema, { runId, table, key, state: 'aside' });
  }
  for (const { seq } of closed)
    await session.query(`update ${ident(schema)}.journal set restore_sql = $2 where seq = $1`, [seq, NOT_ENFORCED]);
}

function isConstraint({ definition }: JournalKey): boolean {
  return definition !== NOT_ENFORCED;
}

/**
 * Only whether it was valid is kept of the former entry of the same key: an earlier start may have brought it back NOT VALID because the
 * rows were not all there. Orphans count for the reference that they were orphans of.
 */
async function noteAgain(
  session: Session,
  schema: string,
  { entry, key }: { readonly entry: JournalKey; readonly key: LiveForeignKey },
): Promise<void> {
  const isSame = isConstraint(entry) && proven(entry) === proven(key);
  const validated = key.validated || (isSame && entry.validated);
  await session.query(
    `update ${ident(schema)}.journal set state = 'aside', closed_at = null, object = $2, restore_sql = $3,
       details = details || $4::jsonb, orphans = case when $5 then orphans else 0 end where seq = $1`,
    [
      entry.seq,
      key.name,
      validated ? proven(key) : key.definition,
      JSON.stringify(detailsOf({ ...key, validated })),
      sameReference(entry, key),
    ],
  );
}

function proven({ definition }: Pick<LiveForeignKey, 'definition'>): string {
  return definition.replace(/ NOT VALID$/, '');
}
