import type { CellEncoder, EncodedColumn } from './encoder';
import { moreDecimals, NOT_DECIMAL, OUT_OF_RANGE } from './faults';

const DECIMAL = /^(-?)(\d+)(?:\.(\d*))?$/;
const MOST = 2n ** 63n;

/**
 * `money`: a whole number of the smallest unit. How many of them make one is the database's to say (`lc_monetary`), which is what `scale` tells;
 * the text itself never passes through that locale.
 */
export function moneyEncoder({ scale }: EncodedColumn): CellEncoder {
  const decimals = scale ?? 2;
  const tooManyDecimals = moreDecimals(decimals);
  return (value, out) => {
    const parts = typeof value === 'string' || typeof value === 'number' ? DECIMAL.exec(String(value)) : null;
    if (parts === null) return NOT_DECIMAL;
    const [, sign = '', whole = '', fraction = ''] = parts;
    if (/[1-9]/.test(fraction.slice(decimals))) return tooManyDecimals;
    const units = BigInt(`${sign}${whole}${fraction.slice(0, decimals).padEnd(decimals, '0')}`);
    if (units < -MOST || units >= MOST) return OUT_OF_RANGE;
    out.int32(8);
    out.reserve(8);
    out.view.setBigInt64(out.position, units);
    out.position += 8;
    return null;
  };
}
