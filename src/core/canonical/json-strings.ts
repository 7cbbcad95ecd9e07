/**
 * Where the JSON string that begins at `start` ends, behind its quote; the end of the text where it has none. By steps from quote to quote:
 * an expression keeps a way back for each character, and fails on a string of ten million.
 */
export function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  while (quote !== -1 && isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  return quote === -1 ? text.length : quote + 1;
}

function isEscaped(text: string, quote: number): boolean {
  let first = quote;
  while (text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
  return (quote - first) % 2 === 1;
}

const BACKSLASH = 0x5c;
