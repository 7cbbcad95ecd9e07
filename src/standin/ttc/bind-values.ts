import { notImplemented } from '../contract/ora-error';
import { malformedMessage, type BufferReader } from './format/buffer-reader';
import { CHARSET_FORM, MAX_STRING_BYTES, MESSAGE, WIRE_TYPE } from './format/constants';
import type { WireType } from './execute-request';
import { decodeBinaryFloat } from './values/binary-float';
import { decodeIntervalDayToSecond, decodeIntervalYearToMonth } from './values/interval';
import { decodeMoment, type Moment } from './values/moment';
import { decodeNumber } from './values/number';

/** A bind value as Oracle understands it, before PostgreSQL's types are known. */
export type BindValue =
  | null
  | { readonly kind: 'text'; readonly text: string }
  /** plain decimal text */
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** `zone`: `none` as written; `utc`: TIMESTAMP WITH TIME ZONE; `session`: LOCAL TIME ZONE, sent in UTC */
  | { readonly kind: 'moment'; readonly moment: Moment; readonly zone: 'none' | 'utc' | 'session' }
  | { readonly kind: 'interval'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'lob'; readonly locator: Buffer };

type Decode = (reader: BufferReader, type: WireType) => BindValue;

const fromClr =
  (decode: (bytes: Buffer, type: WireType) => BindValue): Decode =>
  (reader, type) => {
    const bytes = reader.clr();
    return bytes === null ? null : decode(bytes, type);
  };

const text = fromClr((bytes, type) =>
  type.charsetForm === CHARSET_FORM.national
    ? { kind: 'text', text: Buffer.from(bytes).swap16().toString('utf16le') }
    : { kind: 'text', text: bytes.toString('utf8') },
);
const bytes = fromClr((source) => ({ kind: 'bytes', bytes: Buffer.from(source) }));
const number = fromClr((source) => ({ kind: 'number', text: decodeNumber(source) }));
const moment = (zone: 'none' | 'utc' | 'session'): Decode =>
  fromClr((source) => ({ kind: 'moment', moment: decodeMoment(source), zone }));

function lob(reader: BufferReader): BindValue {
  if (reader.ub() === 0) return null;
  const locator = reader.clr();
  return locator === null ? null : { kind: 'lob', locator: Buffer.from(locator) };
}

function boolean(reader: BufferReader): BindValue {
  const size = reader.u8();
  // a NULL of this type alone is an escape byte and a 1
  if (size === 0xfd) {
    reader.skip(1);
    return null;
  }
  const flag = reader.bytes(size);
  return { kind: 'boolean', value: flag[flag.length - 1] === 1 };
}

const DECODERS: ReadonlyMap<number, Decode> = new Map<number, Decode>([
  [WIRE_TYPE.varchar, text],
  [WIRE_TYPE.char, text],
  [WIRE_TYPE.long, text],
  [WIRE_TYPE.raw, bytes],
  [WIRE_TYPE.longRaw, bytes],
  [WIRE_TYPE.number, number],
  [WIRE_TYPE.binaryInteger, number],
  [WIRE_TYPE.date, moment('none')],
  [WIRE_TYPE.timestamp, moment('none')],
  [WIRE_TYPE.timestampTz, moment('utc')],
  [WIRE_TYPE.timestampLtz, moment('session')],
  [WIRE_TYPE.binaryFloat, fromClr((source) => ({ kind: 'double', value: decodeBinaryFloat(source) }))],
  [WIRE_TYPE.binaryDouble, fromClr((source) => ({ kind: 'double', value: decodeBinaryFloat(source) }))],
  [WIRE_TYPE.intervalDayToSecond, fromClr((source) => ({ kind: 'interval', text: decodeIntervalDayToSecond(source) }))],
  [WIRE_TYPE.intervalYearToMonth, fromClr((source) => ({ kind: 'interval', text: decodeIntervalYearToMonth(source) }))],
  [WIRE_TYPE.clob, lob],
  [WIRE_TYPE.blob, lob],
  [WIRE_TYPE.boolean, boolean],
]);

const NATIONAL_FACTOR = 4;

/** Values longer than a string may be are sent behind the others. The national types declare four times their size. */
function isLong(type: WireType): boolean {
  const isText = type.type === WIRE_TYPE.varchar || type.type === WIRE_TYPE.char;
  const factor = isText && type.charsetForm === CHARSET_FORM.national ? NATIONAL_FACTOR : 1;
  return type.maxSize / factor > MAX_STRING_BYTES;
}

/** Where each value of a row goes: the order of the wire is not that of the placeholders. */
function wireOrder(types: readonly WireType[]): number[] {
  const places = types.map((type, index) => ({ index, long: isLong(type) }));
  const ordered = [...places.filter(({ long }) => !long), ...places.filter(({ long }) => long)];
  return ordered.map(({ index }) => index);
}

/** Refuses what cannot be bound here, by name; to be asked before the rows are read. */
export function assertBindable(types: readonly WireType[]): void {
  for (const type of types) {
    if (type.type === WIRE_TYPE.cursor) throw notImplemented('a REF CURSOR bind');
    if (type.isArray) throw notImplemented('a PL/SQL array bind');
    if (!DECODERS.has(type.type)) throw notImplemented(`a bind of wire type ${type.type}`);
  }
}

/** All rows of bind values of a call, each in the order of the placeholders. One empty row if there are no binds. */
export function readBindRows(reader: BufferReader, types: readonly WireType[]): BindValue[][] {
  assertBindable(types);
  const order = wireOrder(types);
  const rows: BindValue[][] = [];
  while (reader.remaining > 0) {
    if (reader.u8() !== MESSAGE.rowData) throw malformedMessage('row of bind values expected');
    const row = new Array<BindValue>(types.length).fill(null);
    for (const index of order) {
      const type = types[index];
      row[index] = (type && DECODERS.get(type.type)?.(reader, type)) ?? null;
    }
    rows.push(row);
  }
  return rows.length > 0 ? rows : [[]];
}
