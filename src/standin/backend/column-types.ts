import type { OracleColumn } from '../contract/translation';
import type { ResultField } from './backend-messages';

/** Type oids of PostgreSQL that mean something here. */
export const PG_TYPE = {
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  text: 25,
  oid: 26,
  tid: 27,
  float4: 700,
  float8: 701,
  date: 1082,
  timestamp: 1114,
  timestamptz: 1184,
  interval: 1186,
  numeric: 1700,
} as const;

const EXPRESSIONS: ReadonlyMap<number, Omit<OracleColumn, 'name' | 'nullable'>> = new Map([
  [PG_TYPE.bytea, { type: 'RAW', length: 2000 }],
  [PG_TYPE.int2, { type: 'NUMBER' }],
  [PG_TYPE.int4, { type: 'NUMBER' }],
  [PG_TYPE.int8, { type: 'NUMBER' }],
  [PG_TYPE.oid, { type: 'NUMBER' }],
  [PG_TYPE.numeric, { type: 'NUMBER' }],
  [PG_TYPE.tid, { type: 'ROWID' }],
  [PG_TYPE.float4, { type: 'BINARY_FLOAT' }],
  [PG_TYPE.float8, { type: 'BINARY_DOUBLE' }],
  [PG_TYPE.date, { type: 'DATE' }],
  [PG_TYPE.timestamptz, { type: 'TIMESTAMP WITH TIME ZONE', scale: 6 }],
  [PG_TYPE.interval, { type: 'INTERVAL DAY TO SECOND', scale: 6 }],
]);

/** timestamp(n) carries n as its modifier, and timestamp(0) is a DATE; without one it may have a fraction. */
function timestampType(typmod: number): Omit<OracleColumn, 'name' | 'nullable'> {
  return typmod === 0 ? { type: 'DATE' } : { type: 'TIMESTAMP', scale: typmod > 0 ? typmod : 6 };
}

/** The Oracle type of a result column that is no stored column: PostgreSQL's type decides. */
export function expressionColumn(field: ResultField): OracleColumn {
  const type =
    field.typeOid === PG_TYPE.timestamp
      ? timestampType(field.typmod)
      : (EXPRESSIONS.get(field.typeOid) ?? { type: 'VARCHAR2' as const, length: 4000, charUsed: 'B' as const });
  return { name: field.name, nullable: true, ...type };
}
