import { readUniques } from '../../catalogue/constraints';
import { rowsDropped } from '../shape/rows-dropped';
import { sumOfRows } from '../shape/sum-of-rows';
import { arbiterOf, keepReplaced, updateSql } from './conflicts';
import { TARGET } from './duplicates';
import type { Filled } from './filled';
import { noteReplaced, rehearsed } from './foreseen-conflicts';
import { insertReadingBack, overwriteReadingBack, type StoredBack } from './read-back';
import {
  areLoaded,
  checkBreakers,
  conflictsForeseen,
  conflictsMarked,
  conflictsSkipped,
  conflictsThatAbort,
  laterEquals,
  overwritingBy,
  refusedWhenTried,
  twins,
  uncastable,
  type Found,
  type RowCheck,
  type StagedLoad,
} from './row-checks';
import { createStaging, fillStaging, stagingNames, UPDATES } from './staging-table';

/** In this order: each sees the rows that those before it have left staged. */
const CHECKS: readonly RowCheck[] = [
  uncastable,
  conflictsThatAbort,
  conflictsForeseen,
  conflictsSkipped,
  conflictsMarked,
  checkBreakers,
  twins,
  refusedWhenTried,
  laterEquals,
];

/**
 * Loads a chunk by way of a temporary table, where guilty rows and conflicts are found: values that have no form while they are encoded,
 * the others by the checks. All that is left goes in at once, not under a savepoint. Where the target still refuses a row, the error is
 * the database's.
 */
export async function loadThroughStaging(load: StagedLoad): Promise<Filled> {
  const found = await stage(load);
  for (const check of CHECKS) await check(load, found);
  return write(load, found);
}

async function stage(load: StagedLoad): Promise<Found> {
  const { session, shape, chunk, steps } = load;
  const all = await readUniques(session, shape.table);
  await createStaging(session, shape);
  const onHalf = (): void => {
    steps('mid-copy');
  };
  const unencodable = await fillStaging(session, shape, { rows: chunk.rows, onHalf });
  // Keys are looked up in the target's index, however large the table and whatever its statistics say.
  await session.query(
    `analyze ${stagingNames(shape).join(', ')}; set local enable_hashjoin = off; set local enable_mergejoin = off`,
  );
  const faults = [...unencodable].map(([index, { position, reason, sqlState }]) => {
    return [index, { property: shape.columns[position]?.property ?? null, reason, sqlState }] as const;
  });
  return {
    faults: new Map(faults),
    skipped: new Set(),
    updatesForeseen: new Set(),
    unencodable: faults.length,
    uniques: all.filter(({ columns }) => areLoaded(load, columns)),
    arbiter: arbiterOf(shape, all),
  };
}

/** Overwrites and inserts the rows that the checks have left. */
async function write(load: StagedLoad, found: Found): Promise<Filled> {
  const { session, shape, chunk } = load;
  const { faults, skipped } = found;
  const overwritten = await overwrite(load, found);
  const foreseen = await noteForeseen(load, found);
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

/** Overwrites the marked rows' twins in the mapped columns, each kept in the ledger as it was. */
async function overwrite(load: StagedLoad, found: Found): Promise<StoredBack> {
  const arbiter = overwritingBy(load, found);
  if (arbiter === null) return { rows: 0, restated: [] };
  await keepReplaced(load, arbiter);
  return overwriteReadingBack(load, updateSql(load.shape, arbiter, UPDATES), TARGET);
}

/** In a rehearsal: notes the rows that would be overwritten. How many. */
async function noteForeseen(load: StagedLoad, { updatesForeseen, faults, arbiter }: Found): Promise<number> {
  const beside = rehearsed(load, arbiter);
  const staying = [...updatesForeseen].filter((ordinal) => !faults.has(ordinal));
  if (beside === null) return 0;
  await noteReplaced(beside, staying);
  return staying.length;
}
