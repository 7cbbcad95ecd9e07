import fc from 'fast-check';
import stringWidth from 'string-width';
import { barLine } from '../../../src/terminal/bar-line';
import type { EntityReading } from '../../../src/terminal/entity-gauge';

const paint = (bar: string): string => bar;
const coil: EntityReading = {
  ...{ entity: 'coil', done: 12_000, total: 48_000, percent: 25, rowsPerSecond: 4_000, secondsLeft: 9 },
};

describe('the line of a bar', () => {
  it('has everything where there is room', () => {
    expect(barLine(coil, { columns: 120, nameWidth: 8, paint })).toBe(
      'coil     ██████░░░░░░░░░░░░░░░░░░  25 %  about 9 s left  12,000/48,000  4,000 rows/s',
    );
  });

  it.each([
    [60, 'coil     ████████░░░░░░░░  25 %  about 9 s left  12,000/48,000'],
    [40, 'coil     ██░░░░░░  25 %  about 9 s left'],
    [20, 'coil      25 %'],
  ])('leaves out what finds no room in %d columns', (columns, line) => {
    const drawn = barLine(coil, { columns, nameWidth: 8, paint });
    expect(stringWidth(drawn)).toBeLessThan(columns);
    expect(drawn.replace(/[█░]+/, '')).toBe(line.replace(/[█░]+/, ''));
  });

  it('keeps both ends of a name that is too long', () => {
    const long = { ...coil, entity: 'customer_shipping_address_of_the_former_plant' };
    expect(barLine(long, { columns: 60, nameWidth: 46, paint })).toMatch(/^customer_s…mer_plant /);
  });

  it('is never as wide as the terminal, whatever the name and the figures are', () => {
    const name = fc.string({ unit: 'grapheme', maxLength: 60 });
    fc.assert(
      fc.property(name, fc.integer({ min: 1, max: 300 }), fc.nat(), fc.nat(), (entity, columns, done, more) => {
        const reading = { entity, done, total: done + more, percent: 50, rowsPerSecond: 12_345, secondsLeft: 4_000 };
        const line = barLine(reading, { columns, nameWidth: 60, paint });
        expect([columns, stringWidth(line) < Math.max(2, columns)]).toEqual([columns, true]);
        expect(line).not.toContain('\n');
      }),
      { seed: 3, numRuns: 1_000 },
    );
  });
});
