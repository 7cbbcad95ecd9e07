import type { DifferenceKind } from '../../core/comparison/comparison';
import { keyText } from '../../core/canonical/row-digest';

export type Row = readonly (string | null)[];

/** A row of the source's side that is held until its partner comes. */
export interface ExpectedHeld {
  readonly row: Row;
  readonly digest: string;
  readonly legacyKey: string;
  readonly rowid: string | null;
  readonly chunk: number;
}

/** A row of the target. */
export interface ActualHeld {
  readonly row: Row;
  readonly digest: string;
  /** Whether it is one too many where it has no partner: of the run, or of nobody in a table that is the run's alone. */
  readonly own: boolean;
  /** Nobody in the ledger has written it. */
  readonly nobodys?: boolean;
}

/** Rows of both sides with one key. */
export interface RowGroup {
  readonly expected: ExpectedHeld[];
  readonly actual: ActualHeld[];
  /** Pairs that were the same on both sides, and are gone. */
  matched: number;
  /** Rows of such pairs in whose place one that is more surely of the run may come yet. */
  readonly uncertain: ActualHeld[];
}

export interface Unmatched {
  readonly kind: DifferenceKind;
  readonly expected: ExpectedHeld | null;
  readonly actual: ActualHeld | null;
  /** Positions of the columns that differ; none but for `different`. */
  readonly positions: readonly number[];
}

/** Rows compared by key as they come, in any order; those that agree are forgotten at once. */
export class RowGroups {
  private readonly groups = new Map<string, RowGroup>();
  /** Rows that agree although they are not the run's own, as far as is told. */
  standIns = 0;
  /** Rows of the target that have no partner among those that agree. */
  unmatched = 0;

  addExpected(key: string, held: ExpectedHeld): void {
    const group = this.group(key);
    const partner = takeSurest(group.actual, held.digest);
    if (partner === null) group.expected.push(held);
    else {
      this.unmatched -= 1;
      this.pair(group, partner);
    }
    this.forget(key, group);
  }

  addActual(key: string, held: ActualHeld): void {
    const group = this.group(key);
    const index = group.expected.findIndex(({ digest }) => digest === held.digest);
    if (index >= 0) {
      group.expected.splice(index, 1);
      this.pair(group, held);
    } else {
      group.actual.push(this.exchanged(group, held));
      this.unmatched += 1;
    }
    this.forget(key, group);
  }

  /** What is left when all have come. A row that the run did not write counts only as the partner of one that it should have. */
  *differences(): Generator<Unmatched> {
    for (const group of this.groups.values()) yield* unmatchedOf(group);
  }

  private pair(group: RowGroup, partner: ActualHeld): void {
    group.matched += 1;
    if (!partner.own) this.standIns += 1;
    if (certainty(partner) < MOST_CERTAIN) group.uncertain.push(partner);
  }

  /** The row that is left over where one more comes of those that are paired: the least certain of both. */
  private exchanged(group: RowGroup, held: ActualHeld): ActualHeld {
    const index = group.uncertain.findIndex(
      (other) => other.digest === held.digest && certainty(other) < certainty(held),
    );
    const [other] = index === -1 ? [] : group.uncertain.splice(index, 1);
    if (other === undefined) return held;
    if (!other.own) this.standIns -= 1;
    group.matched -= 1;
    this.pair(group, held);
    return other;
  }

  private group(key: string): RowGroup {
    let group = this.groups.get(key);
    if (group === undefined) this.groups.set(key, (group = { expected: [], actual: [], matched: 0, uncertain: [] }));
    return group;
  }

  /** Once the same rows have come on both sides, only the number of pairs would tell a doubled row, so that one is remembered. */
  private forget(key: string, group: RowGroup): void {
    if (group.expected.length + group.actual.length === 0 && group.matched === 0) this.groups.delete(key);
  }
}

const MOST_CERTAIN = 2;

