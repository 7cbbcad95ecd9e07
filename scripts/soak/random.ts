/** A stream of random numbers that its seed determines. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number;
  /** One of the names, each as often as its weight says. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name;
  /** A stream of its own: what one part of the work draws does not shift what another draws. */
  fork(): Random;
}

/** mulberry32: 32 bits of state, good enough to spread kills. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    whole: (least, most) => least + Math.floor(next() * (most - least + 1)),
    weighted: (weights) => pickWeighted(weights, next()),
    fork: () => randomFrom(Math.floor(next() * 4_294_967_296)),
  };
}

function pickWeighted<Name extends string>(weights: Readonly<Record<Name, number>>, share: number): Name {
  const entries = Object.entries(weights) as [Name, number][];
  let left = share * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [name, weight] of entries) {
    left -= weight;
    if (left < 0) return name;
  }
  const [last] = entries.at(-1) ?? [];
  if (last === undefined) throw new RangeError('nothing to choose from');
  return last;
}
