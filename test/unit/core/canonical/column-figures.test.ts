import fc from 'fast-check';
import { canonicalNumber } from '../../../../src/core/canonical/canonical-number';
import { figureCounter } from '../../../../src/core/canonical/column-figures';

function figuresOf(kind: 'number' | 'moment', values: readonly string[]) {
  const counter = figureCounter(kind);
  for (const value of values) counter?.add(value);
  return counter?.figures();
}

describe('figureCounter', () => {
  it('adds numbers up exactly, whatever their decimals', () => {
    const cents = fc.array(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), { minLength: 1 });
    fc.assert(
      fc.property(cents, fc.nat(6), (units, scale) => {
        const shown = (unit: bigint): string => canonicalNumber(`${unit}E-${scale}`);
        const sorted = [...units].sort((a, b) => (a < b ? -1 : Number(a > b)));
        expect(figuresOf('number', units.map(shown))).toEqual({
          values: units.length,
          sum: shown(units.reduce((sum, unit) => sum + unit, 0n)),
          min: shown(sorted[0] ?? 0n),
          max: shown(sorted.at(-1) ?? 0n),
        });
      }),
    );
  });

  it('stays exact where many small numbers exceed what a double holds', () => {
    const values = Array.from({ length: 40 }, () => '999999999999.999');
    expect(figuresOf('number', values)?.sum).toBe('39999999999999.96');
  });

  it('gives none where a value has no place among the others', () => {
    expect(figuresOf('number', ['1', 'NaN'])).toBeNull();
    expect(figuresOf('moment', ['infinity'])).toBeNull();
    expect(figureCounter('float8')).toBeNull();
  });

  it('finds the first and the last moment', () => {
    expect(figuresOf('moment', ['2000-01-01 00:00:00', '0001-01-01 00:00:00 BC', '9999-12-31 00:00:00'])).toEqual({
      values: 3,
      sum: null,
      min: '0001-01-01 00:00:00 BC',
      max: '9999-12-31 00:00:00',
    });
  });
});
