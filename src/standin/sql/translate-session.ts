import { OraError, notImplemented } from '../ora-error';
import type { Cursor } from './cursor';
import { identifier } from './quote';
import type { StatementKind, Translation } from './translation';

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

/** `ALTER SESSION SET name = value …`. */
export function translateAlterSession(cursor: Cursor): Translation {
  cursor.expect('ALTER', 'SESSION');
  if (!cursor.accept('SET')) throw notImplemented(`ALTER SESSION ${cursor.peek().text}`, cursor.position);
  const settings: Record<string, string> = {};
  do {
    const position = cursor.position;
    const name = cursor.name();
    if (name === 'EVENTS' || name === 'CONTAINER') throw notImplemented(`ALTER SESSION SET ${name}`, position);
    cursor.expect('=');
    settings[name] = settingValue(cursor);
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
