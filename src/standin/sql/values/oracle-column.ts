import { OraError, notImplemented } from '../../contract/ora-error';
import type { TypeName } from '../parse/ast';
import type { OracleColumn, Release } from '../../contract/translation';

interface Context {
  readonly name: string;
  readonly release: Release;
}

type Shape = Omit<OracleColumn, 'name' | 'nullable'>;
type Build = (type: TypeName, context: Context) => Shape;

function integer(type: TypeName, index: number): number | undefined {
  const value = type.arguments[index];
  return typeof value === 'number' ? value : undefined;
}

function characters(limit: number, fallback?: number): Build {
  return (type) => {
    const length = integer(type, 0) ?? fallback;
    if (length === undefined) throw new OraError(906, 'missing left parenthesis', type.position);
    if (length < 1) throw new OraError(1723, 'zero-length columns are not allowed', type.position);
    if (length > limit) throw new OraError(910, 'specified length too long for its datatype', type.position);
    const national = type.name.startsWith('N');
    return { type: type.name as OracleColumn['type'], length, charUsed: national ? 'C' : (type.charUsed ?? 'B') };
  };
}

function number(type: TypeName): Shape {
  const [precision, scale] = [integer(type, 0), integer(type, 1)];
  if (precision !== undefined && (precision < 1 || precision > 38)) {
    throw new OraError(1727, 'numeric precision specifier is out of range (1 to 38)', type.position);
  }
  if (scale !== undefined && (scale < -84 || scale > 127)) {
    throw new OraError(1728, 'numeric scale specifier is out of range (-84 to 127)', type.position);
  }
  if (type.arguments.length === 0) return { type: 'NUMBER' };
  return { type: 'NUMBER', ...(precision === undefined ? {} : { precision }), scale: scale ?? 0 };
}

function timestamp(type: TypeName): Shape {
  const scale = integer(type, 0) ?? 6;
  if (scale < 0 || scale > 9) throw new OraError(30088, 'datetime/interval precision is out of range', type.position);
  return { type: type.name as OracleColumn['type'], scale };
}

function plain(type: TypeName): Shape {
  return { type: type.name as OracleColumn['type'] };
}

function raw(type: TypeName): Shape {
  const length = integer(type, 0);
  if (length === undefined) throw new OraError(906, 'missing left parenthesis', type.position);
  if (length > 2000) throw new OraError(910, 'specified length too long for its datatype', type.position);
  return { type: 'RAW', length };
}

const BUILD: Readonly<Record<string, Build>> = {
  VARCHAR2: characters(4000),
  NVARCHAR2: characters(2000),
  CHAR: characters(2000, 1),
  NCHAR: characters(1000, 1),
  NUMBER: number,
  FLOAT: (type) => ({ type: 'FLOAT', precision: integer(type, 0) ?? 126 }),
  LONG: plain,
  'LONG RAW': plain,
  DATE: plain,
  TIMESTAMP: timestamp,
  'TIMESTAMP WITH TIME ZONE': timestamp,
  'TIMESTAMP WITH LOCAL TIME ZONE': timestamp,
  'INTERVAL YEAR TO MONTH': (type) => ({ type: 'INTERVAL YEAR TO MONTH', precision: integer(type, 0) ?? 2 }),
  'INTERVAL DAY TO SECOND': (type) => ({
    type: 'INTERVAL DAY TO SECOND',
    precision: integer(type, 0) ?? 2,
    scale: integer(type, 1) ?? 6,
  }),
  RAW: raw,
  BINARY_FLOAT: plain,
  BINARY_DOUBLE: plain,
  ROWID: plain,
  UROWID: plain,
  CLOB: plain,
  NCLOB: plain,
  BLOB: plain,
};

/** The Oracle column a declared type makes; nullable until a constraint says otherwise. ORA-00902, 00910, 01727, 01728. */
export function oracleColumn(type: TypeName, context: Context): OracleColumn {
  const build = BUILD[type.name];
  if (build === undefined) throw notImplemented(`the type ${type.name}`, type.position);
  return { name: context.name, nullable: true, ...build(type, context) };
}
