import { ORPHAN_CLEARED } from '../../core/run/change-names';
import { digestOf, rowText } from '../../core/canonical/row-digest';
import { MigrationError } from '../../core/errors';
import type { LegacyRow, TargetRow } from '../../core/mapping/wire';
import type { PreparedChunk } from '../../core/run/outcomes';
import type { ChangeCount } from '../../core/ports/ledger';
import type { ChunkPlan, LegacySource } from '../../core/ports/legacy-source';
import type { OpenSpill } from '../../core/ports/spill';
import type { Target } from '../../core/ports/target';
import type { TargetReader } from '../../core/ports/target-reader';
import { originReader } from '../../core/rows/row-rejects';
import { skippedRows } from './skipped-rows';
import { takeRow, type CanonicalRows, type RowBag } from './canonical-rows';
import {
  changeRecount,
  type ChangeDifference,
  type ChangedRows,
  type ChangeRecount,
  type NarrowedColumn,
} from './recounted-changes';
import { orphanClearing, type ClearOrphans } from './cleared-keys';
import type { ComparisonPlan } from './comparison-plan';
import { rejectsAtOnce } from './rejects-at-once';

export interface ExpectedSide {
  readonly plan: ComparisonPlan;
  readonly source: LegacySource;
  readonly target: Target;
  readonly reader: TargetReader;
  readonly canonical: CanonicalRows;
  readonly runId: string;
  readonly scn: string | null;
  readonly chunks: ChunkPlan;
  /** Of the entity, as the ledger has counted them. */
  readonly changes: readonly ChangeCount[];
  /** Columns of the target that store less than some values have. */
  readonly narrowed: readonly NarrowedColumn[];
  /** Rows that the run has left out because the target had their key: they are looked for only where there are any. */
  readonly skipped: number;
  /** Aborted: stop reading. */
  readonly signal: AbortSignal;
  /** Where large values of a chunk are kept for rules that read the whole row. */
  readonly openSpill: OpenSpill;
  /** Made again on the way through the source; null where they cannot be. */
  readonly checksums: SourcePass | null;
}

/** What is made again of the first way through the source. */
export interface SourcePass {
  /** Rows of a chunk as the mapping makes them; those at the indexes `skipped` were not loaded. */
  add(chunk: number, rows: readonly TargetRow[], skipped: ReadonlySet<number>): void;
  /** The source is read to its end; nothing is added any more. */
  end(): void;
}

/** Rows that should be in the target. */
interface ExpectedBatch {
  readonly chunk: number;
  readonly rows: readonly (readonly (string | null)[])[];
  /** `rowText` of each, and its digest. */
  readonly digests: readonly string[];
  /** The legacy row behind each. */
  readonly origins: readonly LegacyRow[];
}

/** What was met on the way through the source, once it is read to its end. */
export interface ExpectedTally {
  /** Rows that the mapping turns away. */
  refused: number;
  skipped: number;
  /** Rejects of the ledger that no row of the source accounts for. */
  unmatchedRejects: number;
  /** By chunk: rows that the mapping makes and the run has not skipped, and those that it has. */
  readonly chunks: Map<number, ChunkRows>;
  /** Where values are changed more or less often than the ledger says; empty unless whole rows are read. */
  changesDiffer: readonly ChangeDifference[];
}

interface ChunkRows {
  readonly rows: number;
  readonly skipped: number;
}

export function emptyTally(): ExpectedTally {
  return { refused: 0, skipped: 0, unmatchedRejects: 0, changesDiffer: [], chunks: new Map() };
}

/** The rows that should be in the target by the source at its snapshot, the mapping, and the ledger's rejects. */
export interface ExpectedRows {
  /** Reads the source from its beginning; what it meets is added to `tally`. */
  read(tally: ExpectedTally): AsyncGenerator<ExpectedBatch>;
  /** Rejects of the ledger that the mapping itself makes: those of transform and validation. */
  readonly refusedByRun: number;
  /** By chunk: rejects of the ledger among the rows that the mapping makes. */
  readonly rejectedOf: ReadonlyMap<number, number>;
}

/** Takes in the ledger's rejects first: memory grows with those that the target refused, not with the table. */
export async function openExpected(side: ExpectedSide): Promise<ExpectedRows> {
  const clear = orphanClearing(side.reader, side.plan, await clearedRelations(side));
  const recount = changeRecount(side.narrowed);
  const { bag, refused, rejectedOf } = await rejectedRows(side, clear, recount);
  return {
    refusedByRun: refused,
    rejectedOf,
    read: (tally) => expectedBatches(side, { clear, rejected: new Map(bag), recount: recount.copy() }, tally),
  };
}

interface Exceptions {
  readonly clear: ClearOrphans;
  readonly rejected: RowBag;
  /** Without the changes of the rejects, which stand in it as less than none. */
  readonly recount: ChangeRecount;
}

