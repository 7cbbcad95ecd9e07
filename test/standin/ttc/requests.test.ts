import { OraError } from '../../../src/standin/contract/ora-error';
import { readBindRows } from '../../../src/standin/ttc/bind-values';
import { BufferWriter } from '../../../src/standin/ttc/format/buffer-writer';
import { EXECUTE_OPTION, WIRE_TYPE } from '../../../src/standin/ttc/format/constants';
import type { ExecuteRequest, WireType } from '../../../src/standin/ttc/execute-request';
import { parseCall, type Call } from '../../../src/standin/ttc/requests';

const FIELD_VERSION = 12;

const call = (functionCode: number): BufferWriter => new BufferWriter().u8(3).u8(functionCode).u8(1);
const piggyback = (functionCode: number): BufferWriter => new BufferWriter().u8(17).u8(functionCode).u8(1);
const parse = (...parts: BufferWriter[]): Call =>
  parseCall(Buffer.concat(parts.map((part) => part.written())), FIELD_VERSION);

interface Execution {
  readonly sql?: string;
  readonly cursorId?: number;
  readonly options: number;
  readonly binds?: readonly Omit<WireType, 'isArray'>[];
  readonly defines?: readonly Omit<WireType, 'isArray'>[];
}

/** Function 94 as the driver writes it. */
function execute({ sql = '', cursorId = 0, options, binds = [], defines = [] }: Execution): BufferWriter {
  const out = call(94).ub(options).ub(cursorId);
  out
    .u8(sql ? 1 : 0)
    .ub(Buffer.byteLength(sql))
    .u8(1)
    .ub(13)
    .zeros(3)
    .ub(7)
    .ub(2 ** 31 - 1);
  out
    .u8(binds.length ? 1 : 0)
    .ub(binds.length)
    .zeros(5)
    .u8(defines.length ? 1 : 0)
    .ub(defines.length);
  out.ub(0).u8(0).u8(1).u8(0).ub(0).u8(0).ub(0).ub(0).u8(0).ub(0).u8(0);
  out.u8(0).ub(0).u8(0).ub(0).u8(0).u8(0).ub(0);
  if (sql) out.text(sql);
  for (let i = 0; i < 13; i++) out.ub(i === 7 ? 1 : 0);
  for (const { type, maxSize, charsetForm } of defines.length ? defines : binds) {
    out.u8(type).u8(1).zeros(2).ub(maxSize).ub(0).ub(0).ub(0).ub(0).ub(873).u8(charsetForm).ub(0).ub(0);
  }
  return out;
}

const TEXT = { type: WIRE_TYPE.varchar, maxSize: 40, charsetForm: 1 };
const NUMBER = { type: WIRE_TYPE.number, maxSize: 22, charsetForm: 0 };
const LONG_TEXT = { type: WIRE_TYPE.varchar, maxSize: 5000, charsetForm: 1 };
const NATIONAL = { type: WIRE_TYPE.varchar, maxSize: 4 * 30, charsetForm: 2 };
const { parse: PARSE, execute: EXECUTE, fetch: FETCH, define: DEFINE } = EXECUTE_OPTION;

/** Requests of each kind, complete. */
const REQUESTS: Readonly<Record<string, readonly BufferWriter[]>> = {
  authentication: [
    call(118).u8(1).ub(4).ub(1).u8(1).ub(2).u8(0).u8(1).text('ABIS').pair('AUTH_PID', '42').pair('AUTH_SID', ''),
  ],
  execution: [execute({ sql: 'select :a, :b from dual', options: PARSE | EXECUTE | FETCH, binds: [TEXT, NUMBER] })],
  define: [
    execute({
      cursorId: 3,
      options: DEFINE,
      defines: [{ type: WIRE_TYPE.long, maxSize: 2 ** 31 - 1, charsetForm: 1 }],
    }),
  ],
  're-execution': [call(78).ub(9).ub(100).ub(0x20).ub(0)],
  fetch: [call(5).ub(9).ub(1000)],
  'LOB read': [
    call(96)
      .u8(1)
      .ub(4)
      .u8(0)
      .ub(0)
      .ub(0)
      .ub(0)
      .zeros(3)
      .ub(2)
      .zeros(2)
      .ub(1)
      .ub(0)
      .u8(1)
      .zeros(6)
      .raw(Buffer.from('loca'))
      .ub(50),
  ],
  'piggybacks and a ping': [
    piggyback(105).u8(1).ub(2).ub(4).ub(70_000),
    piggyback(152).u8(1).ub(5).text('OTHER'),
    piggyback(135)
      .u8(0)
      .u8(0)
      .ub(6)
      .u8(0)
      .ub(0)
      .u8(1)
      .ub(3)
      .u8(1)
      .ub(0)
      .u8(0)
      .ub(0)
      .u8(0)
      .ub(0)
      .u8(0)
      .ub(0)
      .u8(0)
      .ub(0)
      .u8(0)
      .ub(0)
      .u8(0)
      .ub(0)
      .text('mod'),
    call(147),
  ],
};

