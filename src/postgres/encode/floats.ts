import type { CellEncoder, CellValue } from './encoder';
import { NOT_DECIMAL, OUT_OF_RANGE } from './faults';

const DECIMAL = /^[-+]?(\d+(?:\.\d*)?|\.\d+)([eE][-+]?\d+)?$/;
const NON_ZERO = /^[^eE]*[1-9]/;
/** As PostgreSQL writes them, and as Oracle does. */
const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['nan', NaN],
  ['infinity', Infinity],
  ['-infinity', -Infinity],
  ['inf', Infinity],
  ['-inf', -Infinity],
]);

export const float4: CellEncoder = (value, out) => {
  const number = numberOf(value);
  if (number === null) return NOT_DECIMAL;
  const single = Math.fround(number);
  if (lostInRange(value, single)) return OUT_OF_RANGE;
  out.int32(4);
  out.reserve(4);
  out.position = out.buffer.writeFloatBE(single, out.position);
  return null;
};

export const float8: CellEncoder = (value, out) => {
  const number = numberOf(value);
  if (number === null) return NOT_DECIMAL;
  if (lostInRange(value, number)) return OUT_OF_RANGE;
  out.int32(8);
  out.reserve(8);
  out.position = out.buffer.writeDoubleBE(number, out.position);
  return null;
};

function numberOf(value: CellValue): number | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return null;
  return DECIMAL.test(value) ? Number(value) : (SPECIAL.get(value.toLowerCase()) ?? null);
}

/** Whether a finite value became infinite, or one that is not zero became zero. */
function lostInRange(value: CellValue, stored: number): boolean {
  if (Number.isNaN(stored)) return false;
  const finite = typeof value === 'number' ? Number.isFinite(value) : DECIMAL.test(value as string);
  if (!Number.isFinite(stored)) return finite;
  return stored === 0 && (typeof value === 'number' ? value !== 0 : NON_ZERO.test(value as string));
}
