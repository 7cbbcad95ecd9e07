import type { TableName } from '../../core/ports/target';
import type { Session } from '../session/session';

/** A sequence and one column that it numbers: as its owner, as its identity, or by a default that calls nextval. */
export interface Feeding {
  readonly sequence: TableName;
  readonly column: string;
  /** Whether the column holds numbers that the sequence's own can be compared with. */
  readonly numeric: boolean;
  readonly increment: bigint;
  /** The greatest number that the sequence can give. */
  readonly maximum: bigint;
  /** The greatest that the column can hold; null without a limit. */
  readonly columnMaximum: bigint | null;
  readonly start: bigint;
  readonly cycles: boolean;
  /** Whether this user may read the sequence and set it. */
  readonly allowed: boolean;
  /** Whether this user may see where it stands. */
  readonly seen: boolean;
  /** Whether this user may use its schema. */
  readonly usable: boolean;
  readonly owner: string;
  readonly schemaOwner: string;
  /** Name of this user. */
  readonly role: string;
}

interface Row {
  /** Of the tables that were asked for, from 1 on. */
  readonly nth: number;
  readonly schema_name: string;
  readonly sequence_name: string;
  readonly column: string;
  readonly numeric: boolean;
  readonly increment: string;
  readonly maximum: string;
  readonly column_maximum: string | null;
  readonly start: string;
  readonly cycles: boolean;
  readonly usable: boolean;
  readonly selects: boolean;
  readonly updates: boolean;
  readonly owner: string;
  readonly schema_owner: string;
  readonly role: string;
}

/** A default depends on the sequence it names; a serial's or identity's sequence depends on its column. */
const FEEDINGS = `
  with target as (
    select m.nth, c.oid from unnest($1::text[], $2::text[]) with ordinality m(schema, name, nth)
      join pg_namespace n on n.nspname = m.schema join pg_class c on c.relnamespace = n.oid and c.relname = m.name),
  fed as (
    select t.nth, t.oid, d.objid as sequence, d.refobjsubid as number from target t join pg_depend d on d.refobjid = t.oid
    where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass
      and d.refobjsubid > 0 and d.deptype in ('a', 'i')
    union
    select t.nth, t.oid, p.refobjid, d.adnum from target t join pg_attrdef d on d.adrelid = t.oid
      join pg_depend p on p.classid = 'pg_attrdef'::regclass and p.objid = d.oid and p.refclassid = 'pg_class'::regclass)
  select fed.nth::int4 as nth, n.nspname::text as schema_name, c.relname::text as sequence_name, a.attname::text as column,
    t.typname in ('int2', 'int4', 'int8', 'numeric') as numeric, s.seqincrement as increment, s.seqmax as maximum,
    s.seqstart as start, s.seqcycle as cycles,
    case t.typname when 'int2' then 32767 when 'int4' then 2147483647 when 'int8' then 9223372036854775807
      when 'numeric' then case when a.atttypmod >= 4
        then trunc(10::numeric ^ (((a.atttypmod - 4) >> 16) - (((a.atttypmod - 4) & 2047) # 1024) + 1024)) - 1 end end::text as column_maximum,
    has_sequence_privilege(c.oid, 'update') as updates, has_sequence_privilege(c.oid, 'select') as selects,
    has_schema_privilege(n.oid, 'usage') as usable, current_user::text as role,
    pg_get_userbyid(c.relowner)::text as owner, pg_get_userbyid(n.nspowner)::text as schema_owner
  from fed join pg_sequence s on s.seqrelid = fed.sequence join pg_class c on c.oid = fed.sequence
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = fed.oid and a.attnum = fed.number and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
  order by fed.nth, a.attnum, schema_name, sequence_name`;

/** The sequences that number columns of each of the tables, in their order; one that numbers two columns stands there twice. */
export async function readFeedings(session: Session, tables: readonly TableName[]): Promise<Feeding[][]> {
  const { rows } = await session.query<Row>(FEEDINGS, [
    tables.map(({ schema }) => schema),
    tables.map(({ name }) => name),
  ]);
  return tables.map((_, index) => rows.filter(({ nth }) => nth === index + 1).map(feedingOf));
}

function feedingOf({ schema_name: schema, sequence_name: name, schema_owner: schemaOwner, ...row }: Row): Feeding {
  const { column, numeric, cycles, usable, owner, role } = row;
  const seen = usable && row.selects;
  return {
    ...{ sequence: { schema, name }, column, numeric, cycles },
    ...{ usable, seen, allowed: seen && row.updates, owner, schemaOwner, role },
    increment: BigInt(row.increment),
    maximum: BigInt(row.maximum),
    columnMaximum: row.column_maximum === null ? null : BigInt(row.column_maximum),
    start: BigInt(row.start),
  };
}
