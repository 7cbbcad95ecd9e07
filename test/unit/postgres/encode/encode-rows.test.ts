import fc from 'fast-check';
import { encodeRows } from '../../../../src/postgres/encode/encode-rows';
import { storedType } from '../../../../src/postgres/types';
import { binaryRowEncoder } from '../../../../src/postgres/encode/row-encoder';

const column = { maxLength: null, precision: null, scale: null, labels: null };
const encoder = binaryRowEncoder(
  ['int4', 'text', 'jsonb'].map((type) => ({ nullable: true, encode: storedType(type)!.encode(column) })),
);

/** Reads COPY's binary format back: the plainest possible decoder. */
function decoded(bytes: Buffer): (string | number | null)[][] {
  const rows: (string | number | null)[][] = [];
  let at = 19;
  for (let width = bytes.readInt16BE(at); width !== -1; width = bytes.readInt16BE(at)) {
    at += 2;
    const cells = Array.from({ length: width }, (_, index) => {
      const length = bytes.readInt32BE(at);
      at += 4;
      if (length === -1) return null;
      const cell = bytes.subarray(at, at + length);
      at += length;
      if (index === 0) return cell.readInt32BE();
      return cell.toString('utf8', index === 2 ? 1 : 0);
    });
    rows.push(cells);
  }
  expect(at + 2).toBe(bytes.length);
  return rows;
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 100 }),
  fc.tuple(fc.constantFrom('x', 'é', '😀'), fc.integer({ min: 1, max: 70_000 })).map(([unit, n]) => unit.repeat(n)),
);
const clean = text.map((value) => value.replaceAll('\0', '').toWellFormed());
const row = fc.tuple(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.option(clean), fc.option(clean));

describe('encodeRows', () => {
  it('writes rows of any size so that a decoder reads them back, whatever the buffers are cut at', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
        const buffers = [...encodeRows(rows, { encoder, ordinals: 'without' }).buffers];
        expect(decoded(Buffer.concat(buffers))).toEqual(rows);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves out rows at fault without a trace and says where the fault is', () => {
    const rows = [
      [1, 'a', null],
      [2, 'b\0', null],
      ['x', 'c', null],
      [3, 'd', null],
    ];
    const encoded = encodeRows(rows, { encoder, ordinals: 'without' });
    expect(decoded(Buffer.concat([...encoded.buffers]))).toEqual([
      [1, 'a', null],
      [3, 'd', null],
    ]);
    expect([...encoded.faults].map(([index, { position, reason }]) => [index, position, reason])).toEqual([
      [1, 1, 'NUL character'],
      [2, 0, 'not a whole number'],
    ]);
  });

  it('calls for the half once, also for no rows', () => {
    for (const count of [0, 1, 5]) {
      let halves = 0;
      const rows = Array.from({ length: count }, (_, n) => [n, null, null]);
      const { buffers } = encodeRows(rows, { encoder, ordinals: 'without', onHalf: () => halves++ });
      expect([...buffers].length).toBe(1);
      expect(halves).toBe(1);
    }
  });
});

describe('the checksum of rows', () => {
  const sumOf = (rows: readonly (readonly (string | number | null)[])[]): string => {
    const encoded = encodeRows(rows, { encoder, ordinals: 'without' });
    Array.from(encoded.buffers);
    return encoded.sum.hex();
  };

  it('does not depend on the order, and tells any two different rows apart', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 10 }), row, (rows, other) => {
        expect(sumOf([...rows].reverse())).toBe(sumOf(rows));
        fc.pre(JSON.stringify(rows[0]) !== JSON.stringify(other));
        expect(sumOf([other, ...rows.slice(1)])).not.toBe(sumOf(rows));
      }),
      { numRuns: 60 },
    );
  });

  it('has no twins among a hundred thousand rows that differ in little', () => {
    const sums = new Set(Array.from({ length: 100_000 }, (_, n) => sumOf([[n, 'x', null]])));
    expect(sums.size).toBe(100_000);
  });
});
