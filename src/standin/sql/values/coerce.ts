import { OraError } from '../../contract/ora-error';
import { parsePattern } from './date-format';
import { formatMoment, sessionFormat } from './format-moment';
import { isMoment, isText, kindName, type Kind, type Typed } from './kind';
import { literal } from './quote';
import { inconsistentTypes } from '../parse/syntax-error';
import type { DialectSession } from '../../contract/translation';

/** Text read with a date format: `timestamp(0)`, `timestamp` or text of nine fraction digits, by kind. ORA-01861 and kin when run. */
export function parseMoment(sql: string, format: string, kind: Kind): string {
  const { pattern, roles } = parsePattern(format);
  const call = `"SYS".parse_moment(${sql}, ${literal(pattern)}, ${literal(roles.join(' '))})`;
  if (kind === 'date') return `${call}::timestamp(0)`;
  if (kind === 'timestamp') return `${call}::timestamp`;
  return kind === 'timestamp9' ? `left(${call}, 29)` : call;
}

type Convert = (value: Typed, session: DialectSession) => string | undefined;

function numberOf({ sql, type }: Typed): string | undefined {
  if (type.kind === 'double') return sql;
  return isText(type.kind) ? `"SYS".to_number(${sql})` : undefined;
}

function doubleOf({ sql, type }: Typed): string | undefined {
  if (type.kind === 'number') return `(${sql})::float8`;
  return isText(type.kind) ? `"SYS".to_number(${sql})::float8` : undefined;
}

function characters({ sql, type }: Typed, session: DialectSession): string | undefined {
  if (isText(type.kind) || type.kind === 'long') return sql;
  if (type.kind === 'number') return `"SYS".number_text(${sql})`;
  if (type.kind === 'double') return `"SYS".double_text(${sql})`;
  if (type.kind === 'raw') return `upper(encode(${sql}, 'hex'))`;
  if (type.kind === 'interval') return sql;
  return isMoment(type.kind) ? formatMoment({ sql, type }, sessionFormat(session.settings, type.kind)) : undefined;
}

function momentFrom(kind: 'date' | 'timestamp'): Convert {
  return ({ sql, type }, session) => {
    if (isText(type.kind)) return parseMoment(sql, sessionFormat(session.settings, kind), kind);
    if (type.kind === 'date') return sql;
    if (type.kind === 'timestamp') return kind === 'date' ? `date_trunc('second', ${sql})::timestamp(0)` : sql;
    if (type.kind === 'timestamp9') return kind === 'date' ? `left(${sql}, 19)::timestamp(0)` : `${sql}::timestamp`;
    return type.kind === 'timestamptz' ? `"SYS".local_base(${sql})` : undefined;
  };
}

function nineDigits({ sql, type }: Typed, session: DialectSession): string | undefined {
  if (isText(type.kind)) return parseMoment(sql, sessionFormat(session.settings, 'timestamp9'), 'timestamp9');
  if (type.kind === 'timestamptz') return `left(${sql}, 29)`;
  return isMoment(type.kind) || type.kind === 'unknown' ? `"SYS".timestamp9(${sql}::timestamp)` : undefined;
}

function zoned({ sql, type }: Typed, session: DialectSession): string | undefined {
  if (isText(type.kind)) return parseMoment(sql, sessionFormat(session.settings, 'timestamptz'), 'timestamptz');
  if (type.kind === 'timestamp9') return `${sql} || ' +00:00'`;
  return isMoment(type.kind) || type.kind === 'unknown'
    ? `"SYS".timestamp9(${sql}::timestamp) || ' +00:00'`
    : undefined;
}

function bytes({ sql, type }: Typed): string | undefined {
  if (type.kind === 'raw' || type.kind === 'blob') return sql;
  return isText(type.kind) ? `decode(${sql}, 'hex')` : undefined;
}

const CONVERT: Partial<Readonly<Record<Kind, Convert>>> = {
  number: numberOf,
  double: doubleOf,
  char: characters,
  text: characters,
  clob: characters,
  long: characters,
  date: momentFrom('date'),
  timestamp: momentFrom('timestamp'),
  timestamp9: nineDigits,
  timestamptz: zoned,
  raw: bytes,
  blob: bytes,
  interval: ({ sql, type }) => (isText(type.kind) ? sql : undefined),
};

/** Binds of these kinds are stored as text, so a `timestamp` parameter must be written out even though its type is unknown. */
const ALWAYS: ReadonlySet<Kind> = new Set<Kind>(['timestamp9', 'timestamptz']);

/** The value as `kind`, by Oracle's implicit conversions. ORA-00932 where there is none. */
export function coerce(value: Typed, kind: Kind, session: DialectSession): string {
  if (value.type.kind === kind || value.sql === 'NULL') return value.sql;
  if (value.type.kind === 'unknown' && !ALWAYS.has(kind)) return value.sql;
  const converted = CONVERT[kind]?.(value, session);
  if (converted === undefined) throw inconsistentTypes(kindName(value.type.kind), -1);
  return converted;
}

/** ORA-00997 for a LONG, ORA-00932 for a LOB: what Oracle does not take as an operand of comparisons, DISTINCT and GROUP BY. */
export function refuseLong(value: Typed, position: number): void {
  if (value.type.kind === 'long') throw new OraError(997, 'illegal use of LONG datatype', position);
  if (value.type.kind === 'clob' || value.type.kind === 'blob')
    throw inconsistentTypes(kindName(value.type.kind), position);
}
