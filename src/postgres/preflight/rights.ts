import { plainName } from '../../core/mapping/table-name';
import type { TableName } from '../../core/ports/target';
import type { LackingRight, RightNeed } from '../../core/run/rights';
import { mayReadLedger } from '../ledger/schema/ledger-rights';
import { ownershipOf, type Ownership } from '../catalogue/ownership';
import type { Place } from '../session/place';
import { lackingOn, lackingSchema, type Lacking } from '../catalogue/privileges';
import { grantCures } from '../sequences/cures';
import { readFeedings } from '../sequences/feeding';
import { onlyRow, type Session } from '../session/session';
import { ident, qualified } from '../session/sql';
import { IS_ENFORCED } from '../catalogue/constraint-sql';

interface SchemaRow {
  readonly usable: boolean;
  readonly owner: string;
  readonly role: string;
}

interface TableRow {
  readonly owner: string;
  readonly owned: boolean;
  readonly reads: boolean;
  readonly inserts: boolean;
  readonly deletes: boolean;
  readonly updates: boolean;
}

/** `USAGE` of a role: its rights without SET ROLE, as a check of ownership asks for; a member without INHERIT lacks it. */
const TABLE = `
  select pg_get_userbyid(relowner)::text as owner, pg_has_role(relowner, 'usage') as owned,
    has_table_privilege(oid, 'select') as reads, has_table_privilege(oid, 'insert') as inserts,
    has_table_privilege(oid, 'delete') as deletes, has_table_privilege(oid, 'update') as updates
  from pg_class where oid = $1::oid`;

const OID = `select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2`;

interface KeyRow {
  readonly name: string;
  readonly parent_schema: string;
  readonly parent_name: string;
  readonly parent_owner: string;
  readonly schema_owner: string;
  readonly usable: boolean;
  readonly refers: boolean;
}

const KEYS = `
  select c.conname::text as name, n.nspname::text as parent_schema, p.relname::text as parent_name,
    pg_get_userbyid(p.relowner)::text as parent_owner, pg_get_userbyid(n.nspowner)::text as schema_owner,
    has_schema_privilege(n.oid, 'usage') as usable,
    (select bool_and(has_column_privilege(p.oid, number, 'references')) from unnest(c.confkey) number) as refers
  from pg_constraint c join pg_class p on p.oid = c.confrelid join pg_namespace n on n.oid = p.relnamespace
  where c.conrelid = $1::oid and c.contype = 'f' and c.conparentid = 0
    and ${IS_ENFORCED} order by 1`;

interface UncheckedRow {
  readonly name: string;
  readonly schema_name: string;
  readonly table_name: string;
  readonly owner: string;
}

/** Keys of other tables of which the server has not checked the rows. */
const UNCHECKED = `
  select c.conname::text as name, n.nspname::text as schema_name, t.relname::text as table_name, pg_get_userbyid(t.relowner)::text as owner
  from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace
  where c.confrelid = $1::oid and c.conrelid <> $1::oid and c.contype = 'f' and not c.convalidated and c.conparentid = 0
    and not pg_has_role(t.relowner, 'usage') order by 1, 2, 3`;

interface DefaultRow {
  readonly column: string;
  readonly schema_name: string;
  readonly sequence: string;
  readonly owner: string;
}

/** An identity draws its numbers without any right on its sequence. */
const DEFAULTS = `
  select a.attname::text as column, n.nspname::text as schema_name, s.relname::text as sequence,
    pg_get_userbyid(s.relowner)::text as owner
  from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
    join pg_depend p on p.classid = 'pg_attrdef'::regclass and p.objid = d.oid and p.refclassid = 'pg_class'::regclass
    join pg_class s on s.oid = p.refobjid join pg_namespace n on n.oid = s.relnamespace
  where d.adrelid = $1::oid and a.attidentity = '' and case s.relkind when 'S' then not has_sequence_privilege(s.oid, 'usage, update') end order by 1, 2, 3`;

/** Whether this user may name what is in the schema at all; most functions of the catalogue refuse to look there otherwise. */
export async function mayUseSchema(session: Session, schema: string): Promise<boolean> {
  const { rows } = await session.query<SchemaRow>(SCHEMA, [schema]);
  return rows[0]?.usable ?? true;
}

const SCHEMA = `
  select has_schema_privilege(oid, 'usage') as usable, pg_get_userbyid(nspowner)::text as owner, current_user::text as role
  from pg_namespace where nspname = $1`;

