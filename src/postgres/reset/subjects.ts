import { MigrationError } from '../../core/errors';
import type { TableName } from '../../core/ports/target';
import type { ResetScope } from '../../core/run/reset';
import { AFTER_THE_LOAD } from '../ledger/schema/schema';
import { onlyRow, type Session } from '../session/session';
import { equalities, ident, pairsOf } from '../session/sql';
import { impossible } from './reset-errors';
import { sharedRows, type SharedRows } from './shared-rows';
import { imagesSql, ownRow, readTableColumns, writersSql, type TableColumns } from './own-rows';

/** One reset: of which run, of what of it, by the ledger in which schema. */
export interface Resetting {
  readonly session: Session;
  readonly schema: string;
  readonly runId: string;
  readonly scope: ResetScope;
  /** What tells this server from others; null where it cannot be asked. */
  readonly system: string | null;
}

/** An entity of the run with the table that its rows are in. */
export interface Subject {
  readonly entity: string;
  readonly table: TableName;
  readonly oid: number;
  readonly columns: TableColumns;
  /** Rows of the run as it left them; `putBack` of them have overwritten others. */
  readonly own: number;
  readonly putBack: number;
  /** Rows that the ledger says are there. */
  readonly expected: number;
}

export interface Subjects {
  readonly subjects: readonly Subject[];
  /** Entities whose table is no longer there. */
  readonly gone: readonly string[];
}

/** Transactions after which numbers would begin to come again; half of them, to be safe. */
const MOST_AGE = 2_147_483_648;

interface Row {
  readonly entity: string;
  readonly schema_name: string;
  readonly table_name: string;
  readonly table_oid: number | null;
  readonly oid: number | null;
  readonly moved: boolean;
  readonly same_database: boolean;
  readonly system_identifier: string | null;
  readonly expected: string;
}

/** The entities that have rows in the target by the ledger. Throws RESET_IMPOSSIBLE where they cannot be told there. */
export async function readSubjects(resetting: Resetting): Promise<Subjects> {
  const { session, schema, runId, scope } = resetting;
  const s = ident(schema);
  const { rows } = await session.query<Row>(
    `select e.entity, e.schema_name, e.table_name, e.table_oid, e.system_identifier, c.oid,
       c.oid is null and exists (select from pg_class m where m.oid = e.table_oid) as moved,
       e.database_oid = (select oid from pg_database where datname = current_database()) as same_database,
       (select coalesce(sum(l.inserted + l.updated), 0) from ${s}.chunk_load l where l.run = e.run and l.entity = e.entity)
         - (select count(*) from ${s}.reject r where r.run = e.run and r.entity = e.entity and r.chunk = ${AFTER_THE_LOAD}) as expected
     from ${s}.entity_table e left join pg_class c on c.oid = to_regclass(format('%I.%I', e.schema_name, e.table_name))
     where e.run = $1 and ($2::text[] is null or e.entity = any ($2)) order by e.entity`,
    [runId, scope === 'all' ? null : scope],
  );
  // What was never loaded leaves nothing to be told, wherever its table is now.
  const loaded = rows.filter((row) => Number(row.expected) > 0);
  const [there, gone] = [loaded.filter((row) => row.oid !== null || row.moved), loaded.filter(isGone)];
  for (const row of there) refuseStranger(row, resetting);
  const entities = there.map(({ entity }) => entity);
  await refuseOldNumbers(resetting, entities);
  const subjects: Subject[] = [];
  for (const row of there) {
    await refuseSharedRows(resetting, row, entities);
    const before = subjects.filter(({ oid }) => oid === row.oid).map(({ entity }) => entity);
    subjects.push(await subjectOf(resetting, row, before));
  }
  refuseSurplus(subjects, runId);
  return { subjects, gone: gone.map(({ entity }) => entity) };
}

function isGone({ oid, moved }: Row): boolean {
  return oid === null && !moved;
}

/** Elsewhere, or in a table made anew, the same numbers are those of other transactions. */
function refuseStranger(row: Row, { runId, system }: Resetting): void {
  const { entity, table_oid: noted, oid, same_database: sameDatabase, system_identifier: of } = row;
  if (noted === null) throw impossible(entity, runId, 'was loaded by an earlier version, which did not note its rows');
  if ((of !== null && system !== null && of !== system) || !sameDatabase) {
    throw impossible(
      entity,
      runId,
      'is in another database than it was loaded into: this one was restored from a dump',
    );
  }
  if (oid !== noted)
    throw impossible(entity, runId, 'is not in the table that was loaded: it was renamed or made anew');
}