/** How certain it is that the run has written the row. */
function certainty({ own, nobodys = false }: ActualHeld): number {
  if (!own) return 0;
  return nobodys ? 1 : MOST_CERTAIN;
}

/** Takes that row out of `among` which has the digest and is most certainly of the run. */
function takeSurest(among: ActualHeld[], digest: string): ActualHeld | null {
  let best: ActualHeld | null = null;
  for (const held of among) {
    if (held.digest === digest && (best === null || certainty(held) > certainty(best))) best = held;
  }
  if (best !== null) among.splice(among.indexOf(best), 1);
  return best;
}

function* unmatchedOf({ expected, actual, matched }: RowGroup): Generator<Unmatched> {
  const present = matched > 0 || expected.length > 0;
  const left = [...actual].sort((a, b) => Number(b.own) - Number(a.own));
  for (const held of expected) {
    const partner = nearest(held, left);
    if (partner === null) yield { kind: 'missing', expected: held, actual: null, positions: [] };
    else yield { kind: 'different', expected: held, actual: partner, positions: differing(held.row, partner.row) };
  }
  for (const held of left) {
    if (held.own) yield { kind: present ? 'doubled' : 'extra', expected: null, actual: held, positions: [] };
  }
}

/** Takes the row out of `left` that differs in the fewest columns, one of the run's own before all others. */
function nearest(held: ExpectedHeld, left: ActualHeld[]): ActualHeld | null {
  let best: ActualHeld | null = null;
  let least = Infinity;
  for (const candidate of left) {
    const distance = differing(held.row, candidate.row).length + (candidate.own ? 0 : held.row.length);
    if (distance < least) [best, least] = [candidate, distance];
  }
  if (best !== null) left.splice(left.indexOf(best), 1);
  return best;
}

function differing(a: Row, b: Row): number[] {
  return [...a.keys()].filter((position) => a[position] !== b[position]);
}

/** The most rows without a partner among which rows that are nearly the same are looked for. */
const MOST_TO_PAIR = 5_000;

/**
 * For rows that are recognised as a whole: a missing and an extra one that differ in a single column are one row that is different.
 * The others stay as they are.
 */
export function pairedByLikeness(found: readonly Unmatched[]): Unmatched[] {
  const missing = found.flatMap(({ expected, actual }) => (expected !== null && actual === null ? [expected] : []));
  const extra = found.flatMap(({ kind, actual }) => (kind === 'extra' && actual !== null ? [actual] : []));
  if (missing.length + extra.length > MOST_TO_PAIR) return [...found];
  const pairs = new Map<ExpectedHeld | ActualHeld, Unmatched>();
  const width = missing[0]?.row.length ?? 0;
  for (let column = 0; column < width; column += 1) pairAllBut(column, { missing, extra, pairs });
  return found.flatMap((one) => {
    const pair = pairs.get(one.expected ?? one.actual ?? NOBODY);
    if (pair === undefined) return [one];
    return one.expected === null ? [] : [pair];
  });
}

const NOBODY: ActualHeld = { row: [], digest: '', own: true };

/** Pairs the rows that are the same but for one column. */
function pairAllBut(
  column: number,
  rows: {
    readonly missing: readonly ExpectedHeld[];
    readonly extra: readonly ActualHeld[];
    readonly pairs: Map<ExpectedHeld | ActualHeld, Unmatched>;
  },
): void {
  const { missing, extra, pairs } = rows;
  const rest = (row: Row): string =>
    keyText(
      row,
      [...row.keys()].filter((position) => position !== column),
    );
  const open = new Map(extra.filter((held) => !pairs.has(held)).map((held) => [rest(held.row), held]));
  for (const expected of missing) {
    if (pairs.has(expected)) continue;
    const actual = open.get(rest(expected.row));
    if (actual === undefined) continue;
    open.delete(rest(expected.row));
    const pair: Unmatched = { kind: 'different', expected, actual, positions: [column] };
    pairs.set(expected, pair);
    pairs.set(actual, pair);
  }
}
