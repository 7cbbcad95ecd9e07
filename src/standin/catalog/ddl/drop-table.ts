import { OraError, notImplemented } from '../../contract/ora-error';
import type { Cursor } from '../../sql/parse/cursor';
import type { Relation } from '../../sql/values/dictionary';
import { qualified } from '../../sql/values/quote';
import type { Translation } from '../../contract/translation';
import { catalogCall } from './catalog-row';
import { ddl, objectName, type DdlContext } from './ddl-context';
import { dropStorageTrigger } from './storage-trigger';

/** The stored table of this name in a schema the user may change. ORA-00942. */
export function ownTable(context: DdlContext, cursor: Cursor): Relation {
  const position = cursor.position;
  const { owner, name } = objectName(context, cursor.path(), position);
  const relation = context.dictionary.relation(owner, name);
  if (relation?.kind !== 'table') throw new OraError(942, 'table or view does not exist', position);
  return relation;
}

/** `DROP TABLE t [CASCADE CONSTRAINTS] [PURGE]`; there is no recycle bin. */
export function dropTable(context: DdlContext, cursor: Cursor): Translation {
  cursor.expect('TABLE');
  const { owner, name } = ownTable(context, cursor);
  const cascade = cursor.accept('CASCADE', 'CONSTRAINTS');
  cursor.accept('PURGE');
  cursor.end();
  const drop = `DROP TABLE ${qualified(owner, name)}${cascade ? ' CASCADE' : ''};`;
  return ddl([drop, dropStorageTrigger(owner, name), catalogCall('forget_table', owner, name)], [`${owner}.${name}`]);
}

/** `TRUNCATE TABLE t`. */
export function truncateTable(context: DdlContext, cursor: Cursor): Translation {
  cursor.expect('TABLE');
  const { owner, name } = ownTable(context, cursor);
  if (cursor.accept('DROP') || cursor.accept('REUSE')) cursor.expect('STORAGE');
  if (cursor.sees('CASCADE')) throw notImplemented('TRUNCATE … CASCADE', cursor.position);
  cursor.end();
  return ddl([`TRUNCATE TABLE ${qualified(owner, name)};`, catalogCall('touch', owner, name)], [`${owner}.${name}`]);
}
