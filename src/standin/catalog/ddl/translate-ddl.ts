import { notImplemented } from '../../contract/ora-error';
import type { Cursor } from '../../sql/parse/cursor';
import type { TranslateDdl } from '../../sql/translate';
import type { Translation } from '../../contract/translation';
import type { CatalogDictionary } from '../dictionary/memory-dictionary';
import { alterTable } from './alter-table';
import { createTable } from './create-table';
import { createIndex, dropIndex } from './index-ddl';
import { commentOn, grant, revoke } from './grant-comment';
import type { DdlContext } from './ddl-context';
import { dropTable, truncateTable } from './drop-table';
import { createSequence, createSynonym, createView, dropSequence, dropSynonym, dropView } from './other-objects';

type Writer = (context: DdlContext, cursor: Cursor) => Translation;

/** Statements by their first words; each writer reads on from the last word named here. */
const WRITERS: readonly (readonly [readonly string[], readonly string[], Writer])[] = [
  [['CREATE'], ['TABLE'], createTable],
  [['CREATE'], ['GLOBAL', 'TEMPORARY'], createTable],
  [['CREATE'], ['INDEX'], createIndex],
  [['CREATE'], ['UNIQUE', 'INDEX'], createIndex],
  [['CREATE'], ['SEQUENCE'], createSequence],
  [['CREATE', 'OR', 'REPLACE'], [], createOrReplace],
  [['CREATE'], ['VIEW'], createView],
  [['CREATE'], ['FORCE', 'VIEW'], createView],
  [['CREATE'], ['SYNONYM'], createSynonym],
  [['CREATE'], ['PUBLIC', 'SYNONYM'], createSynonym],
  [['ALTER'], ['TABLE'], alterTable],
  [['DROP'], ['TABLE'], dropTable],
  [['DROP'], ['INDEX'], dropIndex],
  [['DROP'], ['SEQUENCE'], dropSequence],
  [['DROP'], ['VIEW'], dropView],
  [['DROP'], ['SYNONYM'], dropSynonym],
  [['DROP'], ['PUBLIC', 'SYNONYM'], dropSynonym],
  [['TRUNCATE'], ['TABLE'], truncateTable],
  [['COMMENT'], ['ON'], commentOn],
  [['GRANT'], [], grant],
  [['REVOKE'], [], revoke],
];

function createOrReplace(context: DdlContext, cursor: Cursor): Translation {
  if (cursor.sees('VIEW') || cursor.sees('FORCE')) return createView(context, cursor);
  if (cursor.sees('SYNONYM') || cursor.sees('PUBLIC')) return createSynonym(context, cursor);
  throw notImplemented(`CREATE OR REPLACE ${cursor.peek().text}`, cursor.position);
}

/** The DDL half of the dialect over a dictionary. */
export function translateDdl(dictionary: CatalogDictionary): TranslateDdl {
  return (cursor, emission) => {
    for (const [verb, noun, write] of WRITERS) {
      if (!cursor.sees(...verb, ...noun)) continue;
      cursor.expect(...verb);
      return write({ emission, dictionary }, cursor);
    }
    throw notImplemented(`${cursor.peek().text} ${cursor.peek(1).text}`, cursor.position);
  };
}
