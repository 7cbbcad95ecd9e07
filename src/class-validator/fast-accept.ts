/**
 * Quick verdicts for the rules that cost most. They only ever accept, and only what the library accepts with certainty; all
 * else is left to the library, so that the verdicts are the library's own.
 */
export type FastAccept = (value: unknown) => boolean;

/** The quick verdict for a rule with these constraints, or null where there is none. */
export function fastAccept(rule: string, constraints: readonly unknown[]): FastAccept | null {
  return MAKERS[rule]?.(constraints) ?? null;
}

const EMAIL = /^[a-z0-9]+(?:[._-][a-z0-9]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,24}$/i;
const NUMBER = /^-?\d+(?:\.\d+)?$/;
/** Below every length limit of an address, its parts included. */
const SHORT_EMAIL = 64;

const MAKERS: Readonly<Record<string, (constraints: readonly unknown[]) => FastAccept | null>> = {
  isEmail: ([options]) =>
    options === undefined
      ? (value) => typeof value === 'string' && value.length <= SHORT_EMAIL && EMAIL.test(value)
      : null,
  isNumberString: ([options]) => (options === undefined ? isPlainNumber : null),
  isDecimal: ([options]) => (options === undefined ? isPlainNumber : null),
  isLength: ([min, max]) => within(min, max),
  minLength: ([min]) => within(min, undefined),
  maxLength: ([max]) => within(0, max),
};

function isPlainNumber(value: unknown): boolean {
  return typeof value === 'string' && NUMBER.test(value);
}

/**
 * The library counts a surrogate pair, and a character with its variation selector, as one: never more than `length`, and
 * never less than the plain characters at the beginning.
 */
function within(min: unknown, max: unknown): FastAccept | null {
  if (typeof min !== 'number' || (max !== undefined && typeof max !== 'number')) return null;
  const longest = max ?? Infinity;
  return (value) => typeof value === 'string' && value.length <= longest && beginsPlain(value, min);
}

function beginsPlain(value: string, count: number): boolean {
  if (value.length < count) return false;
  for (let index = 0; index < count; index += 1) if (value.charCodeAt(index) >= 0xd800) return false;
  return true;
}
