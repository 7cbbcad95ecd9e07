/** Legacy tables that stay behind, by name or pattern, and why. */
export type NotMigrated = Readonly<Record<string, string>>;

/**
 * Whether a pattern names a table: `OWNER.TABLE`, or `TABLE` of whichever owner. `%` stands for any characters. `_` is itself, unlike in
 * SQL's LIKE, for names are full of it; a backslash takes the meaning from the character behind it.
 */
export function namesTable(
  pattern: string,
  { owner, name }: { readonly owner: string; readonly name: string },
): boolean {
  const pieces = [...pattern.matchAll(/\\(.)|%|[^\\%]+/gsu)];
  const source = pieces.map(([piece, escaped]) => (piece === '%' ? '.*' : quoted(escaped ?? piece))).join('');
  const subject = pattern.includes('.') ? `${owner}.${name}` : name;
  return new RegExp(`^${source}$`, 'su').test(subject);
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** The reasons of all patterns that name the table, each once. */
export function reasonsFor(
  notMigrated: NotMigrated,
  table: { readonly owner: string; readonly name: string },
): string[] {
  const reasons = Object.entries(notMigrated).flatMap(([pattern, reason]) =>
    namesTable(pattern, table) ? [reason] : [],
  );
  return [...new Set(reasons)];
}
