import type { ChunkStep } from '../../core/events';
import { MigrationError } from '../../core/errors';
import type { LoadFault, PreparedChunk } from '../../core/outcomes';
import { encodeRows } from '../encode/encode-rows';
import type { Session } from '../session';
import { qualified } from '../sql';
import { isDataFault } from '../sqlstate';
import { readChecks, readUniques, type UniqueIndex } from './constraints';
import { copyRows, rowsDropped } from './copy-rows';
import type { Filled } from './filled';
import {
  insertStaged,
  recognitionBy,
  rowsWithTwin,
  type Inserted,
  type OrdinalRange,
  type Recognition,
} from './insert-staged';
import { faultOf } from './row-fault';
import { attempting, createStaging, ORDINAL, STAGING, stagedRows } from './staging-table';
import { sumOfRows } from './sum-of-rows';
import type { TableShape } from './table-shape';

/** Statements spent on finding guilty rows one by one before the chunk counts as hopeless. */
const MOST_STATEMENTS = 2_000;
/** Rows without a twin that are tried once more: a trigger that discards rows hardly stops at one in so many. */
const MOST_PROBED = 100;

interface StagedLoad {
  readonly chunk: PreparedChunk;
  readonly steps: (step: ChunkStep) => void;
}

/** State of one redo. */
interface Search {
  readonly session: Session;
  readonly shape: TableShape;
  readonly faults: Map<number, LoadFault>;
  readonly duplicates: number[];
  readonly recognition: Recognition;
  statements: number;
}

/**
 * Loads a chunk that has rows which the target refuses. All go into a temporary table first; the guilty ones are found by
 * sets: values while encoding, CHECKs by their own predicate, duplicates as what `on conflict do nothing` leaves behind; and
 * only what still fails is bisected.
 */
export async function loadThroughStaging(
  session: Session,
  shape: TableShape,
  { chunk, steps }: StagedLoad,
): Promise<Filled> {
  const uniques = await readUniques(session, shape.table);
  const faults = await stage(session, shape, { chunk, steps });
  const recognition = recognitionBy(shape, uniques);
  const search: Search = { session, shape, faults, duplicates: [], recognition, statements: 0 };
  await session.query('set constraints all immediate');
  await removeCheckBreakers(search);
  await insertRange(search, { from: 0, to: Math.max(chunk.rows.length - 1, 0) });
  await blameDuplicates(search, uniques);
  steps('copied');
  return { faults, checksum: sumOfRows(chunk.rows, shape.encoder, faults) };
}

async function stage(
  session: Session,
  shape: TableShape,
  { chunk, steps }: StagedLoad,
): Promise<Map<number, LoadFault>> {
  await createStaging(session, shape);
  const rows = encodeRows(chunk.rows, {
    encoder: shape.stagedEncoder,
    ordinals: 'with',
    onHalf: () => {
      steps('mid-copy');
    },
  });
  const columns = [ORDINAL, ...shape.columns.map(({ name }) => name)];
  await copyRows(session, { table: STAGING, columns, format: shape.stagedEncoder.format }, rows);
  return new Map(
    [...rows.faults].map(([index, { position, reason, sqlState }]) => {
      return [index, { property: shape.columns[position]?.property ?? null, reason, sqlState }];
    }),
  );
}

async function removeCheckBreakers({ session, shape, faults }: Search): Promise<void> {
  const loaded = new Set(shape.columns.map(({ name }) => name));
  for (const check of await readChecks(session, shape.table)) {
    // One over a column that the database fills cannot be judged beforehand.
    if (!check.columns.every((column) => loaded.has(column))) continue;
    const removed = await attempting(session, async () => {
      const { rows } = await session.query<{ ordinal: number }>(
        `delete from ${STAGING} where ${ORDINAL} in
           (select ${ORDINAL} from (${stagedRows(shape)}) r where not (${check.expression})) returning ${ORDINAL} as ordinal`,
      );
      return rows;
    });
    // A predicate that fails on some row (or a cast before it) leaves its work to the bisection.
    if ('error' in removed) continue;
    const [column] = check.columns;
    const property = check.columns.length === 1 ? propertyOf(shape, column) : null;
    for (const { ordinal } of removed) {
      faults.set(ordinal, { property, reason: `check ${check.name}`, sqlState: '23514' });
    }
  }
}

