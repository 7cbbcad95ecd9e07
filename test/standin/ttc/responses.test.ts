import fc from 'fast-check';
import { BufferReader } from '../../../src/standin/ttc/format/buffer-reader';
import { BufferWriter } from '../../../src/standin/ttc/format/buffer-writer';
import {
  END_OF_DATA,
  writeCallEnd,
  writePairs,
  writeRowCounts,
  writeRowHeader,
  writeStatus,
  type CallEnd,
} from '../../../src/standin/ttc/responses';
import { readCallEnd, type ReadCallEnd } from '../support/response-reader';

const VERSIONS = [6, 12, 14];

function end(parts: Partial<CallEnd>, fieldVersion = 12): ReadCallEnd {
  const out = new BufferWriter(4);
  writeCallEnd(out, { inTransaction: false, ...parts, fieldVersion });
  return readCallEnd(out.written(), fieldVersion);
}

describe('the end of a call', () => {
  it.each(VERSIONS)('is read as it was written, in field version %i', (fieldVersion) => {
    const number = fc.nat(0xffff_ffff);
    const error = fc.record({
      ora: fc.integer({ min: 1, max: 65_535 }),
      message: fc.string(),
      position: fc.nat(32_767),
    });
    fc.assert(
      fc.property(fc.boolean(), number, number, fc.option(error), (inTransaction, cursorId, rowCount, failure) => {
        const read = end({ inTransaction, cursorId, rowCount, ...(failure ? { error: failure } : {}) }, fieldVersion);
        expect(read).toMatchObject({ status: inTransaction ? 3 : 1, cursorId, rowCount });
        expect(read.ora).toBe(failure?.ora ?? 0);
        expect(read.message).toBe(failure ? `${failure.message}\n` : '');
        expect(read.position).toBe(failure?.position ?? -1);
      }),
    );
  });

  it('leaves out a position that two bytes cannot hold', () => {
    expect(end({ error: { ora: 904, message: 'x', position: 32_768 } }).position).toBe(-1);
  });

  it('carries the errors of an array, each with its row and message', () => {
    const batchErrors = [0, 70_000].map((row) => ({ row, error: { ora: 1, message: `row ${row}`, position: -1 } }));
    expect(end({ batchErrors, error: { ora: 24381, message: 'ORA-24381', position: -1 } })).toMatchObject({
      ora: 24381,
      batchErrors: [
        { ora: 1, row: 0, message: 'row 0\n' },
        { ora: 1, row: 70_000, message: 'row 70000\n' },
      ],
    });
  });

  it('carries a ROWID and the end of data', () => {
    const rowid = { object: 70_000, file: 1, block: 1_000_000, slot: 17 };
    expect(end({ rowid, error: END_OF_DATA })).toMatchObject({ rowid, ora: 1403 });
  });
});

describe('other responses', () => {
  function written(write: (out: BufferWriter) => void): BufferReader {
    const out = new BufferWriter(4);
    write(out);
    return new BufferReader(out.written());
  }

  it('status: message 9 with the transaction bit', () => {
    for (const inTransaction of [true, false]) {
      const reader = written((out) => {
        writeStatus(out, { inTransaction });
      });
      expect([reader.u8(), reader.ub(), reader.ub(), reader.remaining]).toEqual([9, inTransaction ? 3 : 1, 0, 0]);
    }
  });

  it('row header: message 6 without bit vector and ROWID', () => {
    const reader = written(writeRowHeader);
    expect([...reader.rest()]).toEqual([6, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('row counts: message 8 with one number per iteration', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), (counts) => {
        const reader = written((out) => {
          writeRowCounts(out, counts);
        });
        expect([reader.u8(), reader.ub(), reader.ub(), reader.ub(), reader.ub()]).toEqual([8, 0, 0, 0, 0]);
        expect(Array.from({ length: reader.ub() }, () => reader.ub())).toEqual(counts);
        expect(reader.remaining).toBe(0);
      }),
    );
  });

  it('pairs: message 8 with key, value and flags each, of any length', () => {
    const pair = fc.tuple(fc.string({ minLength: 1 }), fc.string({ maxLength: 600 }), fc.nat(0xffff));
    fc.assert(
      fc.property(fc.array(pair), (pairs) => {
        const reader = written((out) => {
          writePairs(out, pairs);
        });
        expect(reader.u8()).toBe(8);
        const read = Array.from({ length: reader.ub() }, () => [reader.longText(), reader.longText(), reader.ub()]);
        expect(read).toEqual(pairs);
        expect(reader.remaining).toBe(0);
      }),
    );
  });
});