describe('requests', () => {
  it('are read with all that matters in them', () => {
    expect(parse(...REQUESTS['authentication']!).request).toEqual({
      kind: 'auth',
      phase: 1,
      user: 'ABIS',
      pairs: new Map([
        ['AUTH_PID', '42'],
        ['AUTH_SID', ''],
      ]),
    });
    expect(parse(...REQUESTS['execution']!).request).toMatchObject({
      kind: 'execute',
      sql: 'select :a, :b from dual',
      rows: 7,
      bindTypes: [TEXT, NUMBER],
      defines: [],
    });
    expect(parse(...REQUESTS['define']!).request).toMatchObject({
      cursorId: 3,
      sql: undefined,
      rows: 0,
      defines: [{ type: 8 }],
    });
    expect(parse(...REQUESTS['re-execution']!).request).toMatchObject({
      kind: 'reexecute',
      cursorId: 9,
      rows: 100,
      commit: false,
    });
    expect(parse(...REQUESTS['fetch']!).request).toEqual({ kind: 'fetch', cursorId: 9, rows: 1000 });
    expect(parse(...REQUESTS['LOB read']!).request).toMatchObject({
      operation: 2,
      offset: 1,
      amount: 50,
      locator: Buffer.from('loca'),
    });
    expect(parse(...REQUESTS['piggybacks and a ping']!)).toEqual({
      piggybacks: [
        { kind: 'close-cursors', cursorIds: [4, 70_000] },
        { kind: 'set-schema', schema: 'OTHER' },
        { kind: 'end-to-end', attributes: { module: 'mod' } },
      ],
      request: { kind: 'ping' },
    });
  });

  it.each(Object.entries(REQUESTS))('%s cut short anywhere is ORA-03106, never anything worse', (_, parts) => {
    const bytes = Buffer.concat(parts.map((part) => part.written()));
    for (let length = 0; length < bytes.length; length++) {
      expect(() => parseCall(bytes.subarray(0, length), FIELD_VERSION)).toThrow(OraError);
    }
  });

  it('of unknown functions are passed on by number, unknown piggybacks refused', () => {
    expect(parse(call(200)).request).toEqual({ kind: 'unknown', functionCode: 200 });
    expect(() => parse(piggyback(199), call(147))).toThrow('ORA-03001');
  });
});

describe('rows of bind values', () => {
  const rowsOf = (binds: Execution['binds'], values: BufferWriter): unknown[][] => {
    const request = parse(execute({ sql: 'x', options: EXECUTE, ...(binds ? { binds } : {}) }), values)
      .request as ExecuteRequest;
    return readBindRows(request.values, request.bindTypes ?? []);
  };
  const text = (value: string): unknown => ({ kind: 'text', text: value });

  it('come one after the other, each in the order of the placeholders', () => {
    const values = new BufferWriter().u8(7).text('a').clr(Buffer.from('c102', 'hex')).u8(7).u8(0).u8(0);
    expect(rowsOf([TEXT, NUMBER], values)).toEqual([
      [text('a'), { kind: 'number', text: '1' }],
      [null, null],
    ]);
  });

  it('have the long values behind the others', () => {
    const long = 'x'.repeat(4500);
    const values = new BufferWriter().u8(7).text('short').text(long);
    expect(rowsOf([LONG_TEXT, TEXT], values)).toEqual([[text(long), text('short')]]);
  });

  it('have national text in UTF-16', () => {
    const values = new BufferWriter().u8(7).clr(Buffer.from('ñ漢', 'utf16le').swap16());
    expect(rowsOf([NATIONAL], values)).toEqual([[text('ñ漢')]]);
  });

  it('are one empty row when nothing is bound', () => {
    expect(rowsOf(undefined, new BufferWriter())).toEqual([[]]);
  });

  it('of types that are out of scope are refused by name', () => {
    expect(() => rowsOf([{ type: WIRE_TYPE.cursor, maxSize: 4, charsetForm: 0 }], new BufferWriter())).toThrow(
      'REF CURSOR',
    );
    expect(() => rowsOf([{ type: 119, maxSize: 4, charsetForm: 0 }], new BufferWriter())).toThrow('wire type 119');
  });
});
