import type { OracleColumn } from '../../contract/translation';

const STORAGE: Readonly<Record<OracleColumn['type'], string>> = {
  VARCHAR2: 'text',
  NVARCHAR2: 'text',
  CHAR: 'text',
  NCHAR: 'text',
  NUMBER: 'numeric',
  FLOAT: 'numeric',
  LONG: 'text',
  'LONG RAW': 'bytea',
  DATE: 'timestamp(0)',
  TIMESTAMP: 'timestamp',
  'TIMESTAMP WITH TIME ZONE': 'text',
  'TIMESTAMP WITH LOCAL TIME ZONE': 'text',
  'INTERVAL YEAR TO MONTH': 'text',
  'INTERVAL DAY TO SECOND': 'text',
  RAW: 'bytea',
  BINARY_FLOAT: 'float4',
  BINARY_DOUBLE: 'float8',
  ROWID: 'text',
  UROWID: 'text',
  CLOB: 'text',
  NCLOB: 'text',
  BLOB: 'bytea',
};

/** The PostgreSQL type that holds a column; lengths of text are checked by the table's trigger, not by the type. */
export function storageType(column: OracleColumn): string {
  if (column.type === 'NUMBER' && column.scale !== undefined)
    return `numeric(${column.precision ?? 38},${column.scale})`;
  if (column.type === 'TIMESTAMP') return (column.scale ?? 6) > 6 ? 'text' : `timestamp(${column.scale ?? 6})`;
  return STORAGE[column.type];
}
