/**
 * SQLSTATEs by whose fault they are. Expressions of indexes, checks, domains and generated columns call functions, which may raise
 * anything for one row: what says nothing of the server or the session may be one row's.
 */

/** Also what keeps a row from being deleted that others refer to. */
export const FOREIGN_KEY_VIOLATION = '23503';

/** Of one row in any case: a value (22), a constraint (23), a trigger's exception, a value too long or nested too deeply. */
const OF_A_ROW = ['22', '23', 'P0001', '54000', '54001'];

/** Never of one row: the connection, the transaction, rights, resources other than memory, locks, the server and its files. */
const NEVER_OF_A_ROW = [
  ...['00', '01', '02', '03', '08', '0B', '0L', '0P', '25', '26', '28', '2D', '3B', '3D', '40', '42501'],
  ...['53000', '53100', '53300', '53400', '55', '57', '58', '72', 'F0', 'HV', 'XX001', 'XX002'],
];

/** Whether the state speaks of a row, whatever became of others. */
export function isOfRow(state: string): boolean {
  return OF_A_ROW.some((start) => state.startsWith(start));
}

/** Whether the state may speak of a row: it does where other rows pass, or none at all is refused. */
export function mayBeOfRow(state: string): boolean {
  return isOfRow(state) || !NEVER_OF_A_ROW.some((start) => state.startsWith(start));
}

/** SQL over `sqlstate` in PL/pgSQL: the error is no row's. */
export const NEVER_OF_A_ROW_SQL = `sqlstate ~ '^(${NEVER_OF_A_ROW.join('|')})' and sqlstate !~ '^(${OF_A_ROW.join('|')})'`;
