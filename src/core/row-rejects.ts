import type { LegacyRow, LegacyValue } from './mapping/wire';
import type { Reject, RejectStage } from './outcomes';
import type { ReadPlan } from './ports/legacy-source';
import { rowIndexOf } from './read-plan';

/** What is wrong with a row. `sqlState` is null unless the target said so. */
interface RowFault {
  readonly stage: RejectStage;
  readonly property: string | null;
  readonly reason: string;
  readonly sqlState: string | null;
}

/** Names the rows of one plan in rejects and samples. */
export interface RowNaming {
  /** The key columns' exact values as a JSON array of texts (bytes as hex, null as null). */
  readonly keyOf: (row: LegacyRow) => string;
  readonly rejectOf: (row: LegacyRow, fault: RowFault) => Reject;
}

/** Makes the names of a plan's rows; the legacy row of a reject is kept as JSON by column: text, `{ "hex": … }` or null. */
export function rowNaming(plan: ReadPlan): RowNaming {
  const keyIndexes = plan.key.map((column) => rowIndexOf(plan, column, 'text'));
  const names = plan.columns.map(({ name, as }) =>
    as === 'bytes' && readAlsoAsText(plan, name) ? `${name}:bytes` : name,
  );
  const keyOf = (row: LegacyRow): string => JSON.stringify(keyIndexes.map((index) => keyText(row[index] ?? null)));
  return {
    keyOf,
    rejectOf: (row, fault) => ({
      entity: plan.entity,
      stage: fault.stage,
      key: keyOf(row),
      rowid: typeof row[0] === 'string' ? row[0] : null,
      property: fault.property,
      reason: fault.reason,
      sqlState: fault.sqlState,
      raw: JSON.stringify(Object.fromEntries(names.map((name, index) => [name, rawValue(row[index + 1] ?? null)]))),
    }),
  };
}

function readAlsoAsText(plan: ReadPlan, name: string): boolean {
  return rowIndexOf(plan, name, 'text') !== -1;
}

function keyText(value: LegacyValue): string | null {
  return Buffer.isBuffer(value) ? value.toString('hex') : value;
}

function rawValue(value: LegacyValue): string | null | { readonly hex: string } {
  return Buffer.isBuffer(value) ? { hex: value.toString('hex') } : value;
}
