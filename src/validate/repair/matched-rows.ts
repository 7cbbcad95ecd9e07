import type { RowDifference, ShownValue } from '../../core/comparison/comparison';
import { digestOf, rowText } from '../../core/canonical/row-digest';
import type { KeyTexts, RowOwner } from '../../core/ports/target-reader';
import type { RepairDesk } from '../../core/ports/repair-desk';
import { canonicalRows } from '../compare/canonical-rows';
import type { ComparisonPlan } from '../compare/comparison-plan';
import type { InTheWay } from '../compare/rows-in-the-way';
import { compactRow, shownValue } from '../compare/shown-values';
import { shownActual, shownPlace } from './shown-place';
import type { WantedRow } from './wanted-rows';

/** A row of the target that is as a difference says. */
interface Candidate extends MatchedRow {
  readonly owner: RowOwner;
  readonly row: readonly (string | null)[];
  readonly digest: string;
}

/** A row of the target. */
export interface MatchedRow {
  /** Where the target has it. */
  readonly place: string;
  /** What it is recognised by: see `shownPlace`. */
  readonly key: string;
}

/** What the rows of the target are to the differences of a list, now. */
export interface MatchedRows {
  /** The rows that the list speaks of: `extra`, `doubled` and `different` ones that are still as it says. */
  readonly rows: ReadonlyMap<RowDifference, MatchedRow>;
  /** By what they are recognised by: how many such rows the target has, among those looked at. */
  readonly present: PresentRows;
}

export interface PresentRows {
  /** Of others only where a primary key lets no second one in. */
  readonly all: ReadonlyMap<string, number>;
  /** Those that are the entity's own as far as is known. */
  readonly own: ReadonlyMap<string, number>;
}

export interface Matching {
  readonly plan: ComparisonPlan;
  readonly differences: readonly RowDifference[];
  readonly wanted: ReadonlyMap<RowDifference, WantedRow>;
  /** The table has rows that are not the run's, which are not to be taken out. */
  readonly shared: boolean;
  /** Null: there are no rows to ask of. */
  readonly inTheWay: InTheWay | null;
}

/** Looks the rows of the differences up, by key where the list has one that can be asked for, else among all rows of the table. */
export async function matchedRows(desk: RepairDesk, matching: Matching): Promise<MatchedRows> {
  const { plan } = matching;
  const kinds = desk.kinds(plan.entity);
  // Neither side's own conversion is needed to read a stored row.
  const canonical = canonicalRows({ kinds, asStored: (_, values) => Promise.resolve(values) });
  const looks = looksOf(matching);
  const candidates = new Map<string, Candidate[]>();
  const { present, count } = presentRows(matching);
  for await (const batch of desk.rows(plan.entity, keysToAsk(matching, kinds))) {
    for (const [place, ...server] of batch) {
      const row = canonical.ofServer(server);
      const compact = compactRow(row);
      const shown = compact.map(shownValue);
      const owner = server[0] as RowOwner;
      const candidate = { place: place ?? '', key: shownPlace(plan, shown), owner, row: compact };
      count(candidate);
      for (const look of looks.shapes) {
        const text = lookText(look, shown);
        if (!looks.wanted.has(text)) continue;
        const found = candidates.get(text) ?? [];
        found.push({ ...candidate, digest: digestOf(rowText(row)) });
        candidates.set(text, found);
      }
    }
  }
  return { rows: chosenRows(matching, looks.of, candidates), present };
}

function presentRows({ plan, shared }: Matching): {
  readonly present: PresentRows;
  readonly count: (row: Pick<Candidate, 'key' | 'owner'>) => void;
} {
  const present = { all: new Map<string, number>(), own: new Map<string, number>() };
  const add = (counts: Map<string, number>, key: string): unknown => counts.set(key, (counts.get(key) ?? 0) + 1);
  return {
    present,
    count: ({ key, owner }) => {
      if (plan.matchedBy.kind === 'primary key' || owner !== 'o') add(present.all, key);
      if (owner === 't' || (owner === 'f' && !shared)) add(present.own, key);
    },
  };
}

/** Positions that a difference speaks of, with what they hold. */
type Shape = readonly number[];

