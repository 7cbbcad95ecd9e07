import { narrowingOf, type Narrowing } from '../../core/canonical/narrowing';
import type { ChangeTally, PreparedChunk } from '../../core/outcomes';
import type { ChangeCount } from '../../core/ports/ledger';
import type { LoadPlan, TargetColumn } from '../../core/ports/target';
import type { TargetReader } from '../../core/ports/target-reader';
import type { Cleared } from './cleared-keys';

/** Under which the ledger counts references that the orphan policy `null` has cleared. */
export const ORPHAN_CLEARED = 'orphan→null';

/** A property that is not changed as often as the ledger says. */
export interface ChangeDifference extends Pick<ChangeTally, 'property' | 'kind'> {
  readonly inLedger: number;
  readonly counted: number;
}

/** A column that stores less than some values have. */
export interface NarrowedColumn extends Narrowing {
  readonly position: number;
  readonly property: string;
}

/** Rows on their way into the target, with what became of their references; those at the indexes `left` did not reach it. */
export interface ChangedRows extends Pick<PreparedChunk, 'rows' | 'changesWithout'> {
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
  load: Pick<LoadPlan, 'columns' | 'properties'>,
  kinds: TargetReader['kinds'],
  columns: readonly TargetColumn[],
): readonly NarrowedColumn[] {
  return load.columns.flatMap((name, position) => {
    const maxLength = columns.find((column) => column.name === name)?.maxLength ?? null;
    const narrowing = narrowingOf({ kind: kinds[position] ?? 'text', maxLength });
    return narrowing === null ? [] : [{ ...narrowing, position, property: load.properties[position] ?? name }];
  });
}

export function changeRecount(
  narrowed: readonly NarrowedColumn[],
  begun: ReadonlyMap<string, number> = new Map(),
): ChangeRecount {
  const counts = new Map(begun);
  const note = (property: string, kind: string, count: number): void => {
    const id = idOf({ property, kind });
    counts.set(id, (counts.get(id) ?? 0) + count);
  };
  const tally = ({ rows, changesWithout, cleared, left }: ChangedRows, sign: 1 | -1): void => {
    for (const { property, kind, count } of changesWithout(left)) note(property, kind, sign * count);
    for (const { property, indexes } of cleared) {
      note(property, ORPHAN_CLEARED, sign * indexes.filter((index) => !left.has(index)).length);
    }
    for (const { property, kind, narrows, position } of narrowed) {
      for (const [index, row] of rows.entries()) {
        const value = row[position] ?? null;
        if (value !== null && !left.has(index) && narrows(value)) note(property, kind, sign);
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
