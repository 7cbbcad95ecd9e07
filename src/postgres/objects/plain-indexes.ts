import type { TableName } from '../../core/ports/target';
import { withQualifiedNames } from '../session/qualified-names';
import { mayReadLedger } from '../ledger/schema/ledger-rights';
import type { Session } from '../session/session';
import { ident, qualified } from '../session/sql';
import { typesIndexedAsSent } from '../types';

/**
 * How the size of an entry follows from a value's: not at all (the method hashes or splits it, or all are of one length); at most as
 * it is sent; or more, for types whose text can be shorter than their bytes.
 */
type EntrySize = 'fixed' | 'as-sent' | 'dense';

/** An index that refuses a row for nothing but its size: not unique, no expression, no condition. */
export interface PlainIndex {
  readonly name: string;
  readonly method: string;
  /** What follows the table in its definition: `USING btree (value)`. */
  readonly making: string;
  readonly columns: readonly { readonly name: string; readonly size: EntrySize }[];
}

const TEXTS = typesIndexedAsSent()
  .map((name) => `'${name}'`)
  .join(', ');

/**
 * A B-tree keeps whole values; GIN the elements of an array, and of jsonb, tsvector and trigrams nothing long; hash and bloom hash;
 * SP-GiST splits texts. Where the type of an entry is another than the column's (`opckeytype`), it counts.
 */
const PLAIN = `
  select c.relname::text as name, m.amname::text as method,
    substring(pg_get_indexdef(c.oid) from length(format('CREATE INDEX %I ON %s%I.%I ', c.relname,
      case when c.relkind = 'I' then 'ONLY ' else '' end, n.nspname, t.relname)) + 1) as making,
    (select json_agg(json_build_object('name', a.attname, 'size',
      case
        when y.typlen > 0 or m.amname in ('hash', 'bloom') then 'fixed'
        when e.typtype <> 'p' and (e.typlen > 0 or e.typname in ('gtsvector', 'gtrgm', 'ghstore')) then 'fixed'
        when m.amname = 'gin' and o.opcname in ('jsonb_ops', 'jsonb_path_ops', 'tsvector_ops', 'gin_trgm_ops') then 'fixed'
        when m.amname = 'spgist' and y.typname in (${TEXTS}) then 'fixed'
        when m.amname = 'gin' and y.typelem <> 0 and z.typlen > 0 then 'fixed'
        when m.amname = 'gin' and (z.typname in (${TEXTS}) or y.typname = 'hstore') then 'as-sent'
        when y.typname in (${TEXTS}) then 'as-sent'
        else 'dense'
      end) order by k.nth)
     from unnest(i.indkey) with ordinality k(number, nth)
       join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
       cross join lateral (
         with recursive chain as (
           select oid, typtype, typbasetype from pg_type where oid = a.atttypid
           union all select b.oid, b.typtype, b.typbasetype from pg_type b join chain d on d.typtype = 'd' and b.oid = d.typbasetype)
         select max(oid) filter (where typtype <> 'd') as oid from chain) beneath
       join pg_type y on y.oid = beneath.oid
       left join pg_type z on z.oid = y.typelem
       left join pg_opclass o on k.nth <= i.indnkeyatts and o.oid = i.indclass[k.nth - 1]
       left join pg_type e on e.oid = o.opckeytype) as columns
  from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
    join pg_namespace n on n.oid = t.relnamespace join pg_am m on m.oid = c.relam
  where i.indrelid = to_regclass($1) and not (i.indisunique or i.indisexclusion) and i.indexprs is null and i.indpred is null
  order by c.relname`;

/** Those that are there. */
export async function livePlainIndexes(session: Session, table: TableName): Promise<PlainIndex[]> {
  const { rows } = await withQualifiedNames(session, () => session.query<PlainIndex>(PLAIN, [qualified(table)]));
  return rows;
}

/** Those that are there, and those that a run has set aside, whichever run it is. Entries of earlier versions do not say what they are. */
export async function plainIndexes(session: Session, schema: string, table: TableName): Promise<PlainIndex[]> {
  const live = await livePlainIndexes(session, table);
  if (!(await mayReadLedger(session, schema))) return live;
  const { rows } = await session.query<{ details: { readonly index?: PlainIndex } }>(
    `select details from ${ident(schema)}.journal
     where kind = 'index' and state = 'aside' and schema_name = $1 and table_name = $2 order by seq`,
    [table.schema, table.name],
  );
  const aside = rows.flatMap(({ details }) => details.index ?? []);
  return [...live, ...aside.filter(({ name }) => !live.some((index) => index.name === name))];
}
