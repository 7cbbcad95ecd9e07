import { OraError } from '../../contract/ora-error';
import type { Emission } from '../values/emission';
import { typed, type Typed } from '../values/kind';
import { literal } from '../values/quote';
import { rowidOperand } from '../values/emit-comparison';
import { inconsistentTypes } from '../parse/syntax-error';
import type { DialectSession } from '../../contract/translation';
import type { Arguments, FunctionEmitter } from './arguments';

const NOW = `date_trunc('second', statement_timestamp() AT TIME ZONE 'UTC')::timestamp(0)`;
const NOW_TEXT = `to_char(statement_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '000'`;

/** The clock in the session's time zone. */
function localNow({ settings }: DialectSession): string {
  return `statement_timestamp() AT TIME ZONE interval ${literal(settings['TIME_ZONE'] ?? '+00:00')}`;
}

/** Names that are values without being columns. */
export const PSEUDO_COLUMNS: Readonly<Record<string, (emission: Emission) => Typed>> = {
  SYSDATE: () => typed(NOW, 'date'),
  CURRENT_DATE: ({ session }) => typed(`date_trunc('second', ${localNow(session)})::timestamp(0)`, 'date'),
  SYSTIMESTAMP: () => typed(`(${NOW_TEXT} || ' +00:00')`, 'timestamptz'),
  CURRENT_TIMESTAMP: () => typed(`(${NOW_TEXT} || ' +00:00')`, 'timestamptz'),
  LOCALTIMESTAMP: ({ session }) => typed(`(${localNow(session)})`, 'timestamp'),
  USER: ({ session }) => typed(literal(session.user) + '::text', 'text'),
  // Unordered, so numbered as rows come: before ORDER BY, as in Oracle.
  ROWNUM: () => typed('(row_number() OVER ())::numeric', 'number'),
  DBTIMEZONE: () => typed(`'+00:00'::text`, 'text'),
  SESSIONTIMEZONE: ({ session }) => typed(`${literal(session.settings['TIME_ZONE'] ?? '+00:00')}::text`, 'text'),
  'DBMS_FLASHBACK.GET_SYSTEM_CHANGE_NUMBER': (emission) => typed(emission.newScn(), 'number'),
  'SYS.DBMS_FLASHBACK.GET_SYSTEM_CHANGE_NUMBER': (emission) => typed(emission.newScn(), 'number'),
};

const ENVIRONMENT: Readonly<Record<string, (emission: Emission) => string>> = {
  CURRENT_SCHEMA: ({ session }) => session.currentSchema,
  SESSION_USER: ({ session }) => session.user,
  CURRENT_USER: ({ session }) => session.user,
  DB_NAME: () => 'STANDIN',
  DB_UNIQUE_NAME: () => 'STANDIN',
  INSTANCE_NAME: () => 'standin',
  SERVICE_NAME: () => 'standin',
  SERVER_HOST: () => 'standin',
  DATABASE_ROLE: () => 'PRIMARY',
  ISDBA: () => 'FALSE',
  LANGUAGE: ({ dictionary }) => `AMERICAN_AMERICA.${dictionary.characterSet}`,
  NLS_DATE_FORMAT: ({ session }) => session.settings['NLS_DATE_FORMAT'] ?? 'DD-MON-RR',
  SID: () => '1',
  SESSIONID: () => '1',
  MODULE: () => '',
  HOST: () => '',
  OS_USER: () => '',
  TERMINAL: () => '',
};

function sysContext(args: Arguments): Typed {
  args.between(2, 3);
  if (args.literal(0).toUpperCase() !== 'USERENV') return typed('NULL::text', 'text');
  const name = args.literal(1).toUpperCase();
  if (name === 'CON_NAME' && args.emission.modern) return typed(`'STANDIN'::text`, 'text');
  const value = ENVIRONMENT[name];
  if (value === undefined) throw new OraError(2003, 'invalid USERENV parameter', args.call.position);
  return typed(`${literal(value(args.emission))}::text`, 'text');
}

function rawText(args: Arguments): Typed {
  const value = args.at(0);
  if (value.type.kind !== 'raw' && value.type.kind !== 'blob' && value.type.kind !== 'unknown') {
    throw inconsistentTypes('CHAR', args.call.position);
  }
  return typed(`upper(encode(${value.sql}, 'hex'))`, 'text');
}

function getScn(args: Arguments): Typed {
  return typed(args.emission.newScn(), 'number');
}

/** Functions of packages and of the session. */
export const SYSTEM_FUNCTIONS: Readonly<Record<string, FunctionEmitter>> = {
  SYS_CONTEXT: sysContext,
  'DBMS_FLASHBACK.GET_SYSTEM_CHANGE_NUMBER': getScn,
  'SYS.DBMS_FLASHBACK.GET_SYSTEM_CHANGE_NUMBER': getScn,
  'UTL_RAW.CAST_TO_RAW': (args) => typed(`"SYS".cast_to_raw(${args.text(0)})`, 'raw'),
  'SYS.UTL_RAW.CAST_TO_RAW': (args) => typed(`"SYS".cast_to_raw(${args.text(0)})`, 'raw'),
  'UTL_RAW.LENGTH': (args) => typed(`octet_length(${args.as(0, 'raw')})::numeric`, 'number'),
  RAWTOHEX: rawText,
  HEXTORAW: (args) => typed(`"SYS".hextoraw(${args.text(0)})`, 'raw'),
  SYS_GUID: () => typed(`decode(replace(gen_random_uuid()::text, '-', ''), 'hex')`, 'raw'),
  CHARTOROWID: (args) => rowidOperand(args.emission, args.expression(0), args.scope),
};
