import type { TableName, TargetColumn } from '../../core/ports/target';
import type { Session } from '../session/session';
import { qualified } from '../session/sql';
import { storedType, type StoredType } from '../types';

/** A column with what the encoders and the staging table need beyond the port. */
export interface CatalogueColumn extends TargetColumn {
  /**
   * The type as it is written in a cast, schema-qualified where needed, without length: a cast would cut to it in silence, where an
   * assignment refuses. That goes for domains too, which have a length within.
   */
  readonly castType: string;
  /** Quoted and qualified; null for the database's own, and for types without. */
  readonly collation: string | null;
  /** Of an array the type of its elements beneath their domains, else the column's own. */
  readonly valueType: string;
  /** `valueType` is of PostgreSQL itself or a known extension, so that its name tells its format. */
  readonly builtIn: boolean;
  /** Labels of an enumeration, or of the elements of an array, in their order; null for other types. */
  readonly labels: readonly string[] | null;
  /** Null for a column that is no array. `oid`: of `valueType`; `domain`: the elements have a domain, which the server checks. */
  readonly element: { readonly oid: number; readonly domain: boolean } | null;
  /** The fields of an `interval`, as bits of its modifier; null for all of them, and for other types. */
  readonly fields: number | null;
}

interface Row {
  readonly name: string;
  readonly type: string;
  readonly value_type: string;
  readonly value_oid: string;
  readonly element_type: 'none' | 'plain' | 'domain';
  readonly money_digits: number | null;
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

/**
 * A domain is shown as the type beneath it, with what the domain adds: length, NOT NULL and default. An array is one of the types beneath
 * the domains of its elements. How many decimals `money` has is a setting of the database, which the application has as well.
 */
const COLUMNS = `
  select a.attname::text as name, t.typname::text as type, v.typname::text as value_type, v.oid::text as value_oid,
    case when elements.oid is null then 'none' when v.oid = t.typelem then 'plain' else 'domain' end as element_type,
    case when v.oid = 'money'::regtype then scale(1::money::numeric) end as money_digits,
    v.typtype = 'b' and (v.typnamespace = 'pg_catalog'::regnamespace or v.typname = 'citext') as built_in,
    format_type(v.oid, -1) || case when elements.oid is null then '' else '[]' end as cast_type,
    (select format('%I.%I', n.nspname, c.collname) from pg_collation c join pg_namespace n on n.oid = c.collnamespace
      where c.oid = a.attcollation and c.collname <> 'default') as collation,
    case v.typtype when 'e' then
      array(select e.enumlabel::text from pg_enum e where e.enumtypid = v.oid order by e.enumsortorder) end as labels,
    a.attnotnull or beneath.not_null as not_null, greatest(a.atttypmod, beneath.typmod, elements.typmod) as typmod,
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
    cross join lateral (
      with recursive chain as (
        select oid, typtype, typbasetype, typtypmod from pg_type where oid = t.typelem and typarray = t.oid
        union all
        select b.oid, b.typtype, b.typbasetype, b.typtypmod
        from pg_type b join chain d on d.typtype = 'd' and b.oid = d.typbasetype)
      select max(oid) filter (where typtype <> 'd') as oid, max(typtypmod) as typmod from chain) elements
    join pg_type v on v.oid = coalesce(elements.oid, t.oid)
  where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped
    and exists (select from pg_class c where c.oid = a.attrelid and c.relkind in ('r', 'p', 'f', 'v', 'm'))
  order by a.attnum`;

/** The columns of a table or view in their order; none where there is none, or the name is that of a sequence, index or type. */
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
    valueType: row.value_type,
    builtIn: row.built_in,
    labels: row.labels,
    element: row.element_type === 'none' ? null : { oid: Number(row.value_oid), domain: row.element_type === 'domain' },
    fields: fieldsOf(row),
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

function limitsOf(row: Row): Pick<TargetColumn, 'maxLength' | 'precision' | 'scale'> {
  const { typmod } = row;
  const none = { maxLength: null, precision: null, scale: null };
  if (row.money_digits !== null) return { ...none, scale: row.money_digits };
  if (typmod < 0) return none;
  switch (modifierOf(row)) {
    case 'characters':
      return { ...none, maxLength: typmod - HEADER };
    case 'bits':
      return { ...none, maxLength: typmod };
    case 'digits':
      return { ...none, ...digitsOf(typmod - HEADER) };
    case 'decimals of a second':
      return { ...none, precision: typmod };
    case 'fields of an interval':
      return { ...none, precision: (typmod & 0xffff) === 0xffff ? null : typmod & 0xffff };
    case undefined:
      return none;
  }
}

/** A type that only shares the name of a known one has a modifier of its own. */
function modifierOf({ built_in: builtIn, value_type: type }: Row): StoredType['modifier'] {
  return builtIn ? storedType(type)?.modifier : undefined;
}

function digitsOf(bits: number): { readonly precision: number; readonly scale: number } {
  return { precision: (bits >> 16) & 0xffff, scale: ((bits & 0x7ff) ^ 1024) - 1024 };
}

const ALL_FIELDS = 0x7fff;

function fieldsOf(row: Row): number | null {
  const { typmod } = row;
  if (modifierOf(row) !== 'fields of an interval' || typmod < 0) return null;
  const fields = (typmod >> 16) & ALL_FIELDS;
  return fields === ALL_FIELDS ? null : fields;
}
