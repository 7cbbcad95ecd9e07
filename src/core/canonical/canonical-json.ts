import { canonicalNumber } from './canonical-number';

const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** Marks a number: `jsonb` holds no text with this character. */
const NUMBER = '\0';

/**
 * The JSON that `jsonb` keeps of a text: members in the order of their names, the last of two with one name, numbers digit by digit, no
 * white space. A text that is not JSON stays as it is.
 */
export function canonicalJson(text: string): string {
  const marked = text.replace(TOKENS, (token) =>
    token.startsWith('"') ? token : `"\\u0000${canonicalNumber(token)}"`,
  );
  try {
    return written(JSON.parse(marked));
  } catch {
    return text;
  }
}

function written(value: unknown): string {
  if (typeof value === 'string') return value.startsWith(NUMBER) ? value.slice(1) : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(written).join(',')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${written(member)}`).join(',')}}`;
}
