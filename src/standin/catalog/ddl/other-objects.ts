import { OraError, notImplemented } from '../../contract/ora-error';
import type { Cursor } from '../../sql/parse/cursor';
import { resultColumn } from '../../sql/values/kind';
import { identifier, literal, qualified } from '../../sql/values/quote';
import { EMPTY_SCOPE } from '../../sql/values/scope';
import type { OracleColumn, Translation } from '../../contract/translation';
import { catalogCall, catalogRow } from './catalog-row';
import { columnRow } from './create-table';
import { ddl, objectName, type DdlContext } from './ddl-context';

/** `CREATE [OR REPLACE] [FORCE] VIEW v [(columns)] AS query`. */
export function createView(context: DdlContext, cursor: Cursor): Translation {
  cursor.accept('FORCE');
  cursor.expect('VIEW');
  const position = cursor.position;
  const { owner, name } = objectName(context, cursor.path(), position);
  const names = cursor.sees('(') ? cursor.list(() => cursor.name()) : [];
  cursor.expect('AS');
  const from = cursor.position;
  const query = cursor.query(cursor);
  const text = cursor.sql.slice(from, cursor.lastEnd);
  cursor.accept('WITH', 'READ', 'ONLY');
  cursor.end();
  if (cursor.bindCount > 0)
    throw new OraError(1027, 'bind variables not allowed for data definition operations', position);
  const { sql, columns } = context.emission.query(query, EMPTY_SCOPE);
  const types = columns.map((column, index): OracleColumn => {
    const known = names[index] ?? column.name;
    return (
      resultColumn(known, column.type) ?? { name: known, type: 'VARCHAR2', length: 4000, charUsed: 'B', nullable: true }
    );
  });
  const list = types.map((column) => identifier(column.name)).join(', ');
  const old = context.dictionary.relation(owner, name);
  if (old?.kind === 'table') throw new OraError(955, 'name is already used by an existing object', position);
  const replaced = old === undefined ? [] : [`DROP VIEW ${qualified(owner, name)};`, keepGrants(owner, name)];
  const table = { owner, name, columns: types };
  return ddl(
    [
      ...replaced,
      `CREATE VIEW ${qualified(owner, name)} (${list}) AS ${sql};`,
      catalogRow('object', { owner, name, type: 'VIEW' }),
      catalogRow('view_text', { owner, name, text }),
      ...types.map((column, index) => columnRow(table, column, { id: index + 1, text: undefined })),
    ],
    [],
  );
}

/** Replacing a view keeps what was granted on it. */
function keepGrants(owner: string, name: string): string {
  const key = `owner = ${literal(owner)} AND`;
  return `DELETE FROM "SYS".stored_column WHERE ${key} table_name = ${literal(name)};
DELETE FROM "SYS".view_text WHERE ${key} name = ${literal(name)};
DELETE FROM "SYS".object WHERE ${key} name = ${literal(name)} AND type = 'VIEW';`;
}

/** `DROP VIEW v`. */
export function dropView(context: DdlContext, cursor: Cursor): Translation {
  cursor.expect('VIEW');
  const position = cursor.position;
  const { owner, name } = objectName(context, cursor.path(), position);
  cursor.end();
  if (context.dictionary.relation(owner, name)?.kind !== 'view')
    throw new OraError(942, 'table or view does not exist', position);
  return ddl([`DROP VIEW ${qualified(owner, name)};`, catalogCall('forget_table', owner, name)], []);
}

function synonymName(context: DdlContext, cursor: Cursor): { readonly owner: string; readonly name: string } {
  const isPublic = cursor.accept('PUBLIC');
  cursor.expect('SYNONYM');
  const position = cursor.position;
  const path = cursor.path();
  return isPublic ? { owner: 'PUBLIC', name: path.at(-1) ?? '' } : objectName(context, path, position);
}

