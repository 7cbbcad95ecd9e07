import { hasUnseen, replaceUnseen } from './visible';

/** In a statement: names and constants in quotes, and the blanks between words. */
const PIECES =
  /U&"(?:[^"]|"")*"|"(?:[^"]|"")*"|\bE'(?:[^'\\]|''|\\[^])*'|'(?:[^']|'')*'|\$(?<tag>\w*)\$(?<body>[^]*?)\$\k<tag>\$|\s+/gi;

/**
 * A statement of PostgreSQL that means the same and has nothing in it which cannot be seen, and so be typed: names become U&"…", constants
 * E'…', and a line break between the words a blank. A terminal shows such characters as escapes that no statement may have where they stand.
 */
export function visibleSql(statement: string): string {
  return statement.replace(PIECES, (piece: string, _tag?: string, body?: string) => {
    if (!hasUnseen(piece)) return piece;
    const [start] = piece;
    if (start === 'U' || start === 'u') return replaceUnseen(piece, inName);
    if (start === '"') return `U&${replaceUnseen(doubled(piece), inName)}`;
    if (start === 'E' || start === 'e') return replaceUnseen(piece, inText);
    if (start === "'") return `E${replaceUnseen(doubled(piece), inText)}`;
    if (body !== undefined) return `E'${replaceUnseen(doubled(body).replaceAll("'", "''"), inText)}'`;
    return ' ';
  });
}

function doubled(text: string): string {
  return text.replaceAll('\\', '\\\\');
}

function inName(code: number): string {
  return code > 0xffff ? `\\+${hex(code, 6)}` : `\\${hex(code, 4)}`;
}

function inText(code: number): string {
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
