import type { TableName } from '../../core/ports/target';
import type { Session } from '../session/session';
import { ident, qualified } from '../session/sql';
import { storedType } from '../types';

interface Attribute {
  readonly name: string;
  readonly type: string;
}

/** A type of a column, or one that such a type is made of. */
interface ReachedType {
  readonly oid: string;
  /** Null for a type that only has the name of one of PostgreSQL. */
  readonly name: string | null;
  /** As it is written in a cast. */
  readonly cast: string;
  readonly form: 'plain' | 'domain' | 'array' | 'composite';
  /** Beneath a domain, or of the elements of an array. */
  readonly inner: string | null;
  readonly attributes: readonly Attribute[];
}

type Types = ReadonlyMap<string, ReachedType>;

/** The columns of `$1` as attributes, and all types that their values are made of. */
const REACHED = `
  with recursive own as (
    select attname::text as name, atttypid as type, attnum as place from pg_attribute
    where attrelid = to_regclass($1) and attnum > 0 and not attisdropped),
  reached(oid) as (
    select type from own
    union
    select next.oid from reached r join pg_type t on t.oid = r.oid cross join lateral (
      select t.typbasetype as oid where t.typtype = 'd'
      union all select e.oid from pg_type e where e.oid = t.typelem and e.typarray = t.oid
      union all select a.atttypid from pg_attribute a
        where t.typtype = 'c' and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped) next)
  select t.oid::text as oid, case t.typnamespace when 'pg_catalog'::regnamespace then t.typname::text end as name,
    format_type(t.oid, null) as cast, coalesce(e.oid, nullif(t.typbasetype, 0))::text as inner,
    case when t.typtype = 'd' then 'domain' when t.typtype = 'c' then 'composite' when e.oid is not null then 'array' else 'plain' end as form,
    coalesce((select json_agg(json_build_object('name', a.attname, 'type', a.atttypid::text) order by a.attnum)
      from pg_attribute a where t.typtype = 'c' and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped), '[]') as attributes,
    (select json_agg(json_build_object('name', o.name, 'type', o.type::text) order by o.place) from own o) as own
  from reached r join pg_type t on t.oid = r.oid left join pg_type e on e.oid = t.typelem and e.typarray = t.oid`;

/**
 * SQL: the row `alias` of a table as the text of its row type, from which the very same row can be read again. The server's own text leaves
 * out what an XML document declares, and names tables, types and the like as the search path of the moment has them.
 */
export async function exactText(session: Session, table: TableName, alias: string): Promise<string> {
  const { types, own } = await readTypes(session, table);
  const fields = fieldsOf(types, own, alias);
  return fields === null ? `(${alias}.*)::text` : `${fields}::text`;
}

/** SQL: the row `alias` of a table as JSON for people, in which XML documents keep their declaration. */
export async function exactJson(session: Session, table: TableName, alias: string): Promise<string> {
  const { types, own } = await readTypes(session, table);
  const values = own.map(({ name, type }) => ({
    name,
    value: `${alias}.${ident(name)}`,
    whole: wholeXml(types, type),
  }));
  if (values.every(({ whole }) => whole === null)) return `row_to_json(${alias}.*)`;
  const items = values.map(({ name, value, whole }) => (whole === null ? value : `${value}${whole} as ${ident(name)}`));
  return `(select row_to_json(exact.*) from (select ${items.join(', ')}) exact)`;
}

/** The cast that shows an XML document, or an array of them, as it is stored; null for values of another type. */
function wholeXml(types: Types, oid: string): string | null {
  const type = types.get(oid);
  if (type === undefined) return null;
  if (isXml(type)) return '::text';
  const inner = types.get(type.inner ?? '');
  if (type.form === 'array') return isXml(inner) ? '::text[]' : null;
  if (type.form !== 'domain' || inner === undefined) return null;
  const within = wholeXml(types, inner.oid);
  return within === null ? null : `::${inner.cast}${within}`;
}

function isXml(type: ReachedType | undefined): boolean {
  return type?.form === 'plain' && scalarForm(type) === 'text';
}

async function readTypes(
  session: Session,
  table: TableName,
): Promise<{ readonly types: Types; readonly own: readonly Attribute[] }> {
  const { rows } = await session.query<ReachedType & { readonly own: readonly Attribute[] }>(REACHED, [
    qualified(table),
  ]);
  return { types: new Map(rows.map((type) => [type.oid, type])), own: rows[0]?.own ?? [] };
}

/** SQL: a row of the attributes in exact forms; null where those of the server are exact. */
function fieldsOf(types: Types, attributes: readonly Attribute[], of: string): string | null {
  const exact = attributes.map(({ name, type }) => exactValue(types, type, `${of}.${ident(name)}`));
  if (exact.every((value) => value === null)) return null;
  return `row(${attributes.map(({ name }, nth) => exact[nth] ?? `${of}.${ident(name)}`).join(', ')})`;
}

/** SQL: a value whose text is exact; null where that of `value` is. */
function exactValue(types: Types, oid: string, value: string): string | null {
  const type = types.get(oid);
  if (type === undefined) return null;
  const { form, inner } = type;
  if (form === 'domain') return exactDomain(types, inner ?? '', value);
  if (form === 'array') return exactArray(types, inner ?? '', value);
  if (form === 'plain') return exactScalar(type, value);
  const fields = fieldsOf(types, type.attributes, `(${value})`);
  // `is null` would also be true of a row of nothing but nulls.
  return fields === null ? null : `case when num_nonnulls(${value}) = 1 then ${fields} end`;
}

function exactScalar(type: ReachedType, value: string): string | null {
  const exact = scalarForm(type);
  return exact === null ? null : `${value}::${exact}`;
}

/** The type whose text is exact where that of the type itself is not. */
function scalarForm({ name }: ReachedType): 'text' | 'oid' | null {
  if (name === null) return null;
  if (storedType(name)?.readAs === 'text') return 'text';
  return name.startsWith('reg') ? 'oid' : null;
}

function exactDomain(types: Types, base: string, value: string): string | null {
  return exactValue(types, base, `(${value})::${types.get(base)?.cast ?? ''}`);
}

function exactArray(types: Types, element: string, value: string): string | null {
  const type = types.get(element);
  const scalar = type?.form === 'plain' ? scalarForm(type) : null;
  if (scalar !== null) return `${value}::${scalar}[]`;
  const exact = exactValue(types, element, 'u.e');
  return exact === null ? null : arrayText(value, exact);
}

/** SQL: the literal of an array whose elements `u.e` have the exact form `exact`, with its bounds. */
function arrayText(array: string, exact: string): string {
  const quoted = String.raw`'"' || replace(replace((${exact})::text, '\', '\\'), '"', '\"') || '"'`;
  // Every so many elements one of its braces opens, and closes.
  const braces = (place: string): string => `(select count(*)::int from block where ${place} % size = 0)`;
  return `(select case when cardinality(x.v) = 0 then '{}' else array_dims(x.v) || '=' || (
    with recursive block(nth, size) as (
      select array_ndims(x.v), array_length(x.v, array_ndims(x.v))
      union all select nth - 1, size * array_length(x.v, nth - 1) from block where nth > 1)
    select string_agg(repeat('{', ${braces('u.k')}) || coalesce(${quoted}, 'NULL') || repeat('}', ${braces('(u.k + 1)')}), ',' order by u.k)
    from (select unnest(x.v) as e, generate_series(0, cardinality(x.v) - 1) as k) u) end
    from (select ${array} as v) x)`;
}
