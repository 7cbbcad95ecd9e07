import { notImplemented } from '../../contract/ora-error';
import type { DialectSession, OracleColumn } from '../../contract/translation';

/** How a value is stored and compared in PostgreSQL; coarser than Oracle's types, finer than PostgreSQL's. */
export type Kind =
  | 'unknown'
  | 'number'
  | 'double'
  /** CHAR and string literals: compared blank padded. */
  | 'char'
  | 'text'
  | 'clob'
  | 'long'
  | 'date'
  /** TIMESTAMP(0..6). */
  | 'timestamp'
  /** TIMESTAMP(7..9) and WITH LOCAL TIME ZONE (UTC): `YYYY-MM-DD HH:MM:SS.fffffffff`. */
  | 'timestamp9'
  /** `YYYY-MM-DD HH:MM:SS.fffffffff +HH:MM`, the moment in UTC. */
  | 'timestamptz'
  | 'interval'
  /** An interval literal: good for date arithmetic only. */
  | 'span'
  | 'raw'
  | 'blob'
  | 'rowid'
  | 'condition';

export interface SqlType {
  readonly kind: Kind;
  /** The Oracle type where one is known. */
  readonly column?: OracleColumn;
  /** The value of a string literal. */
  readonly literal?: string;
}

/** PostgreSQL text of a value and what it is. */
export interface Typed {
  readonly sql: string;
  readonly type: SqlType;
}

const KINDS: Readonly<Record<OracleColumn['type'], Kind>> = {
  VARCHAR2: 'text',
  NVARCHAR2: 'text',
  CHAR: 'char',
  NCHAR: 'char',
  NUMBER: 'number',
  FLOAT: 'number',
  LONG: 'long',
  'LONG RAW': 'long',
  DATE: 'date',
  TIMESTAMP: 'timestamp',
  'TIMESTAMP WITH TIME ZONE': 'timestamptz',
  'TIMESTAMP WITH LOCAL TIME ZONE': 'timestamp9',
  'INTERVAL YEAR TO MONTH': 'interval',
  'INTERVAL DAY TO SECOND': 'interval',
  RAW: 'raw',
  BINARY_FLOAT: 'double',
  BINARY_DOUBLE: 'double',
  ROWID: 'text',
  UROWID: 'text',
  CLOB: 'clob',
  NCLOB: 'clob',
  BLOB: 'blob',
};

/** How a column of this Oracle type is held. */
export function kindOf(column: OracleColumn): Kind {
  if (column.type === 'TIMESTAMP' && (column.scale ?? 6) > 6) return 'timestamp9';
  return KINDS[column.type];
}

type Shape = Omit<OracleColumn, 'name' | 'nullable'>;

const RESULT: Partial<Readonly<Record<Kind, Shape>>> = {
  number: { type: 'NUMBER' },
  double: { type: 'BINARY_DOUBLE' },
  char: { type: 'CHAR', length: 1, charUsed: 'B' },
  text: { type: 'VARCHAR2', length: 4000, charUsed: 'B' },
  clob: { type: 'CLOB' },
  long: { type: 'LONG' },
  date: { type: 'DATE' },
  timestamp: { type: 'TIMESTAMP', scale: 6 },
  timestamp9: { type: 'TIMESTAMP', scale: 9 },
  timestamptz: { type: 'TIMESTAMP WITH TIME ZONE', scale: 9 },
  interval: { type: 'INTERVAL DAY TO SECOND', precision: 9, scale: 9 },
  raw: { type: 'RAW', length: 2000 },
  blob: { type: 'BLOB' },
  rowid: { type: 'ROWID' },
};

/** The Oracle type of a result column; undefined where only PostgreSQL will know (binds). */
export function resultColumn(name: string, type: SqlType): OracleColumn | undefined {
  if (type.column !== undefined) return { ...type.column, name };
  if (type.literal !== undefined)
    return { name, type: 'CHAR', length: type.literal.length, charUsed: 'B', nullable: true };
  const shape = RESULT[type.kind];
  return shape === undefined ? undefined : { name, nullable: true, ...shape };
}

/** Oracle's name of a kind, for ORA-00932. */
export function kindName(kind: Kind): string {
  return RESULT[kind]?.type ?? kind.toUpperCase();
}

/** A value without a known Oracle column. */
export function typed(sql: string, kind: Kind): Typed {
  return { sql, type: { kind } };
}

/** Text made by an expression: '' becomes NULL. */
export function textOf(sql: string): Typed {
  return typed(`NULLIF(${sql}, '')`, 'text');
}

/** ORA-03001 for a LOCAL TIME ZONE value in a session with another zone than the one it is stored in. */
export function requireUtc({ settings }: DialectSession, column: Pick<OracleColumn, 'type'> | undefined): void {
  const zone = settings['TIME_ZONE'] ?? '+00:00';
  if (column?.type === 'TIMESTAMP WITH LOCAL TIME ZONE' && zone !== '+00:00')
    throw notImplemented(`LOCAL TIME ZONE in a session whose TIME_ZONE is ${zone}, not +00:00`);
}

/** True for the kinds held as character data. */
export function isText(kind: Kind): boolean {
  return kind === 'text' || kind === 'char' || kind === 'clob';
}

/** True for DATE and the timestamps. */
export function isMoment(kind: Kind): boolean {
  return kind === 'date' || kind === 'timestamp' || kind === 'timestamp9' || kind === 'timestamptz';
}
