import { canonicalNumber } from './canonical-number';
import { endOfString } from './json-strings';

/** Where a string begins, or a whole number. */
const TOKEN = /"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** Marks a number: `jsonb` holds no text with this character. */
const NUMBER = '\0';

/**
 * The JSON that `jsonb` keeps of a text: members in the order of their names, the last of two with one name, numbers digit by digit, no
 * white space. A text that is not JSON stays as it is.
 */
export function canonicalJson(text: string): string {
  try {
    return written(JSON.parse(withNumbersMarked(text)), 0);
  } catch {
    return text;
  }
}

/** Every number as a text that begins with the mark. */
function withNumbersMarked(text: string): string {
  const parts: string[] = [];
  let taken = 0;
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(text); found !== null; found = TOKEN.exec(text)) {
    const [token] = found;
    if (token === '"') TOKEN.lastIndex = endOfString(text, found.index);
    else {
      parts.push(text.slice(taken, found.index), `"\\u0000${canonicalNumber(token)}"`);
      taken = TOKEN.lastIndex;
    }
  }
  return parts.join('') + text.slice(taken);
}

/** Calls may be nested a few thousand times; documents more deeply. */
const DEEP = 500;

function written(value: unknown, depth: number): string {
  if (typeof value !== 'object' || value === null) return scalarText(value);
  if (depth > DEEP) return deeplyWritten(value);
  if (Array.isArray(value)) return `[${value.map((member) => written(member, depth + 1)).join(',')}]`;
  const texts = membersOf(value).map(([name, member]) => `${JSON.stringify(name)}:${written(member, depth + 1)}`);
  return `{${texts.join(',')}}`;
}

function membersOf(value: object): [string, unknown][] {
  return Object.entries(value as Record<string, unknown>).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Text that stands as it is, or a value still to be written. */
type Piece = { readonly text: string } | { readonly value: unknown };

/** The same by a stack of its own. */
function deeplyWritten(root: object): string {
  const texts: string[] = [];
  const open: Piece[] = [{ value: root }];
  for (let piece = open.pop(); piece !== undefined; piece = open.pop()) {
    if ('text' in piece) texts.push(piece.text);
    else if (typeof piece.value !== 'object' || piece.value === null) texts.push(scalarText(piece.value));
    else for (const part of piecesOf(piece.value).reverse()) open.push(part);
  }
  return texts.join('');
}

function scalarText(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  return value.startsWith(NUMBER) ? value.slice(1) : JSON.stringify(value);
}

function piecesOf(value: object): Piece[] {
  if (Array.isArray(value)) {
    return [
      { text: '[' },
      ...value.flatMap((member, at) => [...comma(at), { value: member as unknown }]),
      { text: ']' },
    ];
  }
  const pieces = membersOf(value).flatMap(([name, member], at) => [
    ...comma(at),
    { text: `${JSON.stringify(name)}:` },
    { value: member },
  ]);
  return [{ text: '{' }, ...pieces, { text: '}' }];
}

function comma(at: number): Piece[] {
  return at === 0 ? [] : [{ text: ',' }];
}
