import type { TableName } from '../../core/ports/target';
import { writtenBySql } from '../ledger/written-by';
import { rowsOf } from '../catalogue/rows-of';
import { onlyRow, type Session } from '../session/session';
import { ident, qualified } from '../session/sql';

/** SQL: the numbers of the transactions that wrote rows of the run; `$1` is the run, `$2` an array of its entities. */
export function writersSql(schema: string): string {
  const s = ident(schema);
  return `select w as txid from ${s}.chunk_load l, unnest(l.written_by) w where l.run = $1 and l.entity = any ($2::text[])
    union select txid from ${s}.rewrite where run = $1 and entity = any ($2::text[])`;
}

/** SQL: the row is as one of those transactions left it; parameters as for `writersSql`, unless the entities are another one. */
export function ownRow(row: string, schema: string, entities = '$2'): string {
  // As xid, which the server can hash: a sequential scan asks it of every row.
  return `${row}.xmin in (select w.xmin::text::xid from (${writtenBySql(schema, `= any (${entities}::text[])`)}) w(xmin))`;
}

/** What a reset and a repair know of a table. */
export interface TableColumns {
  /** SQL: its rows, see `rowsOf`. */
  readonly rows: string;
  readonly primaryKey: readonly string[];
  /** All that an INSERT can set. */
  readonly settable: readonly string[];
  /** With those that are generated. */
  readonly all: readonly string[];
}

export async function readTableColumns(session: Session, table: TableName): Promise<TableColumns> {
  const { rows } = await session.query<{ primary_key: string[]; settable: string[]; columns: string[] }>(
    `select array(select attname::text from pg_attribute where attrelid = t.oid and attnum > 0 and not attisdropped) as columns,
       array(select a.attname::text from pg_attribute a
         where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as settable,
       array(select a.attname::text from pg_constraint c, unnest(c.conkey) with ordinality k(number, nth)
         join pg_attribute a on a.attrelid = t.oid and a.attnum = k.number
         where c.conrelid = t.oid and c.contype = 'p' order by k.nth) as primary_key
     from pg_class t where t.oid = to_regclass($1)`,
    [qualified(table)],
  );
  const { primary_key: primaryKey, settable, columns: all } = onlyRow(rows);
  return { rows: await rowsOf(session, table), primaryKey, settable, all };
}

/** The column behind those of the table, with a name that it does not have: the xmin that the row had; -1 where it was not noted. */
export function writerColumn({ all }: Pick<TableColumns, 'all'>): string {
  let name = 'cutover_writer';
  while (all.includes(name)) name += '_';
  return name;
}

/** SQL: the rows of a table that the run has overwritten, as they were before; `$1` is the run, `entityParameter` the entity's name. */
export function imagesSql(
  schema: string,
  { table, columns }: { readonly table: TableName; readonly columns: TableColumns },
  entityParameter: string,
): string {
  // OFFSET 0 keeps the text from being read once per column.
  return `select (i.image).*, i.writer as ${writerColumn(columns)}
    from (select r.before::${qualified(table)} as image, coalesce(r.writer, -1) as writer from ${ident(schema)}.replaced r
    where r.run = $1 and r.entity = ${entityParameter} offset 0) i`;
}
