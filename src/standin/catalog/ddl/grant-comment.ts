import { OraError, notImplemented } from '../../contract/ora-error';
import type { Cursor } from '../../sql/parse/cursor';
import { literal } from '../../sql/values/quote';
import type { Translation } from '../../contract/translation';
import { ddl, objectName, type DdlContext } from './ddl-context';

const OBJECT_PRIVILEGES = new Set([
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'FLASHBACK',
  'REFERENCES',
  'ALTER',
  'INDEX',
  'EXECUTE',
  'READ',
]);
const ALL = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'FLASHBACK', 'REFERENCES', 'ALTER', 'INDEX'];

/** Privilege names are one or several words up to a comma, ON, TO or FROM: `SELECT ANY DICTIONARY`. */
function privilege(cursor: Cursor): string {
  const words: string[] = [];
  while (cursor.peek().type === 'word' && !['ON', 'TO', 'FROM'].includes(cursor.peek().text))
    words.push(cursor.take().text);
  if (words.length === 0) throw new OraError(990, 'missing or invalid privilege', cursor.position);
  if (words.join(' ') === 'ALL PRIVILEGES') return 'ALL';
  return words.join(' ');
}

interface Grant {
  readonly privileges: readonly string[];
  readonly object?: { readonly owner: string; readonly name: string };
  readonly grantees: readonly string[];
}

function parseGrant(context: DdlContext, cursor: Cursor, preposition: 'TO' | 'FROM'): Grant {
  const privileges = cursor.commaList(() => privilege(cursor));
  const object = cursor.accept('ON') ? grantedObject(context, cursor) : undefined;
  cursor.expect(preposition);
  const grantees = cursor.commaList(() => cursor.name());
  for (const grantee of grantees) {
    const isKnown = grantee === 'PUBLIC' || context.dictionary.users().has(grantee) || grantee.endsWith('_ROLE');
    if (!isKnown) throw new OraError(1917, `user or role '${grantee}' does not exist`);
  }
  if (object === undefined) return { privileges, grantees };
  const expanded = privileges.flatMap((one) => (one === 'ALL' ? ALL : [one]));
  const wrong = expanded.find((one) => !OBJECT_PRIVILEGES.has(one));
  if (wrong !== undefined) throw new OraError(990, 'missing or invalid privilege');
  return { privileges: expanded, object, grantees };
}

function grantedObject(context: DdlContext, cursor: Cursor): NonNullable<Grant['object']> {
  const position = cursor.position;
  const path = cursor.path();
  if (path.at(-1)?.startsWith('DBMS_') === true || path[0] === 'SYS') return { owner: 'SYS', name: path.at(-1) ?? '' };
  const { owner, name } = objectName(context, path, position);
  const { dictionary } = context;
  if (dictionary.relation(owner, name) === undefined && !dictionary.sequence(owner, name))
    throw new OraError(942, 'table or view does not exist', position);
  return { owner, name };
}

function pairs({ privileges, grantees }: Grant): readonly (readonly [string, string])[] {
  return grantees.flatMap((grantee) => privileges.map((one) => [grantee, one] as const));
}

/** `GRANT privileges [ON object] TO grantees`: catalogued, and honoured by name resolution. */
export function grant(context: DdlContext, cursor: Cursor): Translation {
  const parsed = parseGrant(context, cursor, 'TO');
  const grantable = cursor.accept('WITH', 'GRANT', 'OPTION');
  cursor.accept('WITH', 'ADMIN', 'OPTION');
  cursor.end();
  const { object } = parsed;
  const { user } = context.emission.session;
  const rows = pairs(parsed).map(([grantee, one]) => {
    if (object === undefined)
      return `INSERT INTO "SYS".granted_role VALUES (${literal(grantee)}, ${literal(one)}) ON CONFLICT DO NOTHING;`;
    const values = [grantee, object.owner, object.name, one, user].map(literal).join(', ');
    return `INSERT INTO "SYS".object_grant VALUES (${values}, ${grantable}) ON CONFLICT DO NOTHING;`;
  });
  return ddl(rows, []);
}

/** `REVOKE privileges [ON object] FROM grantees`. */
export function revoke(context: DdlContext, cursor: Cursor): Translation {
  const parsed = parseGrant(context, cursor, 'FROM');
  cursor.end();
  const { object } = parsed;
  const rows = pairs(parsed).map(([grantee, one]) => {
    if (object === undefined)
      return `DELETE FROM "SYS".granted_role WHERE grantee = ${literal(grantee)} AND role = ${literal(one)};`;
    return `DELETE FROM "SYS".object_grant WHERE grantee = ${literal(grantee)} AND owner = ${literal(object.owner)} AND name = ${literal(object.name)} AND privilege = ${literal(one)};`;
  });
  return ddl(rows, []);
}

/** The stored table or view, and column, that a comment is for. ORA-00942, ORA-00904. */
function commented(
  context: DdlContext,
  cursor: Cursor,
  kind: 'COLUMN' | 'TABLE',
): { readonly owner: string; readonly name: string; readonly column: string } {
  const position = cursor.position;
  const path = cursor.path();
  const { owner, name } = objectName(context, kind === 'COLUMN' ? path.slice(0, -1) : path, position);
  const relation = context.dictionary.relation(owner, name);
  if (relation === undefined) throw new OraError(942, 'table or view does not exist', position);
  if (kind === 'TABLE') return { owner, name, column: '' };
  const column = path.at(-1) ?? '';
  if (!relation.columns.some((one) => one.name === column))
    throw new OraError(904, `"${column}": invalid identifier`, position);
  return { owner, name, column };
}

/** `COMMENT ON TABLE t IS '…'` and `COMMENT ON COLUMN t.c IS '…'`. */
export function commentOn(context: DdlContext, cursor: Cursor): Translation {
  cursor.expect('ON');
  const kind = (['COLUMN', 'TABLE'] as const).find((word) => cursor.accept(word));
  if (kind === undefined) throw notImplemented(`COMMENT ON ${cursor.peek().text}`, cursor.position);
  const { owner, name, column } = commented(context, cursor, kind);
  cursor.expect('IS');
  const text = cursor.take();
  cursor.end();
  if (text.type !== 'string') throw new OraError(1780, 'string literal required', text.position);
  const values = `${literal(owner)}, ${literal(name)}, ${column === '' ? "''" : literal(column)}, ${literal(text.text)}`;
  return ddl(
    [
      `INSERT INTO "SYS".stored_comment VALUES (${values}) ON CONFLICT (owner, table_name, column_name) DO UPDATE SET comments = excluded.comments;`,
    ],
    [],
  );
}
