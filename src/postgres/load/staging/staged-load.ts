import type { Conflicts } from '../../../core/run/conflicts';
import type { ChunkStep, Emit } from '../../../core/run/events';
import type { LoadFault } from '../../../core/run/outcomes';
import type { TableName } from '../../../core/ports/target';
import { isOfRow } from '../../session/row-states';
import { ident } from '../../session/sql';
import { everyRowRefused, mayBeDataFault } from '../../session/sqlstate';
import {
  arbiterOf,
  insertSql,
  keepReplaced,
  markUpdates,
  refuseConflicts,
  skipConflicts,
  updateSql,
  type Arbiter,
  type StagedChunk,
} from './conflicts';
import { readChecks, readNamedColumns, readUniques, type UniqueIndex } from '../../catalogue/constraints';
import { rowsAfterEquals, rowsWithTwin, TARGET } from './duplicates';
import type { Filled } from './filled';
import { insertReadingBack, overwriteReadingBack, type StoredBack } from './read-back';
import { FROM, refusedRows, TO } from './refused-rows';
import { rowsDropped } from '../shape/rows-dropped';
import { duplicateKey, faultOf, propertyOf } from './row-fault';
import {
  attempting,
  createStaging,
  fillStaging,
  isAmong,
  ORDINAL,
  STAGING,
  staged,
  stagedRows,
  stagingNames,
  unstage,
  UPDATES,
} from './staging-table';
import { foresee, noteReplaced, NOTHING_FORESEEN, type Foreseen } from './foreseen-conflicts';
import { sumOfRows } from '../shape/sum-of-rows';

/** When to bisect for bad rows that the set-based checks missed: never (first try), only if those checks found nothing, or always. */
export type Search = 'no' | 'if-none-found' | 'always';

/** A chunk on its way through a staging table. */
export interface StagedLoad extends StagedChunk {
  readonly conflicts: Conflicts;
  readonly search: Search;
  readonly steps: (step: ChunkStep) => void;
  /** Told of conflicts with the real table of a rehearsal; nobody is where absent. */
  readonly emit?: Emit;
}

/** The staged rows after everything that can be told of them by sets. */
interface Sifted {
  readonly faults: Map<number, LoadFault>;
  readonly skipped: ReadonlySet<number>;
  /** Those that are loaded whole. */
  readonly uniques: readonly UniqueIndex[];
  /** Rows after one with an equal key, and that key's index; they are still staged. */
  readonly later: ReadonlyMap<number, UniqueIndex>;
  /** By which rows overwrite others; null where none does. */
  readonly arbiter: Arbiter | null;
  /** In a rehearsal: rows that would overwrite one of the real table, and by which index. */
  readonly foreseen: { readonly updating: ReadonlySet<number>; readonly arbiter: UniqueIndex | null };
  /** Whether a COPY of the chunk was bound to fail. */
  readonly found: boolean;
}

const NONE: ReadonlySet<number> = new Set();

/**
 * Loads a chunk by way of a temporary table, where guilty rows and conflicts are found by sets: values while encoding and casting,
 * CHECKs by their own predicate, duplicates and rows of before by joins; and others, where `search` says so, by trying. All that is
 * left goes in at once, not under a savepoint. Where the target still refuses a row, the error is the database's.
 */
export async function loadThroughStaging(load: StagedLoad): Promise<Filled> {
  const { session, shape, chunk } = load;
  const sifted = await sift(load);
  const { faults, skipped, arbiter } = sifted;
  const later = await laterEquals(load, sifted);
  for (const [ordinal, { columns }] of later) faults.set(ordinal, duplicateKey(shape, columns));
  await unstage(session, later.keys());
  const overwritten = arbiter === null ? NOTHING_STORED : await overwrite(load, arbiter);
  const foreseen = await updatesForeseen(load, sifted);
  const inserted = await insertReadingBack(load, `not ${UPDATES}`);
  const sent = chunk.rows.length - faults.size - skipped.size;
  const stored = overwritten.rows + inserted.rows;
  if (sent !== stored) throw await rowsDropped(session, shape.table, { sent, stored });
  load.steps('copied');
  const out = new Set([...faults.keys(), ...skipped]);
  const restated = [...overwritten.restated, ...inserted.restated];
  const checksum = sumOfRows(chunk.rows, shape.encoder, out);
  return { faults, skipped, restated, updated: overwritten.rows + foreseen, checksum };
}

const NOTHING_STORED: StoredBack = { rows: 0, restated: [] };

/** Overwrites the marked rows' twins in the mapped columns, each kept in the ledger as it was. */
async function overwrite(load: StagedLoad, arbiter: Arbiter): Promise<StoredBack> {
  await keepReplaced(load, arbiter);
  return overwriteReadingBack(load, updateSql(load.shape, arbiter, UPDATES), TARGET);
}

