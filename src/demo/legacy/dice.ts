/** Draws that depend on seed, table and row number only, so that any row can be made without those before it. */
export interface Dice {
  /** A whole number from `from` to `to`, both included. */
  readonly int: (from: number, to: number) => number;
  readonly pick: <T>(list: readonly T[]) => T;
  /** True in about `percent` of 100 draws. */
  readonly chance: (percent: number) => boolean;
  /** That many decimal digits; the first is not zero. */
  readonly digits: (count: number) => string;
}

/** The draws of one row; `purpose` keeps what a row is apart from how it was spoiled. */
export function diceFor(seed: number, purpose: string, index: number): Dice {
  const next = mulberry32(hash(`${seed}/${purpose}/${index}`));
  const int = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    int,
    pick: <T>(list: readonly T[]): T => list[int(0, list.length - 1)] as T,
    chance: (percent) => next() * 100 < percent,
    digits: (count) => {
      let text = String(int(1, 9));
      while (text.length < count) text += String(int(0, 9));
      return text;
    },
  };
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}

/** A well-known tiny generator of numbers in [0, 1); good enough for data, not for secrets. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
