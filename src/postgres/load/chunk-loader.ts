import type { Conflicts } from '../../core/run/conflicts';
import type { ChunkStep } from '../../core/run/events';
import type { ChangeTally, ChunkResult, LoadFault, PreparedChunk, Reject } from '../../core/run/outcomes';
import type { ChunkLoader, LoaderContext, LoadPlan } from '../../core/ports/target';
import { encodeRows } from '../encode/encode-rows';
import { noteSkipped } from '../ledger/skipped-rows';
import type { Place } from '../session/place';
import type { Session } from '../session/session';
import { refuseNewTriggers } from '../objects/firing';
import { qualified } from '../session/sql';
import { isConnectionLoss, isDataFault, isRepeatable, mayBeDataFault, translating } from '../session/sqlstate';
import { recordChanges, recordCounts, recordRejects, takeFence, type LedgerChunk } from './shape/chunk-record';
import { copyRows } from './shape/copy-rows';
import { registerTable } from '../ledger/entity-table';
import { refuseOtherTable } from '../ledger/other-tables';
import type { Filled } from './staging/filled';
import { holdShape } from './shape/hold-shape';
import { openIndexTrial, type IndexTrial } from './staging/index-trial';
import { rowsDropped } from './shape/rows-dropped';
import { narrowedValues } from './shape/narrowed-values';
import { restatedValues } from './staging/read-back';
import { needsStaging } from './staging/conflicts';
import type { Search } from './staging/row-checks';
import { loadThroughStaging } from './staging/staged-load';
import { readShape, type TableShape } from './shape/table-shape';

/** Deadlocks, and rows that only a search finds guilty, are met this often before they count as a failure. */
const MOST_ATTEMPTS = 5;

/** A lane's session and what it knows of its table. */
interface Lane {
  readonly session: Session;
  readonly shape: TableShape;
  readonly trial: IndexTrial;
}

interface LoaderSettings {
  readonly plan: LoadPlan;
  readonly context: LoaderContext;
}

/** Opens the session of a lane for one table. After a lost connection the next `load` opens another. */
export async function openChunkLoader(place: Place, settings: LoaderSettings): Promise<ChunkLoader> {
  const { plan, context } = settings;
  const { conflicts } = plan;
  const open = (): Promise<Lane> =>
    translating(`opening the load of ${plan.entity}`, () =>
      place.sessions.openFor((session) => beginLane(session, place, settings)),
    );
  let lane = await open();
  return {
    load: (chunk) =>
      translating(`loading ${plan.entity}, chunk ${chunk.id.chunk}`, async () => {
        if (lane.session.isLost()) {
          await lane.session.close();
          lane = await open();
        }
        const id = { ...chunk.id, schema: place.ledgerSchema, runId: context.runId };
        const fitting = await withoutLongRows(lane, chunk, conflicts);
        return await loadChunk(lane, fitting, { id, conflicts, context, steps: stepsOnce(chunk, context) });
      }),
    close: () => lane.session.close(),
  };
}

/**
 * Rows too long for an index are rejected before the load, for that index may be away until its end. Where rows are left out or
 * overwrite others, none is away, and only those that come to be written are judged.
 */
async function withoutLongRows({ trial }: Lane, chunk: PreparedChunk, conflicts: Conflicts): Promise<PreparedChunk> {
  return needsStaging(conflicts) ? chunk : withoutRows(chunk, await trial.faultsOf(chunk.rows));
}

async function beginLane(session: Session, place: Place, { plan, context }: LoaderSettings): Promise<Lane> {
  await place.operator.join(session);
  const table = place.written(plan.table);
  await refuseOtherTable(session, place.ledgerSchema, { runId: context.runId, entity: plan.entity });
  const shape = { ...(await readShape(session, table, plan)), beside: place.beside(table) };
  await registerTable(session, place.ledgerSchema, { runId: context.runId, plan, table: shape.table });
  const asked = { schema: place.ledgerSchema, table, plan, catalogue: shape.catalogue, name: 'cutover_trial' };
  return { session, shape, trial: await openIndexTrial(session, asked) };
}

interface Loading {
  readonly id: LedgerChunk;
  readonly conflicts: Conflicts;
  readonly context: LoaderContext;
  readonly steps: (step: ChunkStep) => void;
}

/** How a chunk goes: by COPY, or through a staging table with that search. */
type Way = 'straight' | Search;

/** What is tried when the target has refused a row. */
const NEXT: Readonly<Record<Way, Way>> = {
  straight: 'if-none-found',
  no: 'always',
  'if-none-found': 'always',
  // Another lane has just written a row's key.
  always: 'always',
};

/** The way of the next attempt; null where none would help. */
function nextWay(taken: Way, error: unknown): Way | null {
  if (isRepeatable(error)) return taken;
  if (isDataFault(error)) return NEXT[taken];
  // Sets of rows do not tell whose fault it is where the state is of no row by its kind; only trying does.
  return mayBeDataFault(error) && taken !== 'always' ? 'always' : null;
}

/**
 * Straight into the table; when that refuses a row, or rows of before are to be met, by way of a staging table, which tells the guilty
 * rows from the others.
 */
async function loadChunk(lane: Lane, chunk: PreparedChunk, loading: Loading): Promise<ChunkResult> {
  const { session, shape } = lane;
  const { id, steps, conflicts, context } = loading;
  let way: Way = needsStaging(conflicts) || shape.beside !== null || !shape.direct ? 'no' : 'straight';
  const met = { repeatable: 0, refused: 0 };
  for (;;) {
    const taken = way;
    const fill = (): Promise<Filled> =>
      taken === 'straight'
        ? copyStraight(lane, chunk, steps)
        : loadThroughStaging({ session, shape, chunk, id, conflicts, search: taken, steps, emit: context.emit });
    try {
      return await inFencedTransaction(lane, chunk, { ...loading, fill });
    } catch (error) {
      const cause = isRepeatable(error) ? 'repeatable' : 'refused';
      const next = nextWay(taken, error);
      met[cause] += 1;
      if (next === null || met[cause] === MOST_ATTEMPTS) throw error;
      way = next;
    }
  }
}