/** The rows that come after an equal; in a search, of those that it has left: the first that is not refused is kept. */
async function laterEquals(load: StagedLoad, sifted: Sifted): Promise<Sifted['later']> {
  const { session, shape, search } = load;
  if (search === 'no' || (search === 'if-none-found' && sifted.found)) return sifted.later;
  await removeRefused(load, sifted);
  // Two that overwrite the same row are refused by nothing.
  return rowsAfterEquals(session, shape, sifted.uniques);
}

/** Takes out the rows that the target refuses when they are tried, equals after the first among them. What was tried is undone. */
async function removeRefused(
  { session, shape, chunk }: StagedLoad,
  { faults, skipped, arbiter }: Pick<Sifted, 'faults' | 'skipped' | 'arbiter'>,
): Promise<void> {
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
}

async function sift(load: StagedLoad): Promise<Sifted> {
  const { session, shape, conflicts } = load;
  const all = await readUniques(session, shape.table);
  const uniques = all.filter(({ columns }) => areLoaded(load, columns));
  const faults = await stage(load);
  const unencodable = faults.size;
  await removeUncastable(load, faults);
  const { policy } = conflicts;
  if (policy === 'abort') await refuseConflicts(load, uniques);
  const arbiter = arbiterOf(shape, all);
  const foreseen = await foreseenBeside(load, arbiter);
  for (const [ordinal, fault] of foreseen.faults) faults.set(ordinal, fault);
  const own = policy === 'skip' && arbiter !== null ? await skipConflicts(load, arbiter) : NONE;
  const skipped = new Set([...own, ...foreseen.skipped]);
  const updating = policy === 'update' ? arbiter : null;
  if (updating !== null) await markUpdates(load, updating);
  await removeCheckBreakers(load, faults);
  await removeTwins(load, faults, updating === null ? uniques : [updating]);
  const later = await rowsAfterEquals(session, shape, uniques);
  const found = faults.size - unencodable + skipped.size + later.size > 0;
  const updates = { updating: foreseen.updating, arbiter };
  return { faults, skipped, uniques, later, arbiter: updating, foreseen: updates, found };
}

/** In a rehearsal: what the rows of the real table would do to these. */
function foreseenBeside(load: StagedLoad, arbiter: UniqueIndex | null): Promise<Foreseen> {
  const { beside } = load.shape;
  if (beside === null) return Promise.resolve(NOTHING_FORESEEN);
  return foresee({ ...load, ...besideOf(load, beside, arbiter) });
}

function besideOf({ emit, conflicts }: StagedLoad, beside: TableName, arbiter: UniqueIndex | null) {
  return { beside, arbiter, policy: conflicts.policy, emit: emit ?? (() => undefined) };
}

/** In a rehearsal: notes the rows that would be overwritten. How many. */
async function updatesForeseen(load: StagedLoad, { foreseen, faults }: Sifted): Promise<number> {
  const { beside } = load.shape;
  const staying = [...foreseen.updating].filter((ordinal) => !faults.has(ordinal));
  if (beside === null || staying.length === 0) return 0;
  await noteReplaced({ ...load, ...besideOf(load, beside, foreseen.arbiter) }, staying);
  return staying.length;
}

async function stage({ session, shape, chunk, steps }: StagedLoad): Promise<Map<number, LoadFault>> {
  await createStaging(session, shape);
  const onHalf = (): void => {
    steps('mid-copy');
  };
  const unencodable = await fillStaging(session, shape, { rows: chunk.rows, onHalf });
  // Keys are looked up in the target's index, however large the table and whatever its statistics say.
  await session.query(
    `analyze ${stagingNames(shape).join(', ')}; set local enable_hashjoin = off; set local enable_mergejoin = off`,
  );
  return new Map(
    [...unencodable].map(([index, { position, reason, sqlState }]) => {
      return [index, { property: shape.columns[position]?.property ?? null, reason, sqlState }];
    }),
  );
}

/** Takes out the rows with a value that is none of its column's type. */
async function removeUncastable({ session, shape, chunk }: StagedLoad, faults: Map<number, LoadFault>): Promise<void> {
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
}

async function removeCheckBreakers(load: StagedLoad, faults: Map<number, LoadFault>): Promise<void> {
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
}

/** Takes out the rows of which the target has a key, unless they overwrite its row. */
async function removeTwins(
  { session, shape }: StagedLoad,
  faults: Map<number, LoadFault>,
  uniques: readonly UniqueIndex[],
): Promise<void> {
  for (const index of uniques) {
    const twins = await rowsWithTwin(session, shape, { index, condition: `not ${UPDATES}` });
    for (const ordinal of twins) faults.set(ordinal, duplicateKey(shape, index.columns));
    await unstage(session, twins);
  }
}

function areLoaded({ shape }: StagedLoad, columns: readonly string[]): boolean {
  return columns.every((column) => shape.columns.some(({ name }) => name === column));
}
