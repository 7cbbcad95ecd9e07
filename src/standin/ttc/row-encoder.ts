import type { BufferWriter } from './format/buffer-writer';
import { CHARSET_FORM, MESSAGE, WIRE_TYPE } from './format/constants';
import type { WireColumn } from './oracle-types';
import { parseRowid, type RowidParts } from '../contract/rowid';
import { encodeBinaryFloat, encodeFloatText } from './values/binary-float';
import { encodeIntervalDayToSecond, encodeIntervalYearToMonth } from './values/interval';
import { encodeDate, encodeTimestamp, encodeTimestampTz } from './values/moment';
import { encodeBinaryNumeric, encodeNumberText } from './values/number';
import type { Slice } from './values/slice';
import { encodeBytes, encodeNationalText, encodeText } from './values/text';

/** Turns one non-null PostgreSQL value into its bytes on the wire. */
export type EncodeValue = (slice: Slice, out: BufferWriter) => void;

/** How PostgreSQL is to send a column, and how it is passed on. */
export interface ColumnEncoder {
  readonly binary: boolean;
  readonly encode: EncodeValue;
  /** LONG and LONG RAW have an indicator and a return code behind each value. */
  readonly trailer: boolean;
}

/** What is known of a column on PostgreSQL's side. */
export interface SourceColumn {
  readonly typeOid: number;
  readonly tableOid: number;
  /** Keeps the content of a LOB and returns its locator. */
  readonly locatorFor: (content: Buffer, type: number) => { readonly locator: Buffer; readonly length: number };
}

const PG_NUMERIC = 1700;
const PG_BYTEA = 17;
const PG_TID = 27;
const PG_FLOAT4 = 700;
const PG_FLOAT8 = 701;
const NULL_RETURN_CODE = 1405;
const LOB_CHUNK = 8132;

const text = (encode: EncodeValue): ColumnEncoder => ({ binary: false, encode, trailer: false });
const binary = (encode: EncodeValue): ColumnEncoder => ({ binary: true, encode, trailer: false });

/** Types whose encoder depends on nothing but the type. */
const BY_TYPE: ReadonlyMap<number, ColumnEncoder> = new Map([
  [WIRE_TYPE.date, text(encodeDate)],
  [WIRE_TYPE.timestamp, text(encodeTimestamp)],
  [WIRE_TYPE.timestampLtz, text(encodeTimestamp)],
  [WIRE_TYPE.timestampTz, text(encodeTimestampTz)],
  [WIRE_TYPE.raw, binary(encodeBytes)],
  [WIRE_TYPE.longRaw, { binary: true, encode: encodeBytes, trailer: true }],
  [WIRE_TYPE.intervalDayToSecond, text(encodeIntervalDayToSecond)],
  [WIRE_TYPE.intervalYearToMonth, text(encodeIntervalYearToMonth)],
]);

/** The encoder of a column as announced (or, for LOBs, as redefined by the client: then `column` has the define's type). */
export function columnEncoder(column: WireColumn, source: SourceColumn): ColumnEncoder {
  const known = BY_TYPE.get(column.type);
  if (known) return known;
  switch (column.type) {
    case WIRE_TYPE.number:
      return source.typeOid === PG_NUMERIC ? binary(encodeBinaryNumeric) : text(encodeNumberText);
    case WIRE_TYPE.binaryFloat:
      return source.typeOid === PG_FLOAT4 ? binary(encodeBinaryFloat) : text(encodeFloatText(4));
    case WIRE_TYPE.binaryDouble:
      return source.typeOid === PG_FLOAT8 ? binary(encodeBinaryFloat) : text(encodeFloatText(8));
    case WIRE_TYPE.rowid:
      return text(rowidEncoder(source, putRowid));
    case WIRE_TYPE.urowid:
      return text(rowidEncoder(source, putUniversalRowid));
    case WIRE_TYPE.clob:
    case WIRE_TYPE.blob:
      return { binary: source.typeOid === PG_BYTEA, encode: locatorEncoder(column.type, source), trailer: false };
    default: {
      const encode = column.charsetForm === CHARSET_FORM.national ? encodeNationalText : encodeText;
      return { binary: false, encode, trailer: column.type === WIRE_TYPE.long };
    }
  }
}

function rowidEncoder(source: SourceColumn, put: (parts: RowidParts, out: BufferWriter) => void): EncodeValue {
  if (source.typeOid !== PG_TID) {
    return (slice, out) => {
      put(parseRowid(slice.bytes.toString('latin1', slice.at, slice.at + slice.length)), out);
    };
  }
  return (slice, out) => {
    // `(block,slot)`
    let block = 0;
    let value = 0;
    for (let at = slice.at + 1, end = slice.at + slice.length - 1; at < end; at++) {
      const byte = slice.bytes[at] ?? 0;
      if (byte === 0x2c) {
        block = value;
        value = 0;
      } else value = value * 10 + byte - 0x30;
    }
    put({ object: source.tableOid, file: 1, block, slot: value }, out);
  };
}

function putRowid(parts: RowidParts, out: BufferWriter): void {
  out.u8(1).ub(parts.object).ub(parts.file).u8(0).ub(parts.block).ub(parts.slot);
}

function putUniversalRowid(parts: RowidParts, out: BufferWriter): void {
  out.ub(13).u8(13).u8(1).u32be(parts.object).u16be(parts.file).u32be(parts.block).u16be(parts.slot);
}

function locatorEncoder(type: number, source: SourceColumn): EncodeValue {
  return (slice, out) => {
    const content = Buffer.from(slice.bytes.subarray(slice.at, slice.at + slice.length));
    const { locator, length } = source.locatorFor(content, type);
    out.ub(locator.length).ub(length).ub(LOB_CHUNK).clr(locator);
  };
}

/** Room for the shortest values of a column, beyond the bytes it has in PostgreSQL. */
const COLUMN_ROOM = 72;

/** Appends DataRow messages (their bodies, where they lie in a receive buffer) to `out` as row messages. */
export function rowEncoder(
  columns: readonly ColumnEncoder[],
  out: BufferWriter,
): (bytes: Buffer, start: number, end: number) => void {
  const slice: Slice = { bytes: Buffer.alloc(0), at: 0, length: 0 };
  return (bytes, start, end) => {
    out.reserve(2 * (end - start) + COLUMN_ROOM * (columns.length + 1));
    out.bytes[out.length++] = MESSAGE.rowData;
    slice.bytes = bytes;
    let at = start + 2;
    for (const column of columns) {
      const length = bytes.readInt32BE(at);
      at += 4;
      if (length < 0) out.bytes[out.length++] = 0;
      else {
        slice.at = at;
        slice.length = length;
        column.encode(slice, out);
        at += length;
      }
      if (column.trailer) putTrailer(out, length);
    }
  };
}

function putTrailer(out: BufferWriter, length: number): void {
  out.reserve(COLUMN_ROOM);
  if (length < 0) out.sb(-1).ub(NULL_RETURN_CODE);
  else out.sb(0).ub(0);
}
