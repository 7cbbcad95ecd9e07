/** The text without that character at its end. A loop, for an expression would try each run of it within the text from each of its places. */
export function withoutTrailing(text: string, character: ' ' | '0'): string {
  const code = character.charCodeAt(0);
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === code) end -= 1;
  return end === text.length ? text : text.slice(0, end);
}