function lookText(shape: Shape, shown: readonly ShownValue[]): string {
  return JSON.stringify([shape.length, ...shape.map((position) => shown[position] ?? null)]);
}

interface Looks {
  readonly shapes: readonly Shape[];
  readonly wanted: ReadonlySet<string>;
  readonly of: ReadonlyMap<RowDifference, string>;
}

function looksOf({ plan, differences, wanted }: Matching): Looks {
  const shapes = new Map<string, Shape>();
  const of = new Map<RowDifference, string>();
  for (const difference of differences) {
    if (difference.kind === 'missing') continue;
    const wantedRow = wanted.get(difference)?.shown ?? [];
    if (difference.kind === 'different' && wantedRow.length === 0) continue;
    const shown = Object.assign([...wantedRow], shownActual(plan, difference));
    const shape = [...shown.keys()].filter((position) => shown[position] !== undefined);
    // Less would look like rows that no comparison has meant.
    if (!plan.keyPositions.every((position) => shape.includes(position))) continue;
    shapes.set(shape.join(), shape);
    of.set(difference, lookText(shape, shown));
  }
  return { shapes: [...shapes.values()], wanted: new Set(of.values()), of };
}

function chosenRows(
  { shared, plan, inTheWay }: Matching,
  looks: Looks['of'],
  candidates: ReadonlyMap<string, Candidate[]>,
): Map<RowDifference, MatchedRow> {
  const rows = new Map<RowDifference, MatchedRow>();
  const taken = new Set<string>();
  for (const [difference, look] of looks) {
    const { kind } = difference;
    const isOfOthers = (one: Candidate): boolean => {
      return kind !== 'different' && one.owner === 'f' && (inTheWay?.(kind, one) ?? null) !== null;
    };
    const left = (candidates.get(look) ?? []).filter((one) => !taken.has(one.place) && !isOfOthers(one));
    const chosen = chooseFrom(left, mayTouch(kind, shared, plan));
    if (chosen === undefined) continue;
    rows.set(difference, chosen);
    taken.add(chosen.place);
  }
  return rows;
}

/**
 * Whose rows a difference may touch, the first before the others. The run's own row is mended; of two that are the same the one goes that
 * somebody has added. A row of another entity or run is never touched, whatever the list says, nor is one taken out that may be one.
 */
function mayTouch(
  kind: RowDifference['kind'],
  shared: boolean,
  { matchedBy }: Pick<ComparisonPlan, 'matchedBy'>,
): readonly RowOwner[] {
  if (kind !== 'different') return shared ? ['t'] : ['f', 't'];
  // Only a primary key says that no other row can be meant.
  return matchedBy.kind === 'primary key' ? ['t', 'f', 's'] : ['t', 'f'];
}

function chooseFrom(left: readonly Candidate[], owners: readonly RowOwner[]): Candidate | undefined {
  return owners
    .map((owner) => left.find((candidate) => candidate.owner === owner))
    .find((found) => found !== undefined);
}

/** Kinds whose canonical text the server reads as the same value. */
const ASKABLE = new Set(['number', 'text', 'uuid', 'bytes']);

/** Null where all rows have to be looked at. */
function keysToAsk(
  { plan: { matchedBy, keyPositions, load }, differences, wanted }: Matching,
  kinds: readonly string[],
): { readonly columns: readonly string[]; readonly keys: KeyTexts } | null {
  if (matchedBy.kind === 'whole row' || !keyPositions.every((at) => ASKABLE.has(kinds[at] ?? ''))) return null;
  const keys = new Map<string, readonly string[]>();
  for (const difference of differences) {
    const shown = wanted.get(difference)?.shown;
    // Of a row that may be inserted the key counts that it will have, whatever the list says.
    const given = difference.kind === 'missing' && shown ? keyPositions.map((at) => shown[at]) : difference.targetKey;
    const key = (given ?? []).flatMap((value) => (typeof value === 'string' ? value : []));
    if (key.length < keyPositions.length) return null;
    keys.set(key.join('\0'), key);
  }
  return { columns: keyPositions.map((at) => load.columns[at] ?? ''), keys: [...keys.values()] };
}
