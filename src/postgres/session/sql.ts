import { quotedName, quotedTable } from '../../core/checks/quoted-name';

/** A quoted identifier. */
export const ident = quotedName;

/** A quoted, schema-qualified name. */
export const qualified = quotedTable;

/** Quoted identifiers, comma separated; with `of`, each as a column of that alias. */
export function columnList(columns: readonly string[], of?: string): string {
  return columns.map((column) => (of === undefined ? ident(column) : `${of}.${ident(column)}`)).join(', ');
}

/** A quoted string constant, for statements that take no parameters (DDL). */
export function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}

/** Columns side by side with those that they are compared with, for `equalities`; by themselves where no others are given. */
export function pairsOf(columns: readonly string[], others = columns): (readonly [string, string])[] {
  return columns.map((column, index) => [column, others[index] ?? ''] as const);
}

/** `left.a = right.x and left.b = right.y`. */
export function equalities(left: string, right: string, pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([a, b]) => `${left}.${ident(a)} = ${right}.${ident(b)}`).join(' and ');
}
