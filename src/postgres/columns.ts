import type { TableName, TargetColumn } from '../core/ports/target';
import type { Session } from './session';
import { qualified } from './sql';

/** A column with what the encoders and the staging table need beyond the port. */
export interface CatalogueColumn extends TargetColumn {
  /**
   * The type as it is written in a cast, schema-qualified where needed, without length: a cast would cut to it in silence, where an
   * assignment refuses. That goes for domains too, which have a length within.
   */
  readonly castType: string;
  /** Quoted and qualified; null for the database's own, and for types without. */
  readonly collation: string | null;
  /** Of PostgreSQL itself or a known extension, so that its name tells its format. */
  readonly builtIn: boolean;
  /** Labels of an enumeration in their order; null for other types. */
  readonly labels: readonly string[] | null;
}

interface Row {
  readonly name: string;
  readonly type: string;
  readonly built_in: boolean;
  readonly cast_type: string;
  readonly collation: string | null;
  readonly labels: string[] | null;
  readonly not_null: boolean;
  readonly typmod: number;
  readonly has_default: boolean;
  readonly identity: string;
  readonly generated: string;
}

/** A domain is shown as the type beneath it, with what the domain adds: length, NOT NULL and default. */
const COLUMNS = `
  select a.attname::text as name, t.typname::text as type,
    t.typtype = 'b' and (t.typnamespace = 'pg_catalog'::regnamespace or t.typname = 'citext') as built_in,
    format_type(t.oid, -1) as cast_type,
    (select format('%I.%I', n.nspname, c.collname) from pg_collation c join pg_namespace n on n.oid = c.collnamespace
      where c.oid = a.attcollation and c.collname <> 'default') as collation,
    case t.typtype when 'e' then
      array(select e.enumlabel::text from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder) end as labels,
    a.attnotnull or beneath.not_null as not_null, greatest(a.atttypmod, beneath.typmod) as typmod,
    (a.atthasdef or beneath.has_default) and a.attgenerated = '' as has_default, a.attidentity::text as identity,
    a.attgenerated::text as generated
  from pg_attribute a
    cross join lateral (
      with recursive chain as (
        select oid, typtype, typbasetype, typtypmod, typnotnull, typdefault from pg_type where oid = a.atttypid
        union all
        select b.oid, b.typtype, b.typbasetype, b.typtypmod, b.typnotnull, b.typdefault
        from pg_type b join chain d on d.typtype = 'd' and b.oid = d.typbasetype)
      select max(oid) filter (where typtype <> 'd') as oid, max(typtypmod) as typmod, bool_or(typnotnull) as not_null,
        bool_or(typdefault is not null) as has_default from chain) beneath
    join pg_type t on t.oid = beneath.oid
  where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped
  order by a.attnum`;

/** The columns of a table in their order; none where it does not exist. */
export async function readColumns(session: Session, table: TableName): Promise<CatalogueColumn[]> {
  const { rows } = await session.query<Row>(COLUMNS, [qualified(table)]);
  return rows.map(columnOf);
}

function columnOf(row: Row): CatalogueColumn {
  return {
    name: row.name,
    type: row.type,
    castType: row.cast_type,
    collation: row.collation,
    builtIn: row.built_in,
    labels: row.labels,
    nullable: !row.not_null,
    hasDefault: row.has_default || row.identity !== '',
    generated: generationOf(row),
    ...limitsOf(row),
  };
}

function generationOf({ identity, generated }: Row): TargetColumn['generated'] {
  if (generated !== '') return 'stored';
  if (identity === 'a') return 'identity-always';
  return identity === 'd' ? 'identity-by-default' : 'no';
}

/** The modifier counts a header of four bytes for lengths and for numeric, whose scale is a signed number of 11 bits. */
const HEADER = 4;

function limitsOf({ type, typmod }: Row): Pick<TargetColumn, 'maxLength' | 'precision' | 'scale'> {
  const none = { maxLength: null, precision: null, scale: null };
  if (typmod < 0) return none;
  if (type === 'varchar' || type === 'bpchar') return { ...none, maxLength: typmod - HEADER };
  if (type === 'numeric') {
    const bits = typmod - HEADER;
    return { ...none, precision: (bits >> 16) & 0xffff, scale: ((bits & 0x7ff) ^ 1024) - 1024 };
  }
  return type.startsWith('time') ? { ...none, precision: typmod } : none;
}
