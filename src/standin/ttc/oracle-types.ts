import type { OracleColumn } from '../contract/translation';
import { CHARSET_FORM, MAX_STRING_BYTES, WIRE_TYPE } from './format/constants';

/** How a column is announced to the client. */
export interface WireColumn {
  readonly name: string;
  readonly type: number;
  readonly charsetForm: number;
  readonly precision: number;
  readonly scale: number;
  /** Bytes; never 0 (the client would read no data) and, but for LONGs, never above 4000 (it would expect a trailer). */
  readonly maxSize: number;
  /** Declared length; 0 for types without. */
  readonly size: number;
  readonly nullable: boolean;
}

const { none, database, national } = CHARSET_FORM;
const MAX_LONG_BYTES = 2 ** 31 - 1;
const LOB_BYTES = 4000;
const BYTES_PER_CHARACTER = 4;

type OracleType = OracleColumn['type'];

const FORMS: Readonly<Record<OracleType, { readonly type: number; readonly form: number; readonly maxSize: number }>> =
  {
    VARCHAR2: { type: WIRE_TYPE.varchar, form: database, maxSize: 0 },
    NVARCHAR2: { type: WIRE_TYPE.varchar, form: national, maxSize: 0 },
    CHAR: { type: WIRE_TYPE.char, form: database, maxSize: 0 },
    NCHAR: { type: WIRE_TYPE.char, form: national, maxSize: 0 },
    NUMBER: { type: WIRE_TYPE.number, form: none, maxSize: 22 },
    FLOAT: { type: WIRE_TYPE.number, form: none, maxSize: 22 },
    LONG: { type: WIRE_TYPE.long, form: database, maxSize: MAX_LONG_BYTES },
    'LONG RAW': { type: WIRE_TYPE.longRaw, form: none, maxSize: MAX_LONG_BYTES },
    DATE: { type: WIRE_TYPE.date, form: none, maxSize: 7 },
    TIMESTAMP: { type: WIRE_TYPE.timestamp, form: none, maxSize: 11 },
    'TIMESTAMP WITH TIME ZONE': { type: WIRE_TYPE.timestampTz, form: none, maxSize: 13 },
    'TIMESTAMP WITH LOCAL TIME ZONE': { type: WIRE_TYPE.timestampLtz, form: none, maxSize: 11 },
    'INTERVAL YEAR TO MONTH': { type: WIRE_TYPE.intervalYearToMonth, form: none, maxSize: 5 },
    'INTERVAL DAY TO SECOND': { type: WIRE_TYPE.intervalDayToSecond, form: none, maxSize: 11 },
    RAW: { type: WIRE_TYPE.raw, form: none, maxSize: 0 },
    BINARY_FLOAT: { type: WIRE_TYPE.binaryFloat, form: none, maxSize: 4 },
    BINARY_DOUBLE: { type: WIRE_TYPE.binaryDouble, form: none, maxSize: 8 },
    ROWID: { type: WIRE_TYPE.rowid, form: none, maxSize: 18 },
    UROWID: { type: WIRE_TYPE.urowid, form: none, maxSize: 4000 },
    CLOB: { type: WIRE_TYPE.clob, form: database, maxSize: LOB_BYTES },
    NCLOB: { type: WIRE_TYPE.clob, form: national, maxSize: LOB_BYTES },
    BLOB: { type: WIRE_TYPE.blob, form: none, maxSize: LOB_BYTES },
  };

/** The announcement of a column under the name it has in the result. */
export function wireColumn(column: OracleColumn, name: string): WireColumn {
  const { type, form, maxSize } = FORMS[column.type];
  const length = column.length ?? MAX_STRING_BYTES;
  const sized = maxSize === 0;
  return {
    name,
    type,
    charsetForm: form,
    ...precisionAndScale(column),
    maxSize: sized ? byteSize(column, length) : maxSize,
    size: sized ? length : 0,
    nullable: column.nullable,
  };
}

function byteSize(column: OracleColumn, length: number): number {
  const national = column.type === 'NVARCHAR2' || column.type === 'NCHAR';
  const perUnit = national || column.charUsed === 'C' ? BYTES_PER_CHARACTER : 1;
  return Math.max(1, Math.min(MAX_STRING_BYTES, length * perUnit));
}

/** NUMBER without precision is (0, -127); FLOAT has binary digits and scale -127; TIMESTAMP digits travel as scale. */
function precisionAndScale(column: OracleColumn): { precision: number; scale: number } {
  if (column.type === 'FLOAT') return { precision: column.precision ?? 126, scale: -127 };
  if (column.type !== 'NUMBER') return { precision: column.precision ?? 0, scale: column.scale ?? 0 };
  if (column.precision === undefined)
    return { precision: column.scale === undefined ? 0 : 38, scale: column.scale ?? -127 };
  return { precision: column.precision, scale: column.scale ?? 0 };
}
