import { sameTable } from '../../core/mapping/table-name';
import type { TableName } from '../../core/ports/target';
import type { JournalKey } from '../foreign-keys/journal';
import { journalKeysOf } from '../foreign-keys/journal';
import type { Session } from '../session/session';
import { ident, qualified } from '../session/sql';
import { objectsAside, type AsideObject } from './aside-object';

/** The tables whose keys are set aside, and those of them that had rows before the run: somebody may live on these. */
export interface Tables {
  readonly tables: readonly TableName[];
  readonly living: readonly TableName[];
}

/** What of a run is to be brought back however it ends. */
interface LivingAside {
  readonly keys: readonly JournalKey[];
  readonly objects: readonly AsideObject[];
}

/**
 * Notes which of a run's keys come back however it ends: all but those between tables that it alone fills. A parent that is none of the
 * run's has its rows from elsewhere.
 */
export async function noteLivingKeys(
  session: Session,
  schema: string,
  { runId, tables, living }: Tables & { readonly runId: string },
): Promise<void> {
  const among = (list: readonly TableName[], table: TableName): boolean => list.some((one) => sameTable(one, table));
  for (const { seq, table, parent, state } of await journalKeysOf(session, schema, runId)) {
    if (state !== 'aside') continue;
    const isLiving = among(living, table) || among(living, parent) || !among(tables, parent);
    await session.query(
      `update ${ident(schema)}.journal set details = details || jsonb_build_object('living', $2::bool) where seq = $1`,
      [seq, isLiving],
    );
  }
}

/** The same of triggers, rules and indexes of one table and its partitions. */
export async function noteLivingObjects(
  session: Session,
  schema: string,
  { runId, table, isLiving }: { readonly runId: string; readonly table: TableName; readonly isLiving: boolean },
): Promise<void> {
  await session.query(
    `update ${ident(schema)}.journal set details = details || jsonb_build_object('living', $2::bool)
     where run = $1 and kind in ('trigger', 'rule', 'index') and state = 'aside' and to_regclass(format('%I.%I', schema_name, table_name))
       in (select to_regclass($3) union select relid from pg_partition_tree(to_regclass($3)))`,
    [runId, isLiving, qualified(table)],
  );
}

/** What the run holds aside now of what must not stay away. */
export async function livingAside(session: Session, schema: string, runId: string): Promise<LivingAside> {
  const { rows } = await session.query<{ seq: string }>(
    `select seq from ${ident(schema)}.journal where run = $1 and state = 'aside' and details ->> 'living' = 'true'`,
    [runId],
  );
  const living = new Set(rows.map(({ seq }) => seq));
  const keys = await journalKeysOf(session, schema, runId);
  const objects = await objectsAside(session, schema, runId);
  return { keys: keys.filter(({ seq }) => living.has(seq)), objects: objects.filter(({ seq }) => living.has(seq)) };
}
