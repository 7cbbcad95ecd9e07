import type { TableName } from '../../core/ports/target';
import type { RowOwner } from '../../core/ports/target-reader';
import type { Session } from '../session/session';
import { SETTING } from '../../core/run/run-settings';
import { systemIdentifier } from '../session/server-facts';
import { literal, qualified } from '../session/sql';
import { writersOfTable } from './former-owners';
import type { EntityRun } from './plan-rows';
import type { ReadableLedger } from './schema/readable';
import { endedBySql, writtenBySql, XIDS } from './written-by';

/** By what the xmin of a row of one table tells, for one entity of one run, whose row it is. */
export interface RowOwners {
  /** Whether the ledger knows the writers of all rows that the run has loaded for the entity. */
  readonly tracked: boolean;
  /** SQL: the owner of a row, as one of the letters of `RowOwner`. */
  readonly ownerSql: (row: string) => string;
  /** SQL: whether a row was there before the run, as it is now, whoever wrote it. */
  readonly formerSql: (row: string) => string;
}

interface Writer {
  readonly writer: string;
  readonly own: boolean;
  /** Noted for another entity, or another run. */
  readonly other: boolean;
  /** Of a run that has overwritten rows of this one. */
  readonly later: boolean;
}

/** What the ledger says of the writers of a table, as it is now. */
export async function readRowOwners(
  session: Session,
  of: ReadableLedger['of'],
  { runId, entity, table }: EntityRun & { readonly table: TableName },
): Promise<RowOwners> {
  const { rows } = await session.query<Writer>(writersSql(of), [runId, entity, qualified(table)]);
  const former = await readFormer(session, of, { runId, entity, table });
  return {
    tracked: await isTracked(session, of, { runId, entity }),
    ownerSql: (row) => ownerSql(row, { writers: rows, former }),
    formerSql: (row) => (former === null ? olderThanChunks(of, runId, row) : writtenBefore(former, row)),
  };
}

/** Every number under which rows of the table were written, once. */
function writersSql(of: ReadableLedger['of']): string {
  return `
    with own as (${writtenBySql(of)}), of as (${writersOfTable(of, '= to_regclass($3)::oid')}),
    later as (select distinct r.run from ${of('replaced')} r join ${of('entity_table')} e using (run, entity)
      where e.table_oid = to_regclass($3)::oid and r.run <> $1 and r.writer in (select * from own)),
    noted as (
      select w as writer, true as own, false as other, false as later from own o (w)
      union all
      select writer, false, true, run in (select run from later) from of where (run, entity) <> ($1, $2))
    select writer::text, bool_or(own) as own, bool_or(other) as other, bool_or(later) as later from noted group by writer`;
}

/** A chunk that was loaded by an earlier cutover has no number; an entity without any chunk has nothing to be told. */
async function isTracked(session: Session, of: ReadableLedger['of'], { runId, entity }: EntityRun): Promise<boolean> {
  const { rows } = await session.query<{ tracked: boolean }>(
    `select not exists (select from ${of('chunk_load')} l
       where run = $1 and entity = $2 and written_by is null and inserted + updated > 0) as tracked`,
    [runId, entity],
  );
  return rows[0]?.tracked ?? false;
}

/** What tells the rows that were there before the run. */
interface Former {
  /** A snapshot of transactions, taken before the run counted the rows of its tables. */
  readonly moment: string;
  /** Number of the next transaction, when this was asked. */
  readonly next: string;
}

/** Null where the run is of an earlier cutover, or this is not the very table that it has loaded: there the numbers mean nothing. */
async function readFormer(
  session: Session,
  of: ReadableLedger['of'],
  { runId, entity, table }: EntityRun & { readonly table: TableName },
): Promise<Former | null> {
  const { rows } = await session.query<Former>(
    `select r.settings ->> '${SETTING.rowsBeforeAt}' as moment, txid_snapshot_xmax(txid_current_snapshot())::text as next
     from ${of('entity_table')} e join ${of('run')} r on r.id = e.run
     where e.run = $1 and e.entity = $2 and e.table_oid = to_regclass($3)::oid and e.system_identifier = $4
       and e.database_oid = (select oid from pg_database where datname = current_database()) and r.settings ? '${SETTING.rowsBeforeAt}'`,
    [runId, entity, qualified(table), await systemIdentifier(session)],
  );
  return rows[0] ?? null;
}

function writtenBefore({ moment, next }: Former, row: string): string {
  return endedBySql(numberOf(row), next, literal(moment));
}

/** Without a snapshot: older than whatever the run has written, which leaves out rows that came between its start and its first chunk. */
function olderThanChunks(of: ReadableLedger['of'], runId: string, row: string): string {
  const first = `select (min(w) % ${XIDS})::text::xid from ${of('chunk_load')} l, unnest(l.written_by) w where l.run = ${literal(runId)}`;
  return `coalesce(age(${row}.xmin) > age((${first})), true)`;
}

function numberOf(row: string): string {
  return `${row}.xmin::text::bigint`;
}

function ownerSql(
  row: string,
  { writers, former }: { readonly writers: readonly Writer[]; readonly former: Former | null },
): string {
  const number = numberOf(row);
  const owners: readonly (readonly [RowOwner, (writer: Writer) => boolean])[] = [
    ['t', ({ own, other }) => own && !other],
    ['s', ({ own, other }) => own && other],
    ['l', ({ own, later }) => !own && later],
    ['o', ({ own, later, other }) => !own && !later && other],
  ];
  const cases = owners.flatMap(([owner, chosen]) => {
    const list = writers.filter(chosen).map(({ writer }) => writer);
    // As a subselect, which the server hashes: a scan asks it of every row.
    return list.length === 0
      ? []
      : [`when ${number} in (select unnest('{${list.join(',')}}'::bigint[])) then '${owner}'`];
  });
  if (former !== null) cases.push(`when ${writtenBefore(former, row)} then 'o'`);
  return cases.length === 0 ? `'f'` : `case ${cases.join(' ')} else 'f' end`;
}
