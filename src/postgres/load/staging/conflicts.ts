import type { Conflicts } from '../../../core/run/conflicts';
import { MigrationError } from '../../../core/errors';
import type { PreparedChunk } from '../../../core/run/outcomes';
import { keepingForReset } from '../../session/too-large';
import { writtenBySql } from '../../ledger/written-by';
import type { Session } from '../../session/session';
import { columnList, ident, qualified } from '../../session/sql';
import type { LedgerChunk } from '../shape/chunk-record';
import type { UniqueIndex } from '../../catalogue/constraints';
import { sameKey, TARGET } from './duplicates';
import { duplicateKey, propertyOf } from './row-fault';
import { isAmong, ORDINAL, STAGING, stagedRows, UPDATES } from './staging-table';
import type { TableShape } from '../shape/table-shape';

/** A chunk's staged rows, and where the ledger knows which rows of the target are the run's own. */
export interface StagedChunk {
  readonly session: Session;
  readonly shape: TableShape;
  readonly chunk: PreparedChunk;
  readonly id: LedgerChunk;
}

/** The index by which a row is the same as one in the target. */
export interface Arbiter extends UniqueIndex {
  readonly primaryKey: readonly string[];
}

/**
 * The primary key, else the first unique index that is loaded whole. Null where the table has no primary key, by which what is overwritten
 * could be found again.
 */
export function arbiterOf(shape: TableShape, uniques: readonly UniqueIndex[]): Arbiter | null {
  const loaded = new Set(shape.columns.map(({ name }) => name));
  const primary = uniques.find((index) => index.primary);
  const arbiter = uniques.find(({ columns }) => columns.every((column) => loaded.has(column)));
  return primary === undefined || arbiter === undefined ? null : { ...arbiter, primaryKey: primary.columns };
}

/** Takes out the rows whose key the target had before the run. How many. */
export async function skipConflicts(staged: StagedChunk, arbiter: Arbiter): Promise<ReadonlySet<number>> {
  const { session } = staged;
  const { rows } = await session.query<{ ordinal: number }>(
    `delete from ${STAGING} where ${isAmong(conflictsSql(staged, arbiter))} returning ${ORDINAL} as ordinal`,
    ownerParameters(staged),
  );
  return new Set(rows.map(({ ordinal }) => ordinal));
}

/** Marks the rows that overwrite one which the target had before the run. */
export async function markUpdates(staged: StagedChunk, arbiter: Arbiter): Promise<void> {
  const { session, shape } = staged;
  // First locked, then judged by a statement of its own: while this one waits, another lane may have made the row the run's.
  await session.query(
    `select count(*) from (select 1 from (${stagedRows(shape)}) s join ${shape.rows} ${TARGET}
       on ${sameKey(arbiter)} order by s.${ORDINAL} for update of ${TARGET}) locked`,
  );
  await session.query(
    `update ${STAGING} set ${UPDATES} = true where ${isAmong(conflictsSql(staged, arbiter))}`,
    ownerParameters(staged),
  );
}

/** Throws TARGET_CONFLICT for the first row of which the target had a key before the run. */
export async function refuseConflicts(staged: StagedChunk, uniques: readonly UniqueIndex[]): Promise<void> {
  const { session, shape, chunk } = staged;
  for (const index of uniques) {
    const { rows } = await session.query<{ ordinal: number | null }>(
      `select min(ordinal) as ordinal from (${conflictsSql(staged, index)}) c (ordinal)`,
      ownerParameters(staged),
    );
    const ordinal = rows[0]?.ordinal ?? null;
    if (ordinal === null) continue;
    const { key } = chunk.rejectFor(chunk.origins[ordinal] ?? [], duplicateKey(shape, index.columns));
    throw targetConflict(staged, index, key);
  }
}

