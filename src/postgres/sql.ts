import type { TableName } from '../core/ports/target';

/** A quoted identifier. */
export function ident(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A quoted, schema-qualified name. */
export function qualified({ schema, name }: TableName): string {
  return `${ident(schema)}.${ident(name)}`;
}

/** Quoted identifiers, comma separated; with `of`, each as a column of that alias. */
export function columnList(columns: readonly string[], of?: string): string {
  return columns.map((column) => (of === undefined ? ident(column) : `${of}.${ident(column)}`)).join(', ');
}

/** A quoted string constant, for statements that take no parameters (DDL). */
export function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}

/** `left.a = right.x and left.b = right.y`. */
export function equalities(left: string, right: string, pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([a, b]) => `${left}.${ident(a)} = ${right}.${ident(b)}`).join(' and ');
}
