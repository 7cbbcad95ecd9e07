import { largeIn } from '../../../core/rows/large-value';
import type { TargetRow, TargetValue } from '../../../core/mapping/wire';
import type { LoadFault } from '../../../core/run/outcomes';
import type { NamedColumns } from '../../catalogue/constraints';
import type { TableShape } from '../shape/table-shape';

/** By SQLSTATE; the server's own message quotes the row and is not used. */
const REASONS: Readonly<Record<string, string>> = {
  '22001': 'longer than the column',
  '22003': 'out of range',
  '22007': 'not a date or time',
  '22008': 'no such day or time',
  '22021': 'characters that the target cannot hold',
  '2200M': 'not XML',
  '2200N': 'not XML',
  '22P02': 'not a value of the type',
  '22P03': 'not a value of the type',
  '22P05': 'characters that the target cannot hold',
  '23502': 'null where a value is required',
  '23503': 'no parent',
  '23505': 'duplicate key',
  // Any other check has a name.
  '23514': 'no partition for it',
  '53200': 'more memory needed than the target gives',
  '54000': 'larger than the target can hold',
  '54001': 'nested too deeply for the target',
  P0001: 'refused by a trigger',
};
const NAMED: Readonly<Record<string, string>> = { '23514': 'check', '23P01': 'exclusion', '23503': 'no parent for' };

/** What the server says of a statement that it refused, without its message. Empty texts where it says nothing. */
export interface Refusal {
  readonly state: string;
  readonly constraint: string;
  readonly column: string;
}

/** What is known of a refused row and of the names that the server calls things by. */
type Known = NamedColumns & { readonly row: TargetRow };

const NOTHING_KNOWN: Known = { ofConstraint: new Map(), ofIndex: new Map(), row: [] };

/** SQLSTATE of what a limit of the server's refuses. */
const LIMIT_EXCEEDED = '54000';

/** What the target has against a single row. */
export function faultOf(refusal: Refusal, shape: TableShape, known: Known = NOTHING_KNOWN): LoadFault {
  const { state, constraint, column } = refusal;
  const indexed = state === LIMIT_EXCEEDED ? known.ofIndex.get(constraint) : undefined;
  if (indexed !== undefined) return tooLongFor(indexed, shape, known.row);
  const named = NAMED[state];
  const reason =
    named !== undefined && constraint !== '' ? `${named} ${constraint}` : (REASONS[state] ?? 'refused by the target');
  const columns = column === '' ? (known.ofConstraint.get(constraint) ?? []) : [column];
  return { property: propertyOf(shape, columns), reason, sqlState: state };
}

/** The longest of the indexed values is blamed. */
function tooLongFor(indexed: readonly string[], { columns }: TableShape, row: TargetRow): LoadFault {
  const sizes = columns.flatMap(({ name, property }, position) =>
    indexed.includes(name) ? [{ property, bytes: bytesOf(row[position] ?? null) }] : [],
  );
  const [longest] = sizes.sort((a, b) => b.bytes - a.bytes);
  return { property: longest?.property ?? null, reason: 'too long for an index', sqlState: LIMIT_EXCEEDED };
}

/** As it is sent; numbers and flags are short. */
export function bytesOf(value: TargetValue): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  return Buffer.isBuffer(value) ? value.length : (largeIn(value)?.facts.bytes ?? 0);
}

/** The property that one column is of; null where several are meant, or none of the mapping's. */
export function propertyOf(shape: TableShape, columns: readonly string[]): string | null {
  const [only] = columns;
  return columns.length === 1 ? (shape.columns.find(({ name }) => name === only)?.property ?? null) : null;
}

/** The fault of a row whose key another row has, by that key's columns. */
export function duplicateKey(shape: TableShape, columns: readonly string[]): LoadFault {
  return { property: propertyOf(shape, columns), reason: 'duplicate key', sqlState: '23505' };
}
