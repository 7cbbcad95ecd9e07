import type { FieldMapping, TransformStep } from '../mapping/table-mapping';
import type { ValueFamily, ValueType } from '../mapping/value-type';
import type { SourceColumn } from '../ports/legacy-source';

const UNKNOWN: ValueType = { family: 'unknown', length: null, whole: null, scale: null };

/** By data type of the dictionary, without its `(n)`; TIMESTAMPs are recognised by their beginning. */
const SOURCE_FAMILIES: Readonly<Record<string, ValueFamily>> = {
  VARCHAR2: 'text',
  NVARCHAR2: 'text',
  VARCHAR: 'text',
  CHAR: 'text',
  NCHAR: 'text',
  CLOB: 'text',
  NCLOB: 'text',
  LONG: 'text',
  ROWID: 'text',
  UROWID: 'text',
  NUMBER: 'number',
  FLOAT: 'number',
  BINARY_FLOAT: 'number',
  BINARY_DOUBLE: 'number',
  DATE: 'oracle-time',
  'INTERVAL YEAR TO MONTH': 'years-to-months',
  'INTERVAL DAY TO SECOND': 'days-to-seconds',
  RAW: 'bytes',
  BLOB: 'bytes',
  'LONG RAW': 'bytes',
};

/** The type of a field over its source column; unknown where it computes, or converts by a function of the user's own that does not say what it gives. */
export function fieldType(field: FieldMapping, columns: readonly SourceColumn[]): ValueType {
  const source = columns.find((column) => column.name === field.columns[0]);
  if (field.columns.length !== 1 || source === undefined) return UNKNOWN;
  return field.transform.reduce(afterStep, sourceType(source));
}

function sourceType({ dataType, length, precision, scale }: SourceColumn): ValueType {
  const name = dataType.replace(/\(.*?\)/g, '').trim();
  const family = name.startsWith('TIMESTAMP') ? 'oracle-time' : (SOURCE_FAMILIES[name] ?? 'unknown');
  if (family !== 'number') return { ...UNKNOWN, family, length: family === 'text' ? length : null };
  const whole = precision === null ? null : precision - (scale ?? 0);
  return { family, length: null, whole, scale: precision === null && scale === null ? null : (scale ?? 0) };
}

function afterStep(type: ValueType, { gives = 'unknown' }: TransformStep): ValueType {
  if (typeof gives === 'object') return gives;
  return gives === 'same' ? type : { ...UNKNOWN, family: gives };
}