async function refuseOldNumbers({ session, schema, runId }: Resetting, entities: readonly string[]): Promise<void> {
  const { rows } = await session.query<{ age: string | null; ahead: boolean | null }>(
    `select txid_snapshot_xmax(txid_current_snapshot()) - min(w.txid) as age,
       max(w.txid) > txid_snapshot_xmax(txid_current_snapshot()) as ahead from (${writersSql(schema)}) w`,
    [runId, entities],
  );
  const { age, ahead } = onlyRow(rows);
  if (Number(age) > MOST_AGE || ahead === true) {
    throw impossible(entities.join(', '), runId, 'was loaded too many transactions ago');
  }
}

/** `before`: entities of the same table, whose rows are counted already: the ledger of an earlier cutover notes some for several. */
async function subjectOf({ session, schema, runId }: Resetting, row: Row, before: readonly string[]): Promise<Subject> {
  const { entity } = row;
  const table = { schema: row.schema_name, name: row.table_name };
  const columns = await readTableColumns(session, table);
  const counted = await session.query<{ own: string; put_back: string }>(
    `select (select count(*) from ${columns.rows} t where ${ownRow('t', schema)}
         and not ${ownRow('t', schema, '$3')}) as own,
       (select count(*) from (${putBackSql({ schema, table, columns })}) b) as put_back`,
    [runId, [entity], before],
  );
  const { own, put_back: putBack } = onlyRow(counted.rows);
  const expected = Number(row.expected);
  return { entity, table, oid: Number(row.oid), columns, own: Number(own), putBack: Number(putBack), expected };
}

/**
 * Rows of the ledger's account that can no longer be identified. Where an entity has more rows than its account, that of another entity of the
 * table is short of them (an orphan's account is that of one of its entities): then the first of them answers for the table.
 */
export function lostRows(of: Subject, subjects: readonly Subject[]): number {
  const sharing = subjects.filter(({ oid }) => oid === of.oid);
  const lost = ({ expected, own }: Subject): number => expected - own;
  if (sharing.every((one) => lost(one) >= 0)) return lost(of);
  return sharing[0] === of ? sharing.reduce((sum, one) => sum + lost(one), 0) : 0;
}

/** More rows than were loaded: some of those that look like the run's are not. */
function refuseSurplus(subjects: readonly Subject[], runId: string): void {
  for (const subject of subjects) {
    const surplus = -lostRows(subject, subjects);
    if (surplus > 0)
      throw impossible(subject.entity, runId, `has ${surplus} rows more that look like those of the run`);
  }
}

/** SQL: the former values of rows that are still as the run has overwritten them; `$1` is the run, `entities` an array of the one entity. */
export function putBackSql(
  { schema, table, columns }: Pick<Subject, 'table' | 'columns'> & { readonly schema: string },
  entities = '$2',
): string {
  const images = imagesSql(schema, { table, columns }, `(${entities}::text[])[1]`);
  // A table without a primary key cannot be updated by a load.
  if (columns.primaryKey.length === 0) return `${images} limit 0`;
  const same = equalities('t', 'b', pairsOf(columns.primaryKey));
  return `select b.* from (${images}) b where exists (select from ${columns.rows} t where ${same} and ${ownRow('t', schema, entities)})`;
}

/** Rows that may as well be those of an entity that is to stay. */
async function refuseSharedRows(
  resetting: Resetting,
  { entity, schema_name: schema, table_name: name }: Row,
  going: readonly string[],
): Promise<void> {
  const shared = await sharedRows(resetting, { entity, table: { schema, name }, going });
  if (shared.rows > 0) throw notToldApart(entity, resetting.runId, shared);
}

function notToldApart(entity: string, runId: string, { rows, others: names, together }: SharedRows): MigrationError {
  const others = names.join(', ');
  return new MigrationError(
    'RESET_IMPOSSIBLE',
    `an earlier version has repaired ${rows} rows of ${entity} and ${others} under one number: whose they are cannot be told`,
    { hint: `Nothing was changed. Reset them together: ${together}.`, facts: { runId, entity, rows, others } },
  );
}
