import type { Conflicts } from '../../../core/run/conflicts';
import type { ChunkStep, Emit } from '../../../core/run/events';
import type { LoadFault } from '../../../core/run/outcomes';
import { readChecks, readNamedColumns, type UniqueIndex } from '../../catalogue/constraints';
import { isOfRow } from '../../session/row-states';
import { ident } from '../../session/sql';
import { everyRowRefused, mayBeDataFault } from '../../session/sqlstate';
import {
  insertSql,
  markUpdates,
  refuseConflicts,
  skipConflicts,
  updateSql,
  type Arbiter,
  type StagedChunk,
} from './conflicts';
import { rowsAfterEquals, rowsWithTwin } from './duplicates';
import { foresee, rehearsed } from './foreseen-conflicts';
import { FROM, refusedRows, TO } from './refused-rows';
import { duplicateKey, faultOf, propertyOf } from './row-fault';
import { attempting, isAmong, ORDINAL, STAGING, staged, stagedRows, unstage, UPDATES } from './staging-table';

/** When to bisect for bad rows that the checks by sets missed: never (first try), only if those found nothing, or always. */
export type Search = 'no' | 'if-none-found' | 'always';

/** A chunk on its way through a staging table. */
export interface StagedLoad extends StagedChunk {
  readonly conflicts: Conflicts;
  readonly search: Search;
  readonly steps: (step: ChunkStep) => void;
  /** Told of conflicts with the real table of a rehearsal; nobody is where absent. */
  readonly emit?: Emit;
}

/** What the checks have found of the staged rows so far; by index of the row in the chunk. */
export interface Found {
  readonly faults: Map<number, LoadFault>;
  readonly skipped: Set<number>;
  /** In a rehearsal: rows that would overwrite one of the real table. */
  readonly updatesForeseen: Set<number>;
  /** Rows with a value that has no form in its column's type, which were never staged. */
  readonly unencodable: number;
  /** Those that are loaded whole. */
  readonly uniques: readonly UniqueIndex[];
  /** By which a row is the same as one of the target; null where there is no such index. */
  readonly arbiter: Arbiter | null;
}

/** Finds rows that do not go in as they are, takes them out of the staging table and notes them. */
export type RowCheck = (load: StagedLoad, found: Found) => Promise<void>;

/** The index by which rows overwrite others; null where none does. */
export function overwritingBy(
  { conflicts }: Pick<StagedLoad, 'conflicts'>,
  { arbiter }: Pick<Found, 'arbiter'>,
): Arbiter | null {
  return conflicts.policy === 'update' ? arbiter : null;
}

/** Every column of an index or a check is loaded: of one that the database fills nothing is known beforehand. */
export function areLoaded({ shape }: Pick<StagedLoad, 'shape'>, columns: readonly string[]): boolean {
  return columns.every((column) => shape.columns.some(({ name }) => name === column));
}

/** Rows with a value that is none of its column's type. */
export const uncastable: RowCheck = async ({ session, shape, chunk }, { faults }) => {
  const cast = shape.columns.filter(({ stagedAs, castTo }) => stagedAs !== castTo);
  const counts = (columns: typeof cast): string =>
    `${columns.map(({ name, castTo }) => `count(${ident(name)}::${castTo})`).join(', ')} from ${staged(shape)}`;
  if (cast.length === 0) return;
  const all = await attempting(session, () => session.query(`select ${counts(cast)}`));
  if (!('error' in all)) return;
  if (!mayBeDataFault(all.error)) throw all.error;
  for (const column of cast) {
    const statement = `perform ${counts([column])} where ${ORDINAL} between ${FROM} and ${TO}`;
    const refused = await refusedRows(session, { statement, last: chunk.rows.length });
    for (const row of refused) faults.set(row.ordinal, faultOf({ ...row, column: column.name }, shape));
    await unstage(
      session,
      refused.map(({ ordinal }) => ordinal),
    );
  }
};

/** Under the policy `abort`: throws where the target had a row's key before the run. */
export const conflictsThatAbort: RowCheck = async (load, { uniques }) => {
  if (load.conflicts.policy === 'abort') await refuseConflicts(load, uniques);
};

/** In a rehearsal: what the rows of the real table would do to these. */
export const conflictsForeseen: RowCheck = async (load, found) => {
  const beside = rehearsed(load, found.arbiter);
  if (beside === null) return;
  const { faults, skipped, updating } = await foresee(beside);
  for (const [ordinal, fault] of faults) found.faults.set(ordinal, fault);
  for (const ordinal of skipped) found.skipped.add(ordinal);
  for (const ordinal of updating) found.updatesForeseen.add(ordinal);
};