async function* expectedBatches(
  side: ExpectedSide,
  { clear, rejected, recount }: Exceptions,
  tally: ExpectedTally,
): AsyncGenerator<ExpectedBatch> {
  const { plan, canonical } = side;
  for (const [chunk] of side.chunks.chunks.entries()) {
    const skipped = await skippedRows(side, chunk);
    for await (const legacy of legacyRows(side, chunk)) {
      const prepared = await transformed(side, legacy);
      tally.refused += prepared.rejects.length;
      const rows = await canonical.ofWire(prepared.rows);
      const stored = copiedIfByText(side, rows);
      const cleared = await clear(rows);
      const digests = rows.map((row) => digestOf(rowText(row)));
      const stay = rows.map(() => true);
      const { all, notLoaded } = await skipped({ rows, origins: prepared.origins }, stay);
      tally.skipped += all.size;
      addChunk(tally.chunks, chunk, { rows: rows.length - all.size, skipped: all.size });
      side.checksums?.add(chunk, prepared.rows, notLoaded);
      // After those: a row that was rejected may be the same as one that was skipped.
      for (const [index, digest] of digests.entries()) if (stay[index]) stay[index] = !takeRow(rejected, digest);
      recount.add({ ...prepared, stored, cleared, left: notLoaded });
      const kept = <T>(items: readonly T[]): T[] => items.filter((_, index) => stay[index] === true);
      yield { chunk, rows: kept(rows), digests: kept(digests), origins: kept(prepared.origins) };
    }
  }
  side.checksums?.end();
  for (const left of rejected.values()) tally.unmatchedRejects += left;
  tally.changesDiffer = plan.level === 'rows' ? recount.differences(side.changes) : [];
}

function addChunk(chunks: ExpectedTally['chunks'], chunk: number, { rows, skipped }: ChunkRows): void {
  const before = chunks.get(chunk) ?? { rows: 0, skipped: 0 };
  chunks.set(chunk, { rows: before.rows + rows, skipped: before.skipped + skipped });
}

/** Only of types that the server alone can read does the count of changes need the stored texts. */
function copiedIfByText(
  { reader }: ExpectedSide,
  rows: readonly (readonly (string | null)[])[],
): readonly (readonly (string | null)[])[] {
  return reader.kinds.includes('as-stored') ? rows.map((row) => [...row]) : rows;
}

/** The legacy rows of a chunk; large values among them are to be had until the next batch is asked for. */
async function* legacyRows(side: ExpectedSide, chunk: number): AsyncGenerator<readonly LegacyRow[]> {
  const { plan, source, scn, chunks, signal, openSpill } = side;
  const bounds = chunks.chunks[chunk];
  if (bounds === undefined) return;
  const spill = openSpill();
  try {
    for await (const legacy of source.read({ plan: plan.read, scn, spill }, bounds)) {
      if (signal.aborted) throw stopped();
      yield legacy;
    }
  } finally {
    spill.close();
  }
}

/** Legacy rows through the mapping of the plan. */
export async function transformed(
  { plan, source, target, scn }: Pick<ExpectedSide, 'plan' | 'source' | 'target' | 'scn'>,
  legacy: readonly LegacyRow[],
): Promise<PreparedChunk> {
  const transformer = plan.transformer();
  transformer.add(legacy, await plan.lookups?.find(legacy, { source, target, scn }));
  return transformer.prepared({ entity: plan.entity, chunk: 0 });
}

/** Properties of relations whose orphans the run has cleared. */
export async function clearedRelations({
  target,
  runId,
  plan,
}: Pick<ExpectedSide, 'target' | 'runId' | 'plan'>): Promise<ReadonlySet<string>> {
  const changes = await target.ledger.changes(runId);
  const cleared = changes.filter(({ entity, kind }) => entity === plan.entity && kind === ORPHAN_CLEARED);
  return new Set(cleared.map(({ property }) => property));
}

/**
 * What the ledger says is not in the target although the mapping would have it: rows that the target refused and orphans. Comparing
 * keys only, the mapping's own refusals are among them, for their reasons are not read.
 */
async function rejectedRows(
  side: ExpectedSide,
  clear: ClearOrphans,
  recount: ChangeRecount,
): Promise<Pick<ExpectedRows, 'rejectedOf'> & { readonly bag: RowBag; readonly refused: number }> {
  const { plan, reader, canonical } = side;
  const bag: RowBag = new Map();
  const rejectedOf = new Map<number, number>();
  const put = async (
    rows: (string | null)[][],
    changed: Pick<ChangedRows, 'rows' | 'changesWithout'>,
  ): Promise<void> => {
    const stored = copiedIfByText(side, rows);
    recount.remove({ ...changed, stored, cleared: await clear(rows), left: NONE });
    for (const row of rows) {
      const digest = digestOf(rowText(row));
      bag.set(digest, (bag.get(digest) ?? 0) + 1);
    }
  };
  const origin = originReader(plan.readByRun, plan.read);
  let refused = 0;
  for await (const rejects of rejectsAtOnce(side)) {
    const atLoad = rejects.filter(({ stage }) => stage === 'load');
    refused += rejects.length - atLoad.length;
    const taken = plan.level === 'rows' ? atLoad : rejects;
    const chunks = new Map<LegacyRow, number>(taken.map((reject) => [origin(reject), reject.chunk]));
    const prepared = await transformed(side, [...chunks.keys()]);
    await put(await canonical.ofWire(prepared.rows), prepared);
    for (const row of prepared.origins) {
      const chunk = chunks.get(row) ?? 0;
      rejectedOf.set(chunk, (rejectedOf.get(chunk) ?? 0) + 1);
    }
  }
  for await (const rows of reader.movedRows()) await put(rows.map(canonical.ofServer), NOT_COUNTED);
  return { bag, refused, rejectedOf };
}

const NONE: ReadonlySet<number> = new Set();
/** An orphan was changed on its way into the target, and stays counted when it is moved out; only what cleared it later does not. */
const NOT_COUNTED = { rows: [], changesWithout: () => [] };

/** The other side has failed or the operator has stopped: whoever waits hears of that, not of this. */
export function stopped(): MigrationError {
  return new MigrationError('INTERRUPTED', 'the comparison was stopped', { hint: 'Run "cutover validate" again.' });
}
