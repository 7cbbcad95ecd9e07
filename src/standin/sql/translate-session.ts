import { OraError, notImplemented } from '../contract/ora-error';
import type { Cursor } from './parse/cursor';
import { parseFormat } from './values/date-format';
import { identifier } from './values/quote';
import type { StatementKind, Translation } from '../contract/translation';

/** A translation without parameters and tables. */
function bare(kind: StatementKind, text: string, bindCount = 0): Translation {
  return { kind, text, parameters: [], bindCount, locks: false, tables: [] };
}

function settingValue(cursor: Cursor): string {
  const sign = cursor.accept('-') ? '-' : '';
  const token = cursor.take();
  if (token.type === 'end' || token.type === 'symbol')
    throw new OraError(2017, 'integer value required', token.position);
  return sign + token.text;
}

/** Settings of which the stand-in knows one value only: any other would change what statements mean. */
const FIXED: Readonly<Record<string, string>> = {
  NLS_LANGUAGE: 'AMERICAN',
  NLS_TERRITORY: 'AMERICA',
  NLS_DATE_LANGUAGE: 'AMERICAN',
  NLS_NUMERIC_CHARACTERS: '.,',
  NLS_CALENDAR: 'GREGORIAN',
  NLS_SORT: 'BINARY',
  NLS_COMP: 'BINARY',
  NLS_LENGTH_SEMANTICS: 'BYTE',
};
/** Settings that change the speed of Oracle, or what it logs, and no result. */
const WITHOUT_EFFECT = new Set([
  'CURSOR_SHARING',
  'DB_FILE_MULTIBLOCK_READ_COUNT',
  'OPTIMIZER_MODE',
  'SQL_TRACE',
  'STATISTICS_LEVEL',
  'TIMED_STATISTICS',
]);
const FORMATS = new Set(['NLS_DATE_FORMAT', 'NLS_TIMESTAMP_FORMAT', 'NLS_TIMESTAMP_TZ_FORMAT']);
const UTC_NAMES = new Set(['UTC', 'GMT', 'DBTIMEZONE']);

/** The value to keep of a known setting, or ORA-03001 by name for one that would silently mean something else here. ORA-01821. */
function checkedSetting(name: string, value: string, position: number): string {
  if (name === 'TIME_ZONE') return offset(value, position);
  if (FORMATS.has(name)) parseFormat(value);
  if (FIXED[name] !== undefined && FIXED[name] !== value.toUpperCase())
    throw notImplemented(`${name} = ${value}`, position);
  return value;
}

function isKnown(name: string): boolean {
  const free = name === 'CURRENT_SCHEMA' || name === 'TIME_ZONE' || FORMATS.has(name);
  return free || FIXED[name] !== undefined || WITHOUT_EFFECT.has(name);
}

function offset(value: string, position: number): string {
  if (UTC_NAMES.has(value.toUpperCase())) return '+00:00';
  if (!/^[+-]?\d{1,2}:\d{1,2}$/.test(value)) throw notImplemented(`the time zone ${value}`, position);
  return value;
}

/** `ALTER SESSION SET name = value …`. */
export function translateAlterSession(cursor: Cursor): Translation {
  cursor.expect('ALTER', 'SESSION');
  if (!cursor.accept('SET')) throw notImplemented(`ALTER SESSION ${cursor.peek().text}`, cursor.position);
  const settings: Record<string, string> = {};
  do {
    const position = cursor.position;
    const name = cursor.name();
    if (!isKnown(name)) throw notImplemented(`ALTER SESSION SET ${name}`, position);
    cursor.expect('=');
    settings[name] = checkedSetting(name, settingValue(cursor), position);
  } while (cursor.peek().type === 'word');
  cursor.end();
  return { ...bare('alter-session', ''), settings };
}

function commit(cursor: Cursor): Translation {
  cursor.expect('COMMIT');
  cursor.accept('WORK');
  if (cursor.sees('WRITE') || cursor.sees('COMMENT'))
    throw notImplemented(`COMMIT ${cursor.peek().text}`, cursor.position);
  return bare('commit', 'COMMIT');
}

function rollback(cursor: Cursor): Translation {
  cursor.expect('ROLLBACK');
  cursor.accept('WORK');
  if (!cursor.accept('TO')) return bare('rollback', 'ROLLBACK');
  cursor.accept('SAVEPOINT');
  return bare('savepoint', `ROLLBACK TO SAVEPOINT ${identifier(cursor.name())}`);
}

function savepoint(cursor: Cursor): Translation {
  cursor.expect('SAVEPOINT');
  return bare('savepoint', `SAVEPOINT ${identifier(cursor.name())}`);
}

/** Calls that leave no trace in the stand-in. */
const HARMLESS = new Set([
  'DBMS_APPLICATION_INFO.SET_MODULE',
  'DBMS_APPLICATION_INFO.SET_ACTION',
  'DBMS_APPLICATION_INFO.SET_CLIENT_INFO',
  'DBMS_SESSION.SET_IDENTIFIER',
]);

function harmlessCall(cursor: Cursor): void {
  const position = cursor.position;
  if (cursor.accept('NULL')) return;
  const path = cursor.path();
  const name = path.slice(path[0] === 'SYS' ? 1 : 0).join('.');
  if (!HARMLESS.has(name)) throw notImplemented(`PL/SQL (${name})`, position);
  skipArguments(cursor);
}

/** To the semicolon that ends a call; binds on the way are counted. */
function skipArguments(cursor: Cursor): void {
  while (cursor.peek().type !== 'end' && !cursor.sees(';')) {
    if (cursor.take().type === 'bind') cursor.bind();
  }
}

function block(cursor: Cursor): Translation {
  const position = cursor.position;
  if (!cursor.accept('BEGIN')) throw notImplemented('PL/SQL', position);
  while (!cursor.accept('END')) {
    harmlessCall(cursor);
    cursor.expect(';');
  }
  cursor.expect(';');
  return bare('no-op', '', cursor.bindCount);
}

const STATEMENTS: Readonly<Record<string, (cursor: Cursor) => Translation>> = {
  COMMIT: commit,
  ROLLBACK: rollback,
  SAVEPOINT: savepoint,
  BEGIN: block,
  DECLARE: block,
};

/** Transaction control and the few PL/SQL blocks that are accepted; undefined for other statements. */
export function translateControl(cursor: Cursor): Translation | undefined {
  const statement = STATEMENTS[cursor.peek().text];
  if (statement === undefined) return undefined;
  const translation = statement(cursor);
  cursor.end();
  return translation;
}