/** Keeps in the ledger, as they are, the marked rows' twins that `updateSql` is to overwrite. */
export async function keepReplaced(staged: StagedChunk, arbiter: Arbiter): Promise<void> {
  const { session, shape, id } = staged;
  const before = await shape.exactText(TARGET);
  const keep = `insert into ${ident(id.schema)}.replaced (run, entity, chunk, ordinal, before, writer)
     select $1, $2, $3, s.${ORDINAL}, ${before}, ${TARGET}.xmin::text::bigint
     from (${stagedRows(shape, UPDATES)}) s join ${shape.rows} ${TARGET} on ${sameKey(arbiter)}`;
  await keepingForReset({ table: shape.table, entity: id.entity }, () =>
    session.query(keep, [id.runId, id.entity, id.chunk]),
  );
}

/** SQL: overwrites the twins of the staged rows that meet the condition; keys stay as they are, for they tell which row was overwritten. */
export function updateSql(shape: TableShape, arbiter: Arbiter, condition: string): string {
  const set = overwritten(shape, arbiter).map((name) => `${ident(name)} = s.${ident(name)}`);
  // A row of nothing but keys is written as it is, and is then the run's like the others.
  const same = arbiter.columns.map((name) => `${ident(name)} = ${TARGET}.${ident(name)}`);
  return `update ${shape.rows} ${TARGET} set ${(set.length > 0 ? set : same).join(', ')}
    from (${stagedRows(shape, condition)}) s where ${sameKey(arbiter)}`;
}

/** The server lets nobody update an identity that it always makes itself. */
function overwritten({ columns, catalogue }: TableShape, { columns: key, primaryKey }: Arbiter): string[] {
  const fixed = catalogue.filter(({ generated }) => generated === 'identity-always').map(({ name }) => name);
  const kept = new Set([...key, ...primaryKey, ...fixed]);
  return columns.map(({ name }) => name).filter((name) => !kept.has(name));
}

/** SQL: inserts the staged rows that meet the condition, in their order. */
export function insertSql(shape: TableShape, condition: string): string {
  const names = columnList(shape.columns.map(({ name }) => name));
  return `insert into ${qualified(shape.table)} (${names}) overriding system value
    select ${names} from (${stagedRows(shape, condition)}) s order by ${ORDINAL}`;
}

/** Whether a load can meet rows under the policy that are not to be rejected, so that a plain COPY would be in vain. */
export function needsStaging({ policy, rowsBefore }: Conflicts): boolean {
  return rowsBefore > 0 && (policy === 'skip' || policy === 'update');
}

/** SQL: ordinals of the staged rows whose twin is not the run's: $1 run, $2 schema and $3 name of the table. */
function conflictsSql({ shape, id }: StagedChunk, index: UniqueIndex): string {
  const entities = `in (select entity from ${ident(id.schema)}.entity_table
    where run = $1 and schema_name = $2 and table_name = $3)`;
  return `select s.${ORDINAL} from (${stagedRows(shape)}) s join ${shape.rows} ${TARGET} on ${sameKey(index)}
    where ${TARGET}.xmin::text::bigint not in (${writtenBySql(id.schema, entities)})`;
}

function ownerParameters({ shape, id }: StagedChunk): string[] {
  return [id.runId, shape.table.schema, shape.table.name];
}

/** The error of a row that meets one of before, under the policy `abort`. */
export function targetConflict(
  { shape, id }: Pick<StagedChunk, 'shape' | 'id'>,
  index: UniqueIndex,
  key: string,
): MigrationError {
  const property = propertyOf(shape, index.columns);
  const by = property ?? index.name;
  return new MigrationError(
    'TARGET_CONFLICT',
    `${qualified(shape.table)} already has a row like the one with key ${key}, by ${by}`,
    {
      hint: 'Empty the table, or choose what becomes of such rows: --on-conflict reject, skip or update, in a new run.',
      facts: { entity: id.entity, chunk: id.chunk, key, constraint: index.name, property },
    },
  );
}
