/** The text without trailing blanks; one blank where there is nothing else. */
export function withoutPadding(value: string): string {
  let end = value.length;
  while (end > 0 && value.charCodeAt(end - 1) === 0x20) end -= 1;
  if (end === value.length) return value;
  return end === 0 ? ' ' : value.slice(0, end);
}
