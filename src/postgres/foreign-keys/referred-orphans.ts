import { visibleSql } from '../../core/words/visible-sql';
import { counted } from '../../core/counted';
import { MigrationError } from '../../core/errors';
import { plainName } from '../../core/mapping/table-name';
import type { OrphanRule, TableName } from '../../core/ports/target';
import { rowsOf } from '../catalogue/rows-of';
import { onlyRow, type Session } from '../session/session';
import { columnList, equalities, ident, pairsOf, qualified } from '../session/sql';
import type { LiveKey } from './referencing-keys';

/** Orphans that are to be removed from a table, or changed in it. */
interface OrphansToSettle {
  readonly runId: string;
  readonly rule: Pick<OrphanRule, 'entity'>;
  readonly child: TableName;
  /** SQL: the rows of the table. */
  readonly childRows: string;
  /** SQL with `$1` the run and `$2` the entity: the row `c` is one of them. */
  readonly orphans: string;
  /** The foreign keys to the table. */
  readonly keys: readonly LiveKey[];
  /** Columns that are changed; absent if the rows are removed. */
  readonly changing?: readonly string[];
}

/**
 * Throws LOAD_FAILED if other rows refer to these orphans: an enforced key would refuse the statement, or delete or change the referring
 * rows without a trace (ON DELETE CASCADE, SET NULL). Locks the orphans first, so that no row can begin to refer to them meanwhile.
 */
export async function refuseReferred(session: Session, settled: OrphansToSettle): Promise<void> {
  const { changing } = settled;
  const keys = settled.keys.filter(
    ({ enforced, parentColumns }) =>
      enforced && (changing === undefined || parentColumns.some((name) => changing.includes(name))),
  );
  if (keys.length === 0 || (await lockOrphans(session, settled)) === 0) return;
  const found: string[] = [];
  for (const key of keys) {
    const name = `${plainName(key.table)} by ${key.name}`;
    if (!key.readable) throw unreadable(settled, key, name);
    const rows = await countReferring(session, settled, key);
    if (rows > 0) found.push(`${name} (${counted(rows, 'row')})`);
  }
  if (found.length > 0) throw referred(settled, found);
}

async function lockOrphans(session: Session, { runId, rule, childRows, orphans }: OrphansToSettle): Promise<number> {
  const { rows } = await session.query<{ locked: string }>(
    `select count(*) as locked from (select 1 from ${childRows} c where ${orphans} for update of c) orphan`,
    [runId, rule.entity],
  );
  return Number(onlyRow(rows).locked);
}

async function countReferring(
  session: Session,
  { runId, rule, childRows, orphans }: OrphansToSettle,
  { table, columns, parentColumns }: LiveKey,
): Promise<number> {
  const { rows } = await session.query<{ referring: string }>(
    `select count(*) as referring from ${await rowsOf(session, table)} n
     where exists (select from ${childRows} c where ${equalities('c', 'n', pairsOf(parentColumns, columns))} and ${orphans})`,
    [runId, rule.entity],
  );
  return Number(onlyRow(rows).referring);
}

function referred({ child, rule: { entity } }: OrphansToSettle, found: readonly string[]): MigrationError {
  const message = `other rows refer to rows of ${plainName(child)} without a parent: ${found.join(', ')}`;
  return new MigrationError('LOAD_FAILED', message, {
    hint: 'None of these orphans was moved or cleared: the foreign keys would delete or change the rows that refer to them, or refuse the statement. Point those rows to other rows, or insert the missing parents.',
    facts: { entity, keys: found.join(', ') },
  });
}

function unreadable(
  { child, rule: { entity } }: OrphansToSettle,
  { table, columns, owner, role }: LiveKey,
  name: string,
): MigrationError {
  const granting = `grant usage on schema ${ident(table.schema)} to ${ident(role)}; grant select (${columnList(columns)}) on ${qualified(table)} to ${ident(role)}`;
  const message = `rows of ${plainName(child)} have no parent, and this user cannot see whether other rows refer to them: ${name}`;
  return new MigrationError('LOAD_FAILED', message, {
    hint: `Have ${owner} run: ${visibleSql(granting)}.`,
    facts: { entity, keys: name },
  });
}
