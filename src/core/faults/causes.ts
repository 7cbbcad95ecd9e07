/** From the outside in, the error itself excluded; a cycle ends the walk. */
export function causesOf(error: Error): Error[] {
  const found: Error[] = [];
  let next = error.cause;
  while (isError(next) && next !== error && !found.includes(next)) {
    found.push(next);
    next = next.cause;
  }
  return found;
}

/** Also one of another realm, which is no instance of the Error here. */
function isError(value: unknown): value is Error {
  return Object.prototype.toString.call(value) === '[object Error]';
}

export function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