/** The rights on a table, on what its keys lead to and on what numbers its columns that this user lacks. Nothing where there is no table. */
export async function lackingRights(session: Session, place: Place, table: TableName): Promise<LackingRight[]> {
  const { rows: schemas } = await session.query<SchemaRow>(SCHEMA, [table.schema]);
  const [schema] = schemas;
  if (schema === undefined) return [];
  const { role } = schema;
  if (!schema.usable) return [forNeed('read', lackingSchema(table.schema, { by: schema.owner, role }))];
  const { rows: found } = await session.query<{ oid: number }>(OID, [table.schema, table.name]);
  const [relation] = found;
  if (relation === undefined) return [];
  const { rows } = await session.query<TableRow>(TABLE, [relation.oid]);
  const facts = onlyRow(rows);
  const asked: Asked = { session, oid: relation.oid, role };
  return [
    ...lackingOnTable(table, facts, role),
    ...(await lackingForKeys(asked, table, facts)),
    ...(facts.owned ? [] : await lackingForAside(asked, place.ledgerSchema, { table, owner: facts.owner })),
    ...(await lackingForUnchecked(asked)),
    ...(await lackingForReferring(asked)),
    ...(await lackingForDefaults(asked)),
    ...(await lackingForSequences(asked, table)),
  ];
}

interface Asked {
  readonly session: Session;
  readonly oid: number;
  /** Name of this user. */
  readonly role: string;
}

function forNeed(need: RightNeed, lacking: Lacking): LackingRight {
  return { need, ...lacking, column: null };
}

/** What only the owner of a table may do, and why. */
function lackingOwner(need: RightNeed, { right, cures }: Ownership, reason: string): LackingRight {
  return forNeed(need, { right: `${right}, ${reason}`, cures });
}

function lackingOnTable(table: TableName, facts: TableRow, role: string): LackingRight[] {
  const rights: readonly (readonly [RightNeed, string, boolean])[] = [
    ['read', 'SELECT', facts.reads],
    ['insert', 'INSERT', facts.inserts],
    ['delete', 'DELETE', facts.deletes],
    ['update', 'UPDATE', facts.updates],
  ];
  return rights
    .filter(([, , has]) => !has)
    .map(([need, right]) => ({
      need,
      right: `${right} on ${plainName(table)}`,
      cures: [{ by: facts.owner, statement: `grant ${right.toLowerCase()} on ${qualified(table)} to ${ident(role)}` }],
      column: null,
    }));
}

/** The owner alone may drop a key; to add one takes a right on the columns that it leads to, too. */
async function lackingForKeys(
  { session, oid, role }: Asked,
  table: TableName,
  { owned, owner }: TableRow,
): Promise<LackingRight[]> {
  const { rows: keys } = await session.query<KeyRow>(KEYS, [oid]);
  if (keys.length === 0) return [];
  const names = keys.map(({ name }) => name).join(', ');
  const reason = `for its foreign keys that the load drops and restores (${names})`;
  const own = owned ? [] : [lackingOwner('keys', await ownershipOf(session, owner, { tables: [table] }), reason)];
  const referring = keys.flatMap((key): LackingRight[] => {
    const { parent_schema: schema, parent_name: name, parent_owner: by, schema_owner: bySchema, usable, refers } = key;
    const parent = { schema, name };
    const statement = `grant references on ${qualified(parent)} to ${ident(role)}`;
    const references = { right: `REFERENCES on ${plainName(parent)}`, cures: [{ by, statement }] };
    return [
      ...(usable ? [] : [forNeed('keys', lackingSchema(schema, { by: bySchema, role }))]),
      ...(refers ? [] : [forNeed('keys', references)]),
    ];
  });
  return [...own, ...referring];
}

/** A resumed run restores what an earlier start has taken away, maybe as another user. */
async function lackingForAside(
  { session }: Asked,
  schema: string,
  { table, owner }: { readonly table: TableName; readonly owner: string },
): Promise<LackingRight[]> {
  if (!(await mayReadLedger(session, schema))) return [];
  const { rows } = await session.query<{ kind: string; object: string }>(
    `select distinct kind, object from ${ident(schema)}.journal
     where state = 'aside' and schema_name = $1 and table_name = $2 order by 1, 2`,
    [table.schema, table.name],
  );
  if (rows.length === 0) return [];
  const objects = rows.map(({ kind, object }) => `${kind.replace('-', ' ')} ${object}`).join(', ');
  const reason = `to restore what a run has taken away (${objects})`;
  return [lackingOwner('keys', await ownershipOf(session, owner, { tables: [table] }), reason)];
}

