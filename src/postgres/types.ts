import type { ScalarKind } from '../core/canonical/canonical-text';
import { addressEncoder, hardwareEncoder } from './encode/addresses';
import { bitEncoder, varbitEncoder } from './encode/bits';
import { dateEncoder, timeEncoder, timestampEncoder, zonedTimeEncoder } from './encode/dates';
import type { CellEncoder, EncodedColumn } from './encode/encoder';
import { float4, float8 } from './encode/floats';
import { bool, int8, integerEncoder, oid } from './encode/integers';
import { intervalEncoder } from './encode/intervals';
import { moneyEncoder } from './encode/money';
import { numericEncoder } from './encode/numeric';
import { bytea, json, jsonb, nameEncoder, paddedEncoder, singleByte, textEncoder, uuid } from './encode/texts';

/** What is known of a type of PostgreSQL: how its values are written, and by which form of our own they are compared. */
export interface StoredType {
  readonly encode: (column: EncodedColumn) => CellEncoder;
  readonly kind: ScalarKind;
  /**
   * Of types whose values the server may still refuse. `redo`: they are staged as text only where a chunk is done again; `always`: they have
   * to be, for the binary form is read otherwise than the text.
   */
  readonly staged?: 'redo' | 'always';
  /** The type as which stored values are read, where the text of its own depends on a setting or leaves something out. */
  readonly readAs?: 'numeric' | 'text';
}

/** By type name, as the catalogue has it. Any other type is left to the server, which is said of it: TYPE_BY_TEXT. */
const TYPES: Readonly<Record<string, StoredType>> = {
  bool: { encode: () => bool, kind: 'boolean' },
  int2: { encode: () => integerEncoder(2), kind: 'number' },
  int4: { encode: () => integerEncoder(4), kind: 'number' },
  int8: { encode: () => int8, kind: 'number' },
  oid: { encode: () => oid, kind: 'number' },
  numeric: { encode: numericEncoder, kind: 'number' },
  // Its text has a currency and the separators of lc_monetary.
  money: { encode: moneyEncoder, kind: 'money', readAs: 'numeric' },
  float4: { encode: () => float4, kind: 'float4' },
  float8: { encode: () => float8, kind: 'float8' },
  text: { encode: textEncoder, kind: 'text' },
  varchar: { encode: textEncoder, kind: 'text' },
  citext: { encode: textEncoder, kind: 'text' },
  bpchar: { encode: paddedEncoder, kind: 'padded' },
  name: { encode: () => nameEncoder, kind: 'text' },
  char: { encode: () => singleByte, kind: 'text' },
  bytea: { encode: () => bytea, kind: 'bytes' },
  bit: { encode: bitEncoder, kind: 'text' },
  varbit: { encode: varbitEncoder, kind: 'text' },
  date: { encode: dateEncoder, kind: 'date' },
  timestamp: { encode: (column) => timestampEncoder(column, 'without zone'), kind: 'moment' },
  timestamptz: { encode: (column) => timestampEncoder(column, 'with zone'), kind: 'moment' },
  time: { encode: timeEncoder, kind: 'time' },
  timetz: { encode: zonedTimeEncoder, kind: 'timetz' },
  interval: { encode: intervalEncoder, kind: 'interval' },
  uuid: { encode: () => uuid, kind: 'uuid' },
  json: { encode: () => json, kind: 'text', staged: 'redo' },
  jsonb: { encode: () => jsonb, kind: 'jsonb', staged: 'redo' },
  // In binary the server follows the encoding that a document names, and in text it leaves that out; as text it is kept as it is.
  xml: { encode: textEncoder, kind: 'text', staged: 'always', readAs: 'text' },
  inet: { encode: () => addressEncoder('inet'), kind: 'address' },
  cidr: { encode: () => addressEncoder('cidr'), kind: 'address' },
  macaddr: { encode: () => hardwareEncoder(6), kind: 'hardware-address' },
  macaddr8: { encode: () => hardwareEncoder(8), kind: 'hardware-address' },
};

/** Null for types that are not known here: of extensions, composite types, ranges, geometry. */
export function storedType(name: string): StoredType | null {
  return Object.hasOwn(TYPES, name) ? (TYPES[name] ?? null) : null;
}
