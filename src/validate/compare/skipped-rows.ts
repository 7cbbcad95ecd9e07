import type { LegacyRow } from '../../core/mapping/wire';
import type { Target } from '../../core/ports/target';
import type { TargetReader } from '../../core/ports/target-reader';
import { marksIn, rowMark } from '../../core/row-marks';
import { rowNaming } from '../../core/row-rejects';
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

/** Takes out of `stay` the rows that the run has skipped because the target had their key. Their indexes. */
type LeaveOutSkipped = (rows: ChunkRows, stay: boolean[]) => Promise<ReadonlySet<number>>;

const NONE: ReadonlySet<number> = new Set();

/** By the marks that the ledger has of them; an earlier version has only counted them, so that they are looked for in the table. */
export async function skippedRows(side: Side, chunk: number): Promise<LeaveOutSkipped> {
  const { plan, target, runId, skipped } = side;
  if (skipped === 0) return () => Promise.resolve(NONE);
  const noted = await target.ledger.skipped(runId, plan.entity, chunk);
  if (noted === null) return (rows, stay) => leaveOutHeld(side, rows, stay);
  const marks = marksIn(noted);
  const { keyOf } = rowNaming(plan.read);
  return ({ origins }, stay) => {
    const left = [...origins.entries()].filter(([index, origin]) => {
      const rowid = typeof origin[0] === 'string' ? origin[0] : null;
      return stay[index] === true && takeRow(marks, rowMark({ rowid, key: keyOf(origin) }).toString('hex'));
    });
    for (const [index] of left) stay[index] = false;
    return Promise.resolve(new Set(left.map(([index]) => index)));
  };
}

async function leaveOutHeld(
  { plan, reader }: Side,
  { rows }: ChunkRows,
  stay: boolean[],
): Promise<ReadonlySet<number>> {
  if (plan.matchedBy.kind === 'whole row') return NONE;
  const candidates = [...rows.keys()].filter((index) => stay[index]);
  const keys = candidates.map((index) => plan.keyPositions.map((position) => rows[index]?.[position] ?? ''));
  const held = await reader.heldBefore(plan.matchedBy.columns, keys);
  const left = candidates.filter((_, nth) => held[nth] === true);
  for (const index of left) stay[index] = false;
  return new Set(left);
}