/** Inserts a range, whole or, where the target still refuses it, in halves; in order, so that the first of equals wins. */
async function insertRange(search: Search, whole: OrdinalRange): Promise<void> {
  const waiting = [whole];
  for (let range = waiting.pop(); range !== undefined; range = waiting.pop()) {
    const refusal = await refusalOf(search, range);
    if (refusal === null) continue;
    if (range.from < range.to) {
      const middle = (range.from + range.to) >> 1;
      waiting.push({ from: middle + 1, to: range.to }, { from: range.from, to: middle });
    } else if (refusal !== 'unclear') {
      search.faults.set(range.from, faultOf(refusal, search.shape));
    }
  }
}

/** Null when the range is in; else the database's error, or that its rows cannot be told apart. */
async function refusalOf(search: Search, range: OrdinalRange): Promise<Error | 'unclear' | null> {
  const { session, shape, recognition } = search;
  if (++search.statements > MOST_STATEMENTS) throw tooManyRefused(shape);
  const outcome = await attempting<Inserted>(session, async () => {
    const inserted = await insertStaged(session, shape, { range, recognition });
    if (inserted.kind === 'unclear') throw new UnclearInsert();
    return inserted;
  });
  if ('error' in outcome) {
    if (outcome.error instanceof UnclearInsert) return 'unclear';
    if (isDataFault(outcome.error)) return outcome.error;
    throw outcome.error;
  }
  if (outcome.kind === 'inserted') search.duplicates.push(...outcome.duplicates);
  return null;
}

/** Undoes an insert whose rows cannot be told apart. */
class UnclearInsert extends MigrationError {
  constructor() {
    super('INTERNAL', 'inserted rows cannot be told apart');
  }
}

/** Names the property of the first unique index that has the duplicate's key already. */
async function blameDuplicates(search: Search, uniques: readonly UniqueIndex[]): Promise<void> {
  const { session, shape, faults, duplicates } = search;
  const loaded = new Set(shape.columns.map(({ name }) => name));
  let unexplained: readonly number[] = duplicates;
  for (const index of uniques) {
    if (unexplained.length === 0) return;
    if (!index.plain || !index.columns.every((column) => loaded.has(column))) continue;
    const twins = new Set(await rowsWithTwin(session, shape, { index, ordinals: unexplained }));
    const property = index.columns.length === 1 ? propertyOf(shape, index.columns[0]) : null;
    for (const ordinal of twins) faults.set(ordinal, duplicateKey(property));
    unexplained = unexplained.filter((ordinal) => !twins.has(ordinal));
  }
  for (const ordinal of unexplained) faults.set(ordinal, duplicateKey(null));
  if (uniques.every(({ plain }) => plain)) await refuseDropped(search, unexplained);
}

/**
 * A row without a twin, though equal columns are all that the indexes forbid: a trigger has changed its key, and then the server says
 * so once more, or a trigger has discarded it, which fails the load as it does without a staging table.
 */
async function refuseDropped(search: Search, ordinals: readonly number[]): Promise<void> {
  const strict = { ...search, recognition: { columns: [], castAs: 'as-is', conflicts: 'fail' } as const };
  for (const ordinal of ordinals.slice(0, MOST_PROBED)) {
    const refusal = await refusalOf(strict, { from: ordinal, to: ordinal });
    if (refusal === null) throw rowsDropped(qualified(search.shape.table), 1, 0);
  }
}

function duplicateKey(property: string | null): LoadFault {
  return { property, reason: 'duplicate key', sqlState: '23505' };
}

function propertyOf(shape: TableShape, column: string | undefined): string | null {
  return shape.columns.find(({ name }) => name === column)?.property ?? null;
}

function tooManyRefused({ table }: TableShape): MigrationError {
  return new MigrationError('LOAD_FAILED', `too many rows of one chunk are refused by ${qualified(table)} one by one`, {
    hint: 'Find the trigger or constraint that refuses them (run `cutover check`), or use a smaller --batch-size.',
    facts: { statements: MOST_STATEMENTS },
  });
}
