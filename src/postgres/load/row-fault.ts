import type { LoadFault } from '../../core/outcomes';
import type { TableShape } from './table-shape';

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
  P0001: 'refused by a trigger',
};
const NAMED: Readonly<Record<string, string>> = { '23514': 'check', '23P01': 'exclusion', '23503': 'no parent for' };

/** What the server says of a statement that it refused, without its message. Empty texts where it says nothing. */
export interface Refusal {
  readonly state: string;
  readonly constraint: string;
  readonly column: string;
}

/** What the target has against a single row. `columnsOf` knows the columns of its constraints. */
export function faultOf(
  { state, constraint, column }: Refusal,
  shape: TableShape,
  columnsOf: ReadonlyMap<string, readonly string[]>,
): LoadFault {
  const named = NAMED[state];
  const reason =
    named !== undefined && constraint !== '' ? `${named} ${constraint}` : (REASONS[state] ?? 'refused by the target');
  const columns = column === '' ? (columnsOf.get(constraint) ?? []) : [column];
  return { property: propertyOf(shape, columns), reason, sqlState: state };
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
