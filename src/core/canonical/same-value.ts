import type { TargetValue } from '../mapping/wire';
import { canonicalJson } from './canonical-json';
import { canonicalMoment } from './canonical-moment';
import { canonicalNumber } from './canonical-number';

const FORMS = [canonicalNumber, canonicalMoment, canonicalJson];

/**
 * Whether a value is the same before and after a function that nobody knows: equal, or one number, moment or JSON written in two ways. What
 * became a value of another type counts as written otherwise.
 */
export function isSameValue(before: TargetValue, after: TargetValue): boolean {
  if (before === after) return true;
  if (before === null || after === null) return false;
  if (Buffer.isBuffer(before) && Buffer.isBuffer(after)) return before.equals(after);
  const [a, b] = [textOf(before), textOf(after)];
  return a === null || b === null || a === b || FORMS.some((form) => form(a) === form(b));
}

/** Null for what is neither a text nor a number. */
function textOf(value: TargetValue): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}