/** The one transaction of a chunk: fence, rows, rejects, changes and counts become visible together, or none of them. */
async function inFencedTransaction(
  { session, shape }: Omit<Lane, 'trial'>,
  chunk: PreparedChunk,
  { id, context, steps, fill }: Loading & { readonly fill: () => Promise<Filled> },
): Promise<ChunkResult> {
  await session.query('begin');
  try {
    steps('before-fence');
    if (!(await takeFence(session, id, context.lane))) {
      await session.query('rollback');
      return { kind: 'already-loaded' };
    }
    steps('fenced');
    await holdShape(session, shape);
    await refuseNewTriggers({ session, ...id }, { entity: id.entity, table: shape.table });
    const result = await record({ session, shape }, chunk, { id, filled: await fill() });
    await session.query('commit');
    steps('committed');
    return result;
  } catch (error) {
    if (isConnectionLoss(error)) await session.close();
    else await session.query('rollback').catch(() => undefined);
    throw error;
  }
}

async function copyStraight(
  { session, shape }: Omit<Lane, 'trial'>,
  chunk: PreparedChunk,
  steps: (step: ChunkStep) => void,
): Promise<Filled> {
  const { encoder, columns } = shape;
  const rows = encodeRows(chunk.rows, {
    encoder,
    ordinals: 'without',
    onHalf: () => {
      steps('mid-copy');
    },
  });
  const table = qualified(shape.table);
  const into = { table, columns: columns.map(({ name }) => name) };
  const stored = await copyRows(session, into, rows);
  const sent = chunk.rows.length - rows.faults.size;
  if (stored !== sent) throw await rowsDropped(session, shape.table, { sent, stored });
  steps('copied');
  const faults = [...rows.faults].map(([index, { position, reason, sqlState }]) => {
    return [index, { property: columns[position]?.property ?? null, reason, sqlState }] as const;
  });
  return { faults: new Map(faults), updated: 0, skipped: new Set(), restated: [], checksum: rows.sum.hex() };
}

async function record(
  { session, shape }: Omit<Lane, 'trial'>,
  chunk: PreparedChunk,
  { id, filled }: { readonly id: LedgerChunk; readonly filled: Filled },
): Promise<ChunkResult> {
  const refused = filled.faults.size;
  const { updated } = filled;
  const skipped = filled.skipped.size;
  const counts = {
    read: chunk.read,
    inserted: chunk.rows.length - refused - updated - skipped,
    updated,
    skipped,
    rejected: chunk.rejects.length + refused,
    checksum: filled.checksum,
  };
  await recordRejects(session, id, allRejects(chunk, filled));
  await recordChanges(session, id, changesOf(chunk, shape, filled));
  await noteSkipped(session, id, { prepared: chunk, skipped: filled.skipped });
  await recordCounts(session, id, counts);
  return { kind: 'loaded', ...counts };
}

function* allRejects(chunk: PreparedChunk, { faults }: Filled): Generator<Reject> {
  yield* chunk.rejects;
  for (const [index, fault] of [...faults].sort(([a], [b]) => a - b)) yield rejectOf(chunk, index, fault);
}

/** The changes of the rows that reached the target, those that its columns have made included. */
export function changesOf(
  chunk: PreparedChunk,
  { narrowed }: TableShape,
  { faults, skipped, restated }: Pick<Filled, 'faults' | 'skipped' | 'restated'>,
): readonly ChangeTally[] {
  const left = new Set([...faults.keys(), ...skipped]);
  return [
    ...chunk.changesWithout(left),
    ...(narrowed.length === 0 ? [] : narrowedValues(chunk, narrowed, left)),
    ...(restated.length === 0 ? [] : restatedValues(chunk, restated, left)),
  ];
}

function rejectOf(chunk: PreparedChunk, index: number, fault: LoadFault): Reject {
  return chunk.rejectFor(chunk.origins[index] ?? [], fault);
}

/** A chunk that is done twice, because of a bad row or a deadlock, still lives through each moment once. */
function stepsOnce(chunk: PreparedChunk, { emit }: LoaderContext): (step: ChunkStep) => void {
  const told = new Set<ChunkStep>();
  return (step) => {
    if (told.has(step)) return;
    told.add(step);
    emit('chunk:step', { ...chunk.id, step });
  };
}

/** The chunk without the rows at fault, by index, which are rejected. */
function withoutRows(chunk: PreparedChunk, faults: ReadonlyMap<number, LoadFault>): PreparedChunk {
  if (faults.size === 0) return chunk;
  const staying = [...chunk.rows.keys()].filter((index) => !faults.has(index));
  const pick = <T>(items: readonly T[]): T[] => staying.flatMap((index) => items.slice(index, index + 1));
  const rejects = [...faults]
    .sort(([a], [b]) => a - b)
    .map(([index, fault]) => chunk.rejectFor(chunk.origins[index] ?? [], fault));
  return {
    ...chunk,
    rows: pick(chunk.rows),
    origins: pick(chunk.origins),
    rejects: [...chunk.rejects, ...rejects],
    changesWithout: (left) => {
      return chunk.changesWithout(new Set([...faults.keys(), ...[...left].flatMap((at) => staying[at] ?? [])]));
    },
  };
}
