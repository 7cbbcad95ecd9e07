import fc from 'fast-check';
import { BufferReader } from '../../../src/standin/ttc/format/buffer-reader';
import { BufferWriter } from '../../../src/standin/ttc/format/buffer-writer';
import { WIRE_TYPE } from '../../../src/standin/ttc/format/constants';
import { wireColumn } from '../../../src/standin/ttc/oracle-types';
import { columnEncoder, rowEncoder, type ColumnEncoder } from '../../../src/standin/ttc/row-encoder';
import { formatRowid } from '../../../src/standin/contract/rowid';
import { decodeBinaryFloat } from '../../../src/standin/ttc/values/binary-float';
import { decodeMoment } from '../../../src/standin/ttc/values/moment';
import { decodeNumber } from '../../../src/standin/ttc/values/number';
import type { OracleColumn } from '../../../src/standin/contract/translation';

type Type = OracleColumn['type'];

function encoder(type: Type, typeOid = 25, tableOid = 0): ColumnEncoder {
  const locatorFor = (content: Buffer): { locator: Buffer; length: number } => ({
    locator: Buffer.alloc(40, 1),
    length: content.length,
  });
  return columnEncoder(wireColumn({ name: 'C', type, nullable: true }, 'C'), { typeOid, tableOid, locatorFor });
}

/** The body of a DataRow with something before and behind it, as in a receive buffer. */
function encodedRow(columns: readonly ColumnEncoder[], values: readonly (string | Buffer | null)[]): BufferReader {
  const parts = values.flatMap((value) => {
    const head = Buffer.alloc(4);
    head.writeInt32BE(value === null ? -1 : Buffer.byteLength(value));
    return value === null ? [head] : [head, Buffer.from(value)];
  });
  const body = Buffer.concat([Buffer.from([0, values.length]), ...parts]);
  const out = new BufferWriter(1);
  rowEncoder(columns, out)(Buffer.concat([Buffer.from('before'), body, Buffer.from('behind')]), 6, 6 + body.length);
  const reader = new BufferReader(Buffer.from(out.written()));
  expect(reader.u8()).toBe(7);
  return reader;
}

/** The value of a row of one column, between `NULL`s that show where it ends. */
function sent(column: ColumnEncoder, value: string | Buffer): Buffer | null {
  const null_ = encoder('VARCHAR2');
  const reader = encodedRow([null_, column, null_], [null, value, null]);
  expect(reader.clr()).toBeNull();
  const bytes = reader.clr();
  expect([...reader.rest()]).toEqual([0]);
  return bytes;
}

