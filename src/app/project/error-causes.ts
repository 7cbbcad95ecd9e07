import { types } from 'node:util';

/** From the outside in, the error itself excluded; a cycle ends the walk. */
export function causesOf(error: Error): Error[] {
  const found: Error[] = [];
  let next = error.cause;
  while (types.isNativeError(next) && next !== error && !found.includes(next)) {
    found.push(next);
    next = next.cause;
  }
  return found;
}

export function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
