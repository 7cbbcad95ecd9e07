import { DatabaseError } from 'pg';
import type { LoadFault } from '../../core/outcomes';
import type { TableShape } from './table-shape';

/** By SQLSTATE; the server's own message quotes the row and is not used. */
const REASONS: Readonly<Record<string, string>> = {
  '22001': 'longer than the column',
  '22003': 'out of range',
  '22007': 'not a date or time',
  '22008': 'no such day or time',
  '22021': 'characters that the target cannot hold',
  '22P02': 'not a value of the type',
  '22P03': 'not a value of the type',
  '22P05': 'characters that the target cannot hold',
  '23502': 'null where a value is required',
  '23503': 'no parent',
  '23505': 'duplicate key',
  P0001: 'refused by a trigger',
};
const NAMED: Readonly<Record<string, string>> = { '23514': 'check', '23P01': 'exclusion', '23503': 'no parent for' };

/** What the target has against a single row. */
export function faultOf(error: Error, shape: TableShape): LoadFault {
  if (!(error instanceof DatabaseError)) return { property: null, reason: 'refused by the target', sqlState: 'XX000' };
  const { code = 'XX000', constraint, column } = error;
  const named = NAMED[code];
  const reason =
    named !== undefined && constraint !== undefined
      ? `${named} ${constraint}`
      : (REASONS[code] ?? 'refused by the target');
  const property = shape.columns.find(({ name }) => name === column)?.property ?? null;
  return { property, reason, sqlState: code };
}
