import oracledb from 'oracledb';
import type { SourceColumn, SourceTable } from '../../core/ports/legacy-source';
import type { OracleSession } from '../session/driver';
import { tableAt, type ResolvedName } from '../sql/statement';

type Column = oracledb.Metadata<unknown>;

/** The dictionary's words for what the driver says of a result. */
const DATA_TYPES = new Map<Column['dbType'], string>([
  [oracledb.DB_TYPE_VARCHAR, 'VARCHAR2'],
  [oracledb.DB_TYPE_NVARCHAR, 'NVARCHAR2'],
  [oracledb.DB_TYPE_CHAR, 'CHAR'],
  [oracledb.DB_TYPE_NCHAR, 'NCHAR'],
  [oracledb.DB_TYPE_NUMBER, 'NUMBER'],
  [oracledb.DB_TYPE_BINARY_FLOAT, 'BINARY_FLOAT'],
  [oracledb.DB_TYPE_BINARY_DOUBLE, 'BINARY_DOUBLE'],
  [oracledb.DB_TYPE_DATE, 'DATE'],
  [oracledb.DB_TYPE_TIMESTAMP, 'TIMESTAMP'],
  [oracledb.DB_TYPE_TIMESTAMP_TZ, 'TIMESTAMP WITH TIME ZONE'],
  [oracledb.DB_TYPE_TIMESTAMP_LTZ, 'TIMESTAMP WITH LOCAL TIME ZONE'],
  [oracledb.DB_TYPE_INTERVAL_YM, 'INTERVAL YEAR TO MONTH'],
  [oracledb.DB_TYPE_INTERVAL_DS, 'INTERVAL DAY TO SECOND'],
  [oracledb.DB_TYPE_RAW, 'RAW'],
  [oracledb.DB_TYPE_CLOB, 'CLOB'],
  [oracledb.DB_TYPE_NCLOB, 'NCLOB'],
  [oracledb.DB_TYPE_BLOB, 'BLOB'],
  [oracledb.DB_TYPE_LONG, 'LONG'],
  [oracledb.DB_TYPE_LONG_RAW, 'LONG RAW'],
]);

/** NUMBER without a scale, as the driver tells it. */
const NO_SCALE = -127;

/** What a query gives, by describing it without a row; it has no key, no size and no ROWIDs. Throws what the database says of it. */
export async function describeQuery(
  session: OracleSession,
  name: ResolvedName & { readonly query: string },
): Promise<SourceTable> {
  const { metaData = [] } = await session.execute(`SELECT * FROM ${tableAt(name, null)} WHERE 1 = 0`, {});
  return {
    name,
    kind: 'query',
    columns: metaData.map(columnOf),
    primaryKey: [],
    estimatedRows: null,
    averageRowBytes: null,
  };
}

function columnOf({ name, dbType, dbTypeName = '', byteSize, nullable, ...number }: Column): SourceColumn {
  const dataType = DATA_TYPES.get(dbType) ?? dbTypeName;
  return {
    name,
    dataType,
    length: dataType === 'RAW' || dataType.includes('CHAR') ? (byteSize ?? null) : null,
    ...(dataType === 'NUMBER' ? sizeOf(number) : { precision: null, scale: null }),
    // An expression may be null whatever its columns are: only what is known not to be counts.
    nullable: nullable !== false,
  };
}

/** An expression has neither: its numbers may have any. */
function sizeOf({
  precision = 0,
  scale = NO_SCALE,
}: Pick<Column, 'precision' | 'scale'>): Pick<SourceColumn, 'precision' | 'scale'> {
  return { precision: precision > 0 ? precision : null, scale: scale === NO_SCALE ? null : scale };
}
