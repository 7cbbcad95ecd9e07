import { isTargetType, targetType, type TargetType, type TargetTypeName } from '../core/canonical/target-types';
import { addressEncoder, hardwareEncoder } from './encode/addresses';
import { bitEncoder, varbitEncoder } from './encode/bits';
import { dateEncoder, timeEncoder, timestampEncoder, zonedTimeEncoder } from './encode/dates';
import type { CellEncoder, EncodedColumn } from './encode/encoder';
import { float4, float8 } from './encode/floats';
import { bool, int8, integerEncoder, oid } from './encode/integers';
import { intervalEncoder } from './encode/intervals';
import { moneyEncoder } from './encode/money';
import { numericEncoder } from './encode/numeric';
import {
  bytea,
  json,
  jsonb,
  nameEncoder,
  paddedEncoder,
  singleByte,
  stagedJson,
  textEncoder,
  uuid,
} from './encode/texts';

/** How PostgreSQL takes the values of a type and gives them back. */
interface Writing {
  readonly encode: (column: EncodedColumn) => CellEncoder;
  /**
   * Of types whose values the server may still refuse. `redo`: they are staged as text only where a chunk is done again; `always`: they have
   * to be, for the binary form is read otherwise than the text.
   */
  readonly staged?: 'redo' | 'always';
  /** Writes a value into a staging table's text column, where that checks it otherwise than `encode` does. */
  readonly stage?: CellEncoder;
  /** The type as which stored values are read, where the text of its own depends on a setting or leaves something out. */
  readonly readAs?: 'numeric' | 'text';
  /** What the catalogue's modifier (`atttypmod`) of a column says. */
  readonly modifier?: 'characters' | 'bits' | 'digits' | 'decimals of a second' | 'fields of an interval';
  /** An index entry of such a value is about as long as the value that is sent. */
  readonly indexedAsSent?: true;
}

/** All that is known of a type: what it means (`core/canonical/target-types.ts`), and how its values are written. */
export type StoredType = TargetType & Writing;

const characters = { modifier: 'characters', indexedAsSent: true } as const;
const bits = { modifier: 'bits', indexedAsSent: true } as const;
const seconds = { modifier: 'decimals of a second' } as const;

/** For each type that core knows. */
const WRITINGS: Readonly<Record<TargetTypeName, Writing>> = {
  bool: { encode: () => bool },
  int2: { encode: () => integerEncoder(2) },
  int4: { encode: () => integerEncoder(4) },
  int8: { encode: () => int8 },
  oid: { encode: () => oid },
  numeric: { encode: numericEncoder, modifier: 'digits', indexedAsSent: true },
  // Its text has a currency and the separators of lc_monetary.
  money: { encode: moneyEncoder, readAs: 'numeric' },
  float4: { encode: () => float4 },
  float8: { encode: () => float8 },
  text: { encode: textEncoder, indexedAsSent: true },
  varchar: { encode: textEncoder, ...characters },
  citext: { encode: textEncoder, indexedAsSent: true },
  bpchar: { encode: paddedEncoder, ...characters },
  name: { encode: () => nameEncoder },
  char: { encode: () => singleByte },
  bytea: { encode: () => bytea, indexedAsSent: true },
  bit: { encode: bitEncoder, ...bits },
  varbit: { encode: varbitEncoder, ...bits },
  date: { encode: dateEncoder },
  timestamp: { encode: (column) => timestampEncoder(column, 'without zone'), ...seconds },
  timestamptz: { encode: (column) => timestampEncoder(column, 'with zone'), ...seconds },
  time: { encode: timeEncoder, ...seconds },
  timetz: { encode: zonedTimeEncoder, ...seconds },
  interval: { encode: intervalEncoder, modifier: 'fields of an interval' },
  uuid: { encode: () => uuid },
  json: { encode: () => json, staged: 'redo', stage: stagedJson('json') },
  jsonb: { encode: () => jsonb, staged: 'redo', stage: stagedJson('jsonb') },
  // In binary the server follows the encoding that a document names, and in text it leaves that out; as text it is kept as it is.
  xml: { encode: textEncoder, staged: 'always', readAs: 'text', indexedAsSent: true },
  inet: { encode: () => addressEncoder('inet') },
  cidr: { encode: () => addressEncoder('cidr') },
  macaddr: { encode: () => hardwareEncoder(6) },
  macaddr8: { encode: () => hardwareEncoder(8) },
};

/** Null for types that are not known: of extensions, composite types, ranges, geometry. */
export function storedType(name: string): StoredType | null {
  const type = targetType(name);
  return type !== null && isTargetType(name) ? { ...type, ...WRITINGS[name] } : null;
}

/** The names of the types of which an index has an entry about as long as the value that is sent. */
export function typesIndexedAsSent(): readonly string[] {
  return Object.entries(WRITINGS).flatMap(([name, { indexedAsSent }]) => (indexedAsSent === true ? [name] : []));
}
