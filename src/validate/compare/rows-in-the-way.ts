import type { DifferenceKind } from '../../core/comparison/comparison';
import { digestOf, rowText } from '../../core/canonical/row-digest';
import type { Reject } from '../../core/run/outcomes';
import type { LegacySource } from '../../core/ports/legacy-source';
import type { Target } from '../../core/ports/target';
import type { TargetReader } from '../../core/ports/target-reader';
import { originReader } from '../../core/rows/row-rejects';
import { canonicalRows, type CanonicalRows } from './canonical-rows';
import type { ComparisonPlan } from './comparison-plan';
import { transformed } from './expected-rows';
import { placeText } from './place-text';
import { rejectsAtOnce } from './rejects-at-once';
import { compactRow } from './shown-values';

/** SQLSTATEs of a unique index and of an exclusion. */
const CONFLICTS: ReadonlySet<string | null> = new Set(['23505', '23P01']);

type Row = readonly (string | null)[];

/**
 * Whether a row that nobody in the ledger has written stands where a rejected row of the run would be: then it is the application's, which
 * has entered it before the run came to it, or since. `at all`: any such row may, since the ledger does not say which. Asked with the
 * compact form of the row.
 */
export type InTheWay = (
  kind: DifferenceKind,
  held: { readonly row: Row; readonly digest: string },
) => 'by its place' | 'at all' | null;

export interface RejectsFrom {
  readonly plan: ComparisonPlan;
  /** The same for the keys alone: a rejected row may have nothing else that the mapping accepts. */
  readonly byKeys: ComparisonPlan;
  readonly source: LegacySource;
  readonly target: Target;
  readonly reader: TargetReader;
  readonly runId: string;
  readonly scn: string | null;
}

export async function rowsInTheWay(from: RejectsFrom): Promise<InTheWay> {
  const { plan, reader } = from;
  const places = new Set<string>();
  const isOtherConflict = await addRejected(from, places);
  const moved = canonicalRows(reader);
  for await (const rows of reader.movedRows()) addPlaces(places, plan, rows.map(moved.ofServer));
  return (kind, { row, digest }) => {
    // A row that is there too often stands in no one's way by its key.
    if (kind === 'extra' && places.has(placeText(plan, row, digest))) return 'by its place';
    return isOtherConflict ? 'at all' : null;
  };
}

/** Whether any was rejected for something else than the key by which rows are recognised: any row may stand in its way. */
async function addRejected(from: RejectsFrom, places: Set<string>): Promise<boolean> {
  const { plan, byKeys } = from;
  const canonical = canonicalOfKeys(from);
  const origin = originReader(plan.readByRun, byKeys.read);
  let isOtherConflict = false;
  for await (const rejects of rejectsAtOnce(from)) {
    isOtherConflict ||= rejects.some((reject) => CONFLICTS.has(reject.sqlState) && !isOfKey(plan, reject));
    const { rows } = await transformed({ ...from, plan: byKeys }, rejects.map(origin));
    addPlaces(places, byKeys, await canonical.ofWire(rows));
  }
  return isOtherConflict;
}

function addPlaces(places: Set<string>, plan: ComparisonPlan, rows: readonly Row[]): void {
  for (const row of rows) places.add(placeText(plan, compactRow(row), digestOf(rowText(row))));
}

/** Of several columns a reject does not say which they are. */
function isOfKey({ load, keyPositions, matchedBy }: ComparisonPlan, { property }: Pick<Reject, 'property'>): boolean {
  const [position, ...others] = keyPositions;
  if (matchedBy.kind === 'whole row' || position === undefined || others.length > 0) return false;
  return property === load.properties[position];
}

function canonicalOfKeys({ plan, byKeys, reader }: RejectsFrom): CanonicalRows {
  const positions = byKeys.load.columns.map((column) => plan.load.columns.indexOf(column));
  return canonicalRows({
    kinds: positions.map((position) => reader.kinds[position] ?? 'as-stored'),
    asStored: (column, values) => reader.asStored(positions[column] ?? column, values),
  });
}
