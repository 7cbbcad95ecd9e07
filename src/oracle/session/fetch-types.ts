import oracledb from 'oracledb';

type Response = oracledb.FetchTypeResponse | undefined;
type DbType = oracledb.Metadata<unknown>['dbType'];

/**
 * How each Oracle type is fetched, per query: `oracledb.fetchAsString` would change other libraries of the process.
 * NUMBER is decoded digit by digit in Thin mode and never passes through a JS number. BINARY_FLOAT and BINARY_DOUBLE are binary
 * numbers by nature: their text is the shortest that reads back to the same value (`NaN` and `Infinity` included).
 */
export function exactText({ dbType }: { readonly dbType?: DbType }): Response {
  return RESPONSES.get(dbType);
}

/** The same for rows whose LOBs are read by their locators. */
export function exactTextButLobs(column: { readonly dbType?: DbType }): Response {
  return LOBS.has(column.dbType) ? undefined : exactText(column);
}

const LOBS: ReadonlySet<DbType> = new Set([oracledb.DB_TYPE_CLOB, oracledb.DB_TYPE_NCLOB, oracledb.DB_TYPE_BLOB]);

const RESPONSES = new Map<DbType, oracledb.FetchTypeResponse>([
  [oracledb.DB_TYPE_NUMBER, fetchedAs(oracledb.DB_TYPE_VARCHAR)],
  [oracledb.DB_TYPE_CLOB, fetchedAs(oracledb.DB_TYPE_VARCHAR)],
  [oracledb.DB_TYPE_NCLOB, fetchedAs(oracledb.DB_TYPE_NVARCHAR)],
  [oracledb.DB_TYPE_BLOB, fetchedAs(oracledb.DB_TYPE_RAW)],
  [oracledb.DB_TYPE_BINARY_DOUBLE, numbersShownBy(String)],
  [oracledb.DB_TYPE_BINARY_FLOAT, numbersShownBy(singleText)],
]);

function fetchedAs(type: oracledb.DbType): oracledb.FetchTypeResponse {
  return { type };
}

function numbersShownBy(show: (value: number) => string): oracledb.FetchTypeResponse {
  return { converter: (value) => (typeof value === 'number' ? show(value) : null) };
}

/** Shortest decimal text that a single-precision reader turns back into `value`: `0.1`, not `0.10000000149011612`. */
export function singleText(value: number): string {
  for (let digits = 1; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return Number.isFinite(value) ? String(Number(value.toPrecision(9))) : String(value);
}
