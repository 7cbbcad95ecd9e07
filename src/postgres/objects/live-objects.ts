import type { TableName } from '../../core/ports/target';
import { withQualifiedNames } from '../session/qualified-names';
import { livePlainIndexes } from './plain-indexes';
import type { Session } from '../session/session';
import { literal, qualified } from '../session/sql';
import type { LiveObject } from './aside-object';
import { ON_DELETE, ON_INSERT, ON_UPDATE, readTreeTriggers, type TreeTrigger } from '../catalogue/tree-triggers';
import { tableOid } from '../catalogue/table-oid';

/** The load also deletes orphans, updates those that it clears and overwrites rows: what triggers did then could not be undone. */
const EVENTS = ON_INSERT | ON_UPDATE | ON_DELETE;

/** The triggers and rules that a load would fire, triggers of the table's partitions included. */
export async function readTriggers(session: Session, table: TableName): Promise<TreeTrigger[]> {
  const oid = await tableOid(session, table);
  return readTreeTriggers(session, oid === null ? [] : [oid], EVENTS);
}

/**
 * Indexes that enforce nothing. Those with an expression or a condition stay: it may refuse a row, which is then a reject. So does what a definition alone would not bring back as it was: a part of a partitioned index, the
 * replica identity, the order of CLUSTER, a tablespace or statistics target of its own, and one that is not valid or that others
 * depend on.
 */
const INDEXES = `
  select c.relname::text as name, pg_get_indexdef(c.oid) as definition, obj_description(c.oid, 'pg_class') as comment
  from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
  where i.indrelid = to_regclass($1) and t.relkind = 'r' and i.indexprs is null and i.indpred is null
    and not (i.indisunique or i.indisprimary or i.indisexclusion)
    and i.indisvalid and i.indisready and not (i.indisreplident or i.indisclustered) and c.reltablespace = 0
    and not exists (select from pg_constraint k where k.conindid = c.oid)
    and not exists (select from pg_inherits h where h.inhrelid = c.oid)
    and not exists (select from pg_depend d where d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid)
    and not exists (select from pg_attribute a where a.attrelid = c.oid and coalesce(a.attstattarget, -1) >= 0)
  order by c.relname`;

/** The secondary indexes of a table, which are built faster over loaded rows than row by row. */
export async function readIndexes(session: Session, table: TableName): Promise<LiveObject[]> {
  interface Row {
    readonly name: string;
    readonly definition: string;
    readonly comment: string | null;
  }
  const plain = await livePlainIndexes(session, table);
  const { rows } = await withQualifiedNames(session, () => session.query<Row>(INDEXES, [qualified(table)]));
  return rows.map(({ name, definition, comment }) => {
    const index = qualified({ schema: table.schema, name });
    const remark = comment === null ? '' : `; comment on index ${index} is ${literal(comment)}`;
    const made = plain.find((one) => one.name === name);
    const known = made === undefined ? {} : { index: made };
    return {
      kind: 'index',
      table,
      name,
      removal: `drop index ${index}`,
      restoration: `${definition}${remark}`,
      ...known,
    };
  });
}
