/** A PostgreSQL identifier for a name stored as Oracle stores it. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `"OWNER"."NAME"`. */
export function qualified(owner: string, name: string): string {
  return `${identifier(owner)}.${identifier(name)}`;
}

/** A PostgreSQL string literal; NULL for null and for '', which Oracle does not tell apart. */
export function literal(value: string | null): string {
  if (value === null || value === '') return 'NULL';
  const quoted = value.replaceAll("'", "''");
  return quoted.includes('\\') ? ` E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}
