import { canonicalFor } from '../../core/canonical/canonical-text';
import { storedAs } from '../../core/canonical/narrowing';
import type { TargetRow, TargetValue } from '../../core/mapping/wire';
import { ORPHAN_CLEARED, type Recounted } from '../../core/run/change-names';
import type { ChangeTally, PreparedChunk } from '../../core/run/outcomes';
import type { ChangeCount } from '../../core/ports/ledger';
import type { TargetColumn } from '../../core/ports/target';
import type { WritePlan } from '../../core/ports/write-plan';
import type { TargetReader } from '../../core/ports/target-reader';
import type { Cleared } from './cleared-keys';
import { judgeNarrowing } from './judge-narrowing';

/** A property that is not changed as often as the ledger says. */
export type ChangeDifference = Recounted;

/** A column that stores less than some values have, or restates them in a form that only the server knows. */
export interface NarrowedColumn {
  readonly kind: string;
  readonly position: number;
  readonly property: string;
  /** `stored`: the value's canonical text. */
  readonly narrows: (value: Exclude<TargetValue, null>, stored: string | null) => boolean;
}

/** Rows on their way into the target, with what became of their references; those at the indexes `left` did not reach it. */
export interface ChangedRows extends Pick<PreparedChunk, 'rows' | 'changesWithout'> {
  /** The canonical texts of the rows, no reference cleared. */
  readonly stored: readonly (readonly (string | null)[])[];
  readonly cleared: readonly Cleared[];
  readonly left: ReadonlySet<number>;
}

/** Counts the changes that the mapping and the target's columns make, by property and kind. */
export interface ChangeRecount {
  readonly add: (rows: ChangedRows) => void;
  /** Takes back what rows that were turned away have added. */
  readonly remove: (rows: ChangedRows) => void;
  /** Another count that goes on from this one. */
  readonly copy: () => ChangeRecount;
  /** Where the ledger's counts are others, in no order. */
  readonly differences: (ledger: readonly ChangeCount[]) => readonly ChangeDifference[];
}

/** The columns of a load that narrow some of its values, by the live table. */
export function narrowedColumns(
  load: Pick<WritePlan, 'columns' | 'properties'>,
  kinds: TargetReader['kinds'],
  columns: readonly TargetColumn[],
): readonly NarrowedColumn[] {
  return load.columns.flatMap((name, position) => {
    const { maxLength = null, type = '' } = columns.find((column) => column.name === name) ?? {};
    const kind = kinds[position] ?? 'text';
    const narrowing =
      kind === 'as-stored' ? { kind: storedAs(type), narrows: isRestated } : judgeNarrowing({ kind, maxLength });
    return narrowing === null ? [] : [{ ...narrowing, position, property: load.properties[position] ?? name }];
  });
}

const asSent = canonicalFor('as-stored');

const isRestated: NarrowedColumn['narrows'] = (value, stored) => stored !== null && asSent(value) !== stored;

export function changeRecount(
  narrowed: readonly NarrowedColumn[],
  begun: ReadonlyMap<string, number> = new Map(),
): ChangeRecount {
  const counts = new Map(begun);
  const note = (property: string, kind: string, count: number): void => {
    const id = idOf({ property, kind });
    counts.set(id, (counts.get(id) ?? 0) + count);
  };
  const tally = ({ rows, stored, changesWithout, cleared, left }: ChangedRows, sign: 1 | -1): void => {
    for (const { property, kind, count } of changesWithout(left)) note(property, kind, sign * count);
    for (const { property, indexes } of cleared) {
      note(property, ORPHAN_CLEARED, sign * indexes.filter((index) => !left.has(index)).length);
    }
    for (const column of narrowed) {
      for (const [index, row] of rows.entries()) {
        if (!left.has(index) && isNarrowed(column, row, stored[index] ?? [])) note(column.property, column.kind, sign);
      }
    }
  };
  return {
    add: (rows) => {
      tally(rows, 1);
    },
    remove: (rows) => {
      tally(rows, -1);
    },
    copy: () => changeRecount(narrowed, counts),
    differences: (ledger) => differencesOf(counts, ledger),
  };
}

function isNarrowed(
  { narrows, position }: NarrowedColumn,
  row: TargetRow,
  stored: readonly (string | null)[],
): boolean {
  const value = row[position] ?? null;
  return value !== null && narrows(value, stored[position] ?? null);
}

function differencesOf(counts: ReadonlyMap<string, number>, ledger: readonly ChangeCount[]): ChangeDifference[] {
  const noted = new Map(ledger.map((change) => [idOf(change), change.count]));
  return [...new Set([...noted.keys(), ...counts.keys()])].flatMap((id) => {
    const [inLedger, counted] = [noted.get(id) ?? 0, counts.get(id) ?? 0];
    const [property = '', kind = ''] = id.split('\0');
    return inLedger === counted ? [] : [{ property, kind, inLedger, counted }];
  });
}

function idOf({ property, kind }: Pick<ChangeTally, 'property' | 'kind'>): string {
  return `${property}\0${kind}`;
}
