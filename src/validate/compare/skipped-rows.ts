import type { LegacyRow } from '../../core/mapping/wire';
import type { Target } from '../../core/ports/target';
import type { TargetReader } from '../../core/ports/target-reader';
import { marksIn, rowMark } from '../../core/rows/row-marks';
import { rowNaming } from '../../core/rows/row-rejects';
import { takeRow } from './canonical-rows';
import type { ComparisonPlan } from './comparison-plan';

interface Side {
  readonly plan: ComparisonPlan;
  readonly target: Target;
  readonly reader: TargetReader;
  readonly runId: string;
  /** How many the ledger has counted. */
  readonly skipped: number;
}

/** Rows of one chunk in their canonical form, and the legacy row behind each. */
interface ChunkRows {
  readonly rows: readonly (readonly (string | null)[])[];
  readonly origins: readonly LegacyRow[];
}

/** Indexes of rows that the run has skipped because the target had their key. */
interface SkippedOfChunk {
  readonly all: ReadonlySet<number>;
  /** Those that the chunk itself has skipped; the others it had loaded, and they were skipped when they were tried again as orphans. */
  readonly notLoaded: ReadonlySet<number>;
}

/** Takes the skipped rows out of `stay`. */
type LeaveOutSkipped = (rows: ChunkRows, stay: boolean[]) => Promise<SkippedOfChunk>;

const NONE: SkippedOfChunk = { all: new Set(), notLoaded: new Set() };

/** By the marks that the ledger has of them; an earlier version has only counted them, so that they are looked for in the table. */
export async function skippedRows(side: Side, chunk: number): Promise<LeaveOutSkipped> {
  const { plan, target, runId, skipped } = side;
  if (skipped === 0) return () => Promise.resolve(NONE);
  const noted = await target.ledger.skipped(runId, plan.entity, chunk);
  if (noted === null) return (rows, stay) => leaveOutHeld(side, rows, stay);
  const [loading, later] = [marksIn(noted.loading), marksIn(noted.later)];
  const { keyOf } = rowNaming(plan.read);
  return ({ origins }, stay) => {
    const [all, notLoaded] = [new Set<number>(), new Set<number>()];
    for (const [index, origin] of origins.entries()) {
      if (stay[index] !== true) continue;
      const rowid = typeof origin[0] === 'string' ? origin[0] : null;
      const mark = rowMark({ rowid, key: keyOf(origin) }).toString('hex');
      if (takeRow(loading, mark)) notLoaded.add(index);
      else if (!takeRow(later, mark)) continue;
      all.add(index);
      stay[index] = false;
    }
    return Promise.resolve({ all, notLoaded });
  };
}

async function leaveOutHeld({ plan, reader }: Side, { rows }: ChunkRows, stay: boolean[]): Promise<SkippedOfChunk> {
  if (plan.matchedBy.kind === 'whole row') return NONE;
  const candidates = [...rows.keys()].filter((index) => stay[index]);
  const keys = candidates.map((index) => plan.keyPositions.map((position) => rows[index]?.[position] ?? ''));
  const held = await reader.heldBefore(plan.matchedBy.columns, keys);
  const left = new Set(candidates.filter((_, nth) => held[nth] === true));
  for (const index of left) stay[index] = false;
  return { all: left, notLoaded: left };
}
