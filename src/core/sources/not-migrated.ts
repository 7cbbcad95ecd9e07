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
  const subject = pattern.includes('.') ? `${owner}.${name}` : name;
  return hasPieces(subject, piecesOf(pattern));
}

/** What is between the `%` of a pattern; one piece where there is none. */
function piecesOf(pattern: string): [string, ...string[]] {
  const pieces: [string, ...string[]] = [''];
  for (const [part, escaped] of pattern.matchAll(/\\(.)|%|[^\\%]+/gsu)) {
    const last = pieces.length - 1;
    if (part === '%') pieces.push('');
    else pieces[last] = (pieces[last] ?? '') + (escaped ?? part);
  }
  return pieces;
}

/** Each piece is taken where it comes first, so that no way has to be tried twice, however many there are. */
function hasPieces(text: string, [first, ...others]: readonly [string, ...string[]]): boolean {
  const last = others.pop();
  if (last === undefined) return text === first;
  const end = text.length - last.length;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const piece of others) {
    const found = text.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return at <= end;
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
