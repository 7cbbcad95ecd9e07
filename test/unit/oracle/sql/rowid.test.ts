import fc from 'fast-check';
import { decodeRowid, encodeRowid } from '../../../../src/oracle/sql/rowid';

describe('encodeRowid', () => {
  it('writes the 18 characters that Oracle shows', () => {
    expect(encodeRowid({ object: 0, file: 0, block: 0, row: 0 })).toBe('AAAAAAAAAAAAAAAAAA');
    expect(encodeRowid({ object: 73_181, file: 4, block: 171, row: 63 })).toBe('AAAR3dAAEAAAACrAA/');
  });

  it('is undone by decodeRowid', () => {
    const parts = fc.record({
      object: fc.nat(2 ** 31 - 1),
      file: fc.nat(1023),
      block: fc.nat(2 ** 22 - 1),
      row: fc.nat(65_535),
    });
    fc.assert(
      fc.property(parts, (rowid) => {
        expect(decodeRowid(encodeRowid(rowid))).toEqual(rowid);
      }),
    );
  });
});

describe('decodeRowid', () => {
  it('does not take a logical ROWID apart', () => {
    expect(decodeRowid('*BAJAAr8CwQL+')).toBeNull();
  });
});