describe('rows', () => {
  it('have texts of any length between their neighbours', () => {
    const texts = fc.array(fc.option(fc.string({ unit: 'grapheme-ascii', maxLength: 600 })), { minLength: 1 });
    fc.assert(
      fc.property(texts, (values) => {
        const reader = encodedRow(
          values.map(() => encoder('VARCHAR2')),
          values,
        );
        // a text without letters is NULL to Oracle
        expect(values.map(() => reader.clr()?.toString() ?? '')).toEqual(values.map((value) => value ?? ''));
        expect(reader.remaining).toBe(0);
      }),
    );
  });

  it('chunk what is longer than 252 bytes', () => {
    const bytes = fc.integer({ min: 240, max: 70_000 }).map((length) => Buffer.alloc(length, 'xyz'));
    fc.assert(
      fc.property(bytes, (value) => sent(encoder('RAW', 17), value)?.equals(value) === true),
      { numRuns: 30 },
    );
  });

  it('have national texts in UTF-16 and bytes as they are', () => {
    expect(sent(encoder('NVARCHAR2'), 'ñ漢😀')?.swap16().toString('utf16le')).toBe('ñ漢😀');
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (bytes) =>
        sent(encoder('RAW', 17), Buffer.from(bytes))?.equals(bytes),
      ),
    );
  });

  it('have numbers of 38 digits, whichever way PostgreSQL sends them', () => {
    const number = encoder('NUMBER', 20);
    expect(number.binary).toBe(false);
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }), (value) => {
        expect(decodeNumber(sent(number, String(value))!)).toBe(String(value));
      }),
    );
    expect(encoder('NUMBER', 1700).binary).toBe(true);
  });

  it('have floats from binary and from text', () => {
    for (const [type, oid, size] of [
      ['BINARY_FLOAT', 700, 4],
      ['BINARY_DOUBLE', 701, 8],
    ] as const) {
      const numbers = size === 4 ? fc.float({ noNaN: true }) : fc.double({ noNaN: true });
      fc.assert(
        fc.property(numbers, (value) => {
          const ieee = Buffer.alloc(size);
          if (size === 4) ieee.writeFloatBE(value);
          else ieee.writeDoubleBE(value);
          const text = Object.is(value, -0) ? '-0' : String(value);
          expect(decodeBinaryFloat(sent(encoder(type, oid), ieee)!)).toBe(value);
          expect(decodeBinaryFloat(sent(encoder(type, 25), text)!)).toBe(value);
        }),
      );
    }
  });

  it.each([
    ['DATE', '2024-02-29 13:45:59.9', 7],
    ['TIMESTAMP', '2024-02-29 13:45:59.9', 11],
    ['TIMESTAMP WITH LOCAL TIME ZONE', '2024-02-29 13:45:59', 7],
    ['TIMESTAMP WITH TIME ZONE', '2024-02-29 13:45:59.9 +02:00', 13],
  ] as const)('have a %s in its bytes', (type, text, length) => {
    const bytes = sent(encoder(type), text)!;
    expect(bytes).toHaveLength(length);
    expect(decodeMoment(bytes)).toMatchObject({ year: 2024, month: 2, day: 29, hour: 13, minute: 45, second: 59 });
  });

  it('have intervals in their bytes', () => {
    expect(sent(encoder('INTERVAL DAY TO SECOND'), '+05 04:03:02.000000001')).toHaveLength(11);
    expect(sent(encoder('INTERVAL YEAR TO MONTH'), '-02-06')).toHaveLength(5);
  });

  it('have a ROWID in its parts, from a ctid or from 18 characters', () => {
    const parts = { object: 16_400, file: 1, block: 70_000, slot: 3 };
    for (const [column, text] of [
      [encoder('ROWID', 27, 16_400), '(70000,3)'],
      [encoder('ROWID'), formatRowid(parts)],
    ] as const) {
      const reader = encodedRow([column], [text]);
      expect(reader.u8()).toBe(1);
      expect([reader.ub(), reader.ub(), reader.u8(), reader.ub(), reader.ub()]).toEqual([16_400, 1, 0, 70_000, 3]);
      expect(reader.remaining).toBe(0);
    }
    const universal = encodedRow([encoder('UROWID')], [formatRowid(parts)]);
    expect(universal.ub()).toBe(13);
    expect(universal.clr()?.toString('hex')).toBe('01000040100001000111700003');
  });

  it('have a trailer behind LONG and LONG RAW, NULL or not', () => {
    const reader = encodedRow([encoder('LONG'), encoder('LONG RAW', 17), encoder('VARCHAR2')], ['text', null, 'x']);
    expect(reader.text()).toBe('text');
    expect([reader.ub(), reader.ub()]).toEqual([0, 0]);
    expect(reader.clr()).toBeNull();
    expect([...reader.bytes(2)]).toEqual([0x81, 1]);
    expect(reader.ub()).toBe(1405);
    expect(reader.text()).toBe('x');
    expect(reader.remaining).toBe(0);
  });

  it('have a locator with length and chunk size in place of a LOB', () => {
    const reader = encodedRow([encoder('CLOB'), encoder('BLOB', 17)], ['content', null]);
    expect([reader.ub(), reader.ub(), reader.ub()]).toEqual([40, 7, 8132]);
    expect(reader.clr()).toHaveLength(40);
    expect([...reader.rest()]).toEqual([0]);
  });

  it('have LOBs in place once the client has defined them as LONG', () => {
    const column = { ...wireColumn({ name: 'C', type: 'CLOB', nullable: true }, 'C'), type: WIRE_TYPE.long };
    const defined = columnEncoder(column, {
      typeOid: 25,
      tableOid: 0,
      locatorFor: () => ({ locator: Buffer.alloc(0), length: 0 }),
    });
    const reader = encodedRow([defined], ['c'.repeat(1000)]);
    expect(reader.text()).toBe('c'.repeat(1000));
    expect([reader.ub(), reader.ub(), reader.remaining]).toEqual([0, 0, 0]);
  });
});
