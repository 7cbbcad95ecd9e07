import { largeIn, LargeValue, unparked, type LargeFacts } from './large-value';
import type { LegacyRow, LegacyValue } from '../mapping/wire';
import type { Reject, RejectStage } from '../run/outcomes';
import type { ReadPlan } from '../ports/legacy-source';
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

/**
 * Makes the names of a plan's rows; the legacy row of a reject is kept as JSON by column: text, `{ "hex": … }`, null, or
 * `{ "large": … }` for a value that is too large to lie in memory, by its lengths and hash.
 */
export function rowNaming(plan: ReadPlan): RowNaming {
  const keyIndexes = plan.key.map((column) => rowIndexOf(plan, column, 'text'));
  const names = plan.columns.map((column) => rawName(plan, column));
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

/**
 * Makes the legacy row of a reject again, as `wanted` would have read it; `plan` is the one by which it was read. A column that the reject
 * does not name is null.
 */
export function originReader(plan: ReadPlan, wanted: ReadPlan): (reject: Pick<Reject, 'raw' | 'rowid'>) => LegacyRow {
  const names = wanted.columns.map((column) => rawName(plan, column));
  return ({ raw, rowid }) => {
    const values = JSON.parse(raw) as Readonly<Record<string, ReturnType<typeof rawValue>>>;
    return [rowid, ...names.map((name) => legacyValue(values[name] ?? null))];
  };
}

function legacyValue(value: ReturnType<typeof rawValue>): LegacyValue {
  if (typeof value !== 'object' || value === null) return value;
  return 'hex' in value ? Buffer.from(value.hex, 'hex') : new LargeValue(value.large, null, false).asCell();
}

/** A column's name in `raw`; its bytes have one of their own where its text is read as well. */
function rawName(plan: ReadPlan, { name, as }: ReadPlan['columns'][number]): string {
  return as === 'bytes' && readAlsoAsText(plan, name) ? `${name}:bytes` : name;
}

function readAlsoAsText(plan: ReadPlan, name: string): boolean {
  return rowIndexOf(plan, name, 'text') !== -1;
}

function keyText(cell: LegacyValue): string | null {
  const value = unparked(cell);
  return Buffer.isBuffer(value) ? value.toString('hex') : value;
}

type RawValue = string | null | { readonly hex: string } | { readonly large: LargeFacts };

function rawValue(cell: LegacyValue): RawValue {
  const value = unparked(cell);
  const large = largeIn(value);
  if (large !== null) return { large: large.facts };
  return Buffer.isBuffer(value) ? { hex: value.toString('hex') } : value;
}