async function lackingForUnchecked({ session, oid }: Asked): Promise<LackingRight[]> {
  const { rows } = await session.query<UncheckedRow>(UNCHECKED, [oid]);
  const lacking: LackingRight[] = [];
  for (const { name, schema_name: schema, table_name: table, owner } of rows) {
    const reason = `for its key ${name}, which is NOT VALID and dropped while orphans are moved`;
    lacking.push(
      lackingOwner('unchecked-keys', await ownershipOf(session, owner, { tables: [{ schema, name: table }] }), reason),
    );
  }
  return lacking;
}

interface ReferringRow extends UncheckedRow {
  readonly owned: boolean;
  readonly parent_schema: string;
  readonly parent_name: string;
  readonly parent_owner: string;
  readonly refers: boolean;
}

/** Keys of other tables that lead here, or to partitions of the table or what it is a partition of. */
const REFERRING = `
  with family as (select $1::oid as oid union select relid from pg_partition_tree($1::oid::regclass)
    union select relid from pg_partition_ancestors($1::oid::regclass))
  select c.conname::text as name, n.nspname::text as schema_name, t.relname::text as table_name, pg_get_userbyid(t.relowner)::text as owner,
    pg_has_role(t.relowner, 'usage') as owned, pn.nspname::text as parent_schema, p.relname::text as parent_name,
    pg_get_userbyid(p.relowner)::text as parent_owner,
    (select bool_and(has_column_privilege(p.oid, number, 'references')) from unnest(c.confkey) number) as refers
  from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace
    join pg_class p on p.oid = c.confrelid join pg_namespace pn on pn.oid = p.relnamespace
  where c.confrelid in (select oid from family) and c.conrelid not in (select oid from family)
    and c.contype = 'f' and c.conparentid = 0 order by 1, 2, 3`;

/** A key by which no row refers stays in force; one in use is dropped while rows that it leads to are replaced. */
async function lackingForReferring({ session, oid, role }: Asked): Promise<LackingRight[]> {
  const { rows } = await session.query<ReferringRow>(REFERRING, [oid]);
  const lacking: LackingRight[] = [];
  for (const { name, schema_name: schema, table_name: child, owner, owned, ...key } of rows) {
    const table = { schema, name: child };
    const reading = await lackingOn(session, { table, privileges: ['select'] });
    lacking.push(
      ...reading.map(({ right, cures }) => forNeed('referring', { right: `${right}, for its key ${name}`, cures })),
    );
    const reason = `for its key ${name}, which is dropped while rows that it refers to are replaced`;
    if (!owned) {
      lacking.push(lackingOwner('referring', await ownershipOf(session, owner, { tables: [table] }), reason));
    }
    if (!key.refers) {
      const parent = { schema: key.parent_schema, name: key.parent_name };
      const statement = `grant references on ${qualified(parent)} to ${ident(role)}`;
      const cures = [{ by: key.parent_owner, statement }];
      lacking.push(forNeed('referring', { right: `REFERENCES on ${plainName(parent)}, ${reason}`, cures }));
    }
  }
  return lacking;
}

async function lackingForDefaults({ session, oid, role }: Asked): Promise<LackingRight[]> {
  const { rows } = await session.query<DefaultRow>(DEFAULTS, [oid]);
  return rows.map(({ column, schema_name: schema, sequence, owner: by }) => ({
    need: 'default',
    right: `USAGE on sequence ${schema}.${sequence}, the default of ${column}`,
    cures: [{ by, statement: `grant usage on sequence ${qualified({ schema, name: sequence })} to ${ident(role)}` }],
    column,
  }));
}

/** Those that `advanceSequences` would set. */
async function lackingForSequences({ session }: Asked, table: TableName): Promise<LackingRight[]> {
  const feedings = (await readFeedings(session, [table])).flat();
  const unset = feedings.filter(({ allowed, numeric, increment }) => !allowed && numeric && increment > 0n);
  return unset.map((feeding) => ({
    need: 'sequences',
    right: `SELECT and UPDATE on sequence ${plainName(feeding.sequence)}, which numbers ${feeding.column}`,
    cures: grantCures(feeding, 'select, update'),
    column: feeding.column,
  }));
}