/** `CREATE [OR REPLACE] [PUBLIC] SYNONYM s FOR o.t`. */
export function createSynonym(context: DdlContext, cursor: Cursor): Translation {
  const { owner, name } = synonymName(context, cursor);
  cursor.expect('FOR');
  const path = cursor.path();
  cursor.end();
  const target = { table_owner: path.at(-2) ?? context.emission.session.currentSchema, table_name: path.at(-1) ?? '' };
  return ddl(
    [
      ...forgetSynonym(owner, name),
      catalogRow('object', { owner, name, type: 'SYNONYM' }),
      catalogRow('synonym', { owner, name, ...target }),
    ],
    [],
  );
}

function forgetSynonym(owner: string, name: string): readonly string[] {
  const key = `owner = ${literal(owner)} AND name = ${literal(name)}`;
  return [`DELETE FROM "SYS".synonym WHERE ${key};`, `DELETE FROM "SYS".object WHERE ${key} AND type = 'SYNONYM';`];
}

/** `DROP [PUBLIC] SYNONYM s`. ORA-01434. */
export function dropSynonym(context: DdlContext, cursor: Cursor): Translation {
  const { owner, name } = synonymName(context, cursor);
  cursor.end();
  if (context.dictionary.synonym(owner, name) === undefined)
    throw new OraError(1434, 'private synonym to be dropped does not exist');
  return ddl(forgetSynonym(owner, name), []);
}

const BIGGEST = '9223372036854775807';

function integer(cursor: Cursor): string {
  const sign = cursor.accept('-') ? '-' : '';
  const value = sign + cursor.take().text;
  if (!/^-?\d+$/.test(value)) throw new OraError(933, 'SQL command not properly ended', cursor.position);
  // Oracle's limit of 28 digits is beyond PostgreSQL's sequences.
  return value.length > 18 ? BIGGEST : value;
}

function sequenceOption(cursor: Cursor): string | undefined {
  if (cursor.accept('START', 'WITH')) return ` START ${integer(cursor)}`;
  if (cursor.accept('INCREMENT', 'BY')) return ` INCREMENT ${integer(cursor)}`;
  if (cursor.accept('MINVALUE')) return ` MINVALUE ${integer(cursor)}`;
  if (cursor.accept('MAXVALUE')) return ` MAXVALUE ${integer(cursor)}`;
  if (cursor.accept('CYCLE')) return ' CYCLE';
  if (cursor.accept('CACHE')) {
    integer(cursor);
    return '';
  }
  return ['NOMINVALUE', 'NOMAXVALUE', 'NOCYCLE', 'NOCACHE', 'ORDER', 'NOORDER'].some((word) => cursor.accept(word))
    ? ''
    : undefined;
}

/** `CREATE SEQUENCE s …`; the cache is ignored, so numbers have no gaps from it. */
export function createSequence(context: DdlContext, cursor: Cursor): Translation {
  cursor.expect('SEQUENCE');
  const position = cursor.position;
  const { owner, name } = objectName(context, cursor.path(), position);
  if (context.dictionary.sequence(owner, name))
    throw new OraError(955, 'name is already used by an existing object', position);
  let options = '';
  for (let option = sequenceOption(cursor); option !== undefined; option = sequenceOption(cursor)) options += option;
  if (cursor.sees('GENERATED')) throw notImplemented('sequence options', cursor.position);
  cursor.end();
  const make = `CREATE SEQUENCE ${qualified(owner, name)}${options};`;
  return ddl(
    [
      make,
      catalogRow('object', { owner, name, type: 'SEQUENCE' }),
      catalogRow('stored_sequence', { owner, name, is_ordered: false }),
    ],
    [],
  );
}

/** `DROP SEQUENCE s`. ORA-02289. */
export function dropSequence(context: DdlContext, cursor: Cursor): Translation {
  cursor.expect('SEQUENCE');
  const position = cursor.position;
  const { owner, name } = objectName(context, cursor.path(), position);
  cursor.end();
  if (!context.dictionary.sequence(owner, name)) throw new OraError(2289, 'sequence does not exist', position);
  const key = `owner = ${literal(owner)} AND name = ${literal(name)}`;
  return ddl(
    [
      `DROP SEQUENCE ${qualified(owner, name)};`,
      `DELETE FROM "SYS".stored_sequence WHERE ${key};`,
      `DELETE FROM "SYS".object WHERE ${key} AND type = 'SEQUENCE';`,
    ],
    [],
  );
}