/** Under the policy `skip`: rows whose key the target had before the run. */
export const conflictsSkipped: RowCheck = async (load, { arbiter, skipped }) => {
  if (load.conflicts.policy !== 'skip' || arbiter === null) return;
  for (const ordinal of await skipConflicts(load, arbiter)) skipped.add(ordinal);
};

/** Under the policy `update`: the same rows are marked, and stay. */
export const conflictsMarked: RowCheck = async (load, found) => {
  const arbiter = overwritingBy(load, found);
  if (arbiter !== null) await markUpdates(load, arbiter);
};

/** Rows that break a CHECK, by its own predicate. */
export const checkBreakers: RowCheck = async (load, { faults }) => {
  const { session, shape } = load;
  for (const check of await readChecks(session, shape.table)) {
    // One over a column that the database fills cannot be judged beforehand.
    if (!areLoaded(load, check.columns)) continue;
    const removed = await attempting(session, async () => {
      const { rows } = await session.query<{ ordinal: number }>(
        `delete from ${STAGING}
         where ${isAmong(`select ${ORDINAL} from (${stagedRows(shape)}) r where not (${check.expression})`)}
         returning ${ORDINAL} as ordinal`,
      );
      return rows;
    });
    // A predicate that fails on some row leaves its work to the search.
    if ('error' in removed) continue;
    const property = propertyOf(shape, check.columns);
    for (const { ordinal } of removed) {
      faults.set(ordinal, { property, reason: `check ${check.name}`, sqlState: '23514' });
    }
  }
};

/** Rows of which the target has a key, unless they overwrite its row. */
export const twins: RowCheck = async (load, found) => {
  const { session, shape } = load;
  const overwriting = overwritingBy(load, found);
  for (const index of overwriting === null ? found.uniques : [overwriting]) {
    const ordinals = await rowsWithTwin(session, shape, { index, condition: `not ${UPDATES}` });
    for (const ordinal of ordinals) found.faults.set(ordinal, duplicateKey(shape, index.columns));
    await unstage(session, ordinals);
  }
};

/** Where `search` says so: rows that the target refuses when they are tried, equals after the first among them. What was tried is undone. */
export const refusedWhenTried: RowCheck = async (load, found) => {
  const { session, shape, chunk, search } = load;
  if (search === 'no' || (search === 'if-none-found' && (await isAnyFound(load, found)))) return;
  const { faults, skipped } = found;
  const arbiter = overwritingBy(load, found);
  const range = `${ORDINAL} between ${FROM} and ${TO}`;
  const insert = insertSql(shape, `${range} and not ${UPDATES}`);
  const statement = arbiter === null ? insert : `${updateSql(shape, arbiter, `${range} and ${UPDATES}`)}; ${insert}`;
  // Constraints that wait for the end of the transaction would blame no row.
  await session.query('savepoint search; set constraints all immediate');
  const refused = await refusedRows(session, { statement, last: chunk.rows.length });
  await session.query('rollback to savepoint search; release savepoint search');
  const tried = chunk.rows.length - faults.size - skipped.size;
  const [first] = refused;
  if (first !== undefined && refused.length >= tried && refused.every(({ state }) => !isOfRow(state))) {
    throw everyRowRefused(first.state);
  }
  const knownColumns = await readNamedColumns(session, shape.table);
  for (const row of refused) {
    faults.set(row.ordinal, faultOf(row, shape, { ...knownColumns, row: chunk.rows[row.ordinal] ?? [] }));
  }
  await unstage(
    session,
    refused.map(({ ordinal }) => ordinal),
  );
};

/** Whether a COPY of the chunk was bound to fail. */
async function isAnyFound(
  { session, shape }: StagedLoad,
  { faults, skipped, unencodable, uniques }: Found,
): Promise<boolean> {
  if (faults.size - unencodable + skipped.size > 0) return true;
  return (await rowsAfterEquals(session, shape, uniques)).size > 0;
}

/** Rows after one with an equal key: of several, the first goes in. Two that overwrite the same row are refused by nothing else. */
export const laterEquals: RowCheck = async ({ session, shape }, { faults, uniques }) => {
  const later = await rowsAfterEquals(session, shape, uniques);
  for (const [ordinal, { columns }] of later) faults.set(ordinal, duplicateKey(shape, columns));
  await unstage(session, later.keys());
};
