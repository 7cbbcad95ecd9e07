/** The text without blanks at its end. A loop, for an expression would try each run of blanks within the text from each of its places. */
export function withoutBlanks(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0x20) end -= 1;
  return text.slice(0, end);
}
