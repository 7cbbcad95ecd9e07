import { dateEncoder, timeEncoder, timestampEncoder } from './dates';
import type { CellEncoder, EncodedColumn } from './encoder';
import { float4, float8 } from './floats';
import { bool, int8, integerEncoder } from './integers';
import { numericEncoder } from './numeric';
import { bytea, json, jsonb, labelEncoder, paddedEncoder, stagedJson, textEncoder, uuid } from './texts';

/** By type name, as the catalogue has it. */
const ENCODERS: Readonly<Record<string, (column: EncodedColumn) => CellEncoder>> = {
  bool: () => bool,
  int2: () => integerEncoder(2),
  int4: () => integerEncoder(4),
  int8: () => int8,
  numeric: numericEncoder,
  float4: () => float4,
  float8: () => float8,
  text: textEncoder,
  varchar: textEncoder,
  bpchar: paddedEncoder,
  citext: textEncoder,
  name: () => textEncoder({ maxLength: null, precision: null, scale: null, labels: null }),
  bytea: () => bytea,
  date: dateEncoder,
  timestamp: (column) => timestampEncoder(column, 'without zone'),
  timestamptz: (column) => timestampEncoder(column, 'with zone'),
  time: timeEncoder,
  uuid: () => uuid,
  json: () => json,
  jsonb: () => jsonb,
};

/** Types whose values the server may still refuse: a redo takes them in as text, better checked. */
const DOUBTFUL: ReadonlySet<string> = new Set(['json', 'jsonb']);

/** The encoder of a column; null where its type has none, and its table has to go by text. */
export function encoderFor(type: string, column: EncodedColumn): CellEncoder | null {
  if (column.labels !== null) return labelEncoder(column);
  return Object.hasOwn(ENCODERS, type) ? (ENCODERS[type]?.(column) ?? null) : null;
}

/** The encoder of a doubtful type's column in a staging table, where it is text; null for types that need none of that. */
export function stagedEncoderFor(type: string): CellEncoder | null {
  return DOUBTFUL.has(type) ? stagedJson(type) : null;
}
