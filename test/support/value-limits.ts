import { VALUE_LIMITS, type ValueLimits } from '../../src/core/rows/value-limits';

/** Lowers limits of values for the time of a file of tests, so that small values count as large; gives back what takes it back. */
export function lowerValueLimits(limits: Partial<ValueLimits>): () => void {
  const before = { ...VALUE_LIMITS };
  Object.assign(VALUE_LIMITS, limits);
  return () => {
    Object.assign(VALUE_LIMITS, before);
  };
}
