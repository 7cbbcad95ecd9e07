import { diceFor, type Dice } from './dice';
import {
  FAULTS,
  type Entity,
  type FaultOf,
  type FaultPlan,
  type PlannedReject,
  type PlantedFault,
} from './planned-faults';

/**
 * A cell as the stand-in's `seedTable` takes it: numbers and times as text (with zone: local time and offset), CHAR padded; a Buffer
 * in a character column is raw legacy bytes.
 */
export type LegacyCell = string | number | Buffer | null;

/** By property: the text that the target must show (numbers and booleans as text, times in UTC, bytes as hex). */
export type ExpectedRow = Readonly<Record<string, string | null>>;

/** How one table is made: the good record first, then its legacy form; the expected row comes from the good record alone. */
export interface Recipe<Truth, Column extends string, E extends Entity> {
  readonly entity: E;
  readonly table: string;
  /** Legacy columns in the order of the DDL. */
  readonly columns: readonly Column[];
  readonly truth: (index: number, dice: Dice, fault: PlantedFault | undefined) => Truth;
  readonly key: (truth: Truth) => string;
  readonly legacy: (truth: Truth, dice: Dice) => Record<Column, LegacyCell>;
  readonly expected: (truth: Truth) => ExpectedRow;
  /** What each fault does to the legacy row; the faults that lie in a reference are made by `truth`. */
  readonly spoil: Record<FaultOf<E>, (dice: Dice, place: number) => Partial<Record<Column, LegacyCell>>>;
  /** The row that a duplicate repeats. */
  readonly twinOf?: (index: number) => number;
}

/** One legacy table with what must become of it. All three are lazy and can be run through again. */
export interface LegacyTableData {
  readonly entity: Entity;
  readonly table: string;
  readonly columns: readonly string[];
  readonly rowCount: number;
  readonly rows: Iterable<readonly LegacyCell[]>;
  /** The rows that must arrive, in the order of their keys. */
  readonly expected: Iterable<ExpectedRow>;
  readonly rejects: Iterable<PlannedReject>;
}

export interface Batch {
  readonly rows: number;
  readonly seed: number;
  readonly faults: FaultPlan;
}

/** Makes a table by its recipe. Every row depends on its number alone, so memory does not grow with the table. */
export function tableData<Truth, Column extends string, E extends Entity>(
  recipe: Recipe<Truth, Column, E>,
  batch: Batch,
): LegacyTableData {
  const { entity, table, columns } = recipe;
  const truthAt = (index: number): Truth => {
    const source = isDuplicate(batch, index) ? (recipe.twinOf?.(index) ?? index) : index;
    return recipe.truth(source, diceFor(batch.seed, table, source), batch.faults.get(source));
  };
  const reports: Readonly<Record<string, Omit<PlannedReject, 'entity' | 'key'>>> = FAULTS[entity];
  return {
    entity,
    table,
    columns,
    rowCount: batch.rows,
    rows: numbered(batch.rows, (index) => legacyRow(recipe, batch, { index, truth: truthAt(index) })),
    expected: numbered(batch.rows, (index) => (batch.faults.has(index) ? undefined : recipe.expected(truthAt(index)))),
    rejects: numbered(batch.rows, (index) => {
      const report = reports[batch.faults.get(index)?.kind ?? ''];
      return report && { entity, key: JSON.stringify([recipe.key(truthAt(index))]), ...report };
    }),
  };
}

function legacyRow<Truth, Column extends string, E extends Entity>(
  recipe: Recipe<Truth, Column, E>,
  batch: Batch,
  { index, truth }: { readonly index: number; readonly truth: Truth },
): LegacyCell[] {
  const source = isDuplicate(batch, index) ? (recipe.twinOf?.(index) ?? index) : index;
  const dice = diceFor(batch.seed, `${recipe.table} spoiled`, source);
  const cells = recipe.legacy(truth, dice);
  const fault = batch.faults.get(index);
  const spoiled = fault ? { ...cells, ...recipe.spoil[fault.kind as FaultOf<E>](dice, index) } : cells;
  return recipe.columns.map((column) => spoiled[column]);
}

function isDuplicate(batch: Batch, index: number): boolean {
  return batch.faults.get(index)?.kind === 'duplicateKey';
}

/** What `make` gives for the numbers below `count`, without its undefined ones. */
function numbered<T>(count: number, make: (index: number) => T | undefined): Iterable<T> {
  return {
    *[Symbol.iterator]() {
      for (let index = 0; index < count; index++) {
        const made = make(index);
        if (made !== undefined) yield made;
      }
    },
  };
}
