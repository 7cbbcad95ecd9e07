import fc from 'fast-check';
import { formatRowid, parseRowid, tidText } from '../../../src/standin/contract/rowid';

const parts = fc.record({
  object: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  file: fc.integer({ min: 0, max: 1023 }),
  block: fc.integer({ min: 0, max: 2 ** 36 - 1 }),
  slot: fc.integer({ min: 0, max: 2 ** 16 - 1 }),
});

describe('ROWID', () => {
  it('gives back its parts, blocks beyond any table included', () => {
    fc.assert(
      fc.property(parts, (rowid) => {
        const text = formatRowid(rowid);
        expect(text).toMatch(/^[A-Za-z0-9+/]{18}$/);
        expect(parseRowid(text)).toEqual(rowid);
      }),
    );
  });

  it('reads a ROWID of the Oracle documentation', () => {
    expect(parseRowid('AAAAaoAATAAABrXAAA')).toEqual({ object: 1704, file: 19, block: 6871, slot: 0 });
  });

  it('becomes a ctid, an oversize block the last there can be', () => {
    expect(tidText({ object: 1, file: 1, block: 12, slot: 3 })).toBe('(12,3)');
    expect(tidText({ object: 1, file: 1, block: 2 ** 36 - 1, slot: 0 })).toBe('(4294967295,65535)');
  });

  it.each(['', 'AAA', 'AAAAaoAATAAABrXAA!', 'AAAAaoAATAAABrXAAAA'])('refuses %p with ORA-01410', (text) => {
    expect(() => parseRowid(text)).toThrow('ORA-01410');
  });
});
