import { cureHint, SUPERUSER, type Cure } from '../../../core/run/cures';
import { MigrationError } from '../../../core/errors';
import { ownershipOf } from '../../catalogue/ownership';
import type { Lacking } from '../../catalogue/privileges';
import type { Session } from '../../session/session';
import { ident } from '../../session/sql';
import { LEDGER_TABLES } from './tables';

/** What this user may do in the ledger's schema. */
interface LedgerRights {
  readonly role: string;
  readonly schemaOwner: string;
  /** Of its tables. */
  readonly owners: readonly string[];
  readonly usable: boolean;
  readonly creates: boolean;
  /** Whether there is a ledger in it. */
  readonly there: boolean;
  readonly reads: boolean;
  readonly writes: boolean;
  /** Tables, and functions of triggers, that it may not alter or replace, as an upgrade does. */
  readonly foreign: readonly { readonly kind: 'table' | 'function'; readonly name: string; readonly owner: string }[];
}

const RIGHTS = `
  select current_user::text as role, pg_get_userbyid(n.nspowner)::text as "schemaOwner",
    has_schema_privilege(n.oid, 'usage') as usable, has_schema_privilege(n.oid, 'create') as creates,
    coalesce(array_agg(distinct pg_get_userbyid(c.relowner)::text) filter (where c.oid is not null), '{}') as owners,
    coalesce(bool_or(c.relname = 'run'), false) as there, coalesce(bool_and(has_table_privilege(c.oid, 'select')), true) as reads,
    coalesce(bool_and(has_table_privilege(c.oid, 'insert') and has_table_privilege(c.oid, 'update') and has_table_privilege(c.oid, 'delete')), true) as writes,
    (select coalesce(json_agg(json_build_object('kind', kind, 'name', name, 'owner', pg_get_userbyid(owner)) order by kind desc, name), '[]') from (
      select 'table' as kind, relname as name, relowner as owner from pg_class
        where relnamespace = n.oid and relkind in ('r', 'p') and relname = any ($2)
      union all select 'function', proname, proowner from pg_proc
        where pronamespace = n.oid and pronargs = 0 and (proname = 'chain_validation' or proname in (select 'seal_' || t from unnest($2::text[]) t))) o
      where not pg_has_role(owner, 'usage')) as foreign
  from pg_namespace n left join pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p') and c.relname = any ($2)
  where n.nspname = $1 group by n.oid, n.nspowner`;

/** Null where there is no such schema. */
async function ledgerRights(session: Session, schema: string): Promise<LedgerRights | null> {
  const { rows } = await session.query<LedgerRights>(RIGHTS, [schema, [...LEDGER_TABLES, 'schema_version']]);
  return rows[0] ?? null;
}

/** By connection, the schemas whose ledger was found to be readable: asked once. */
let readable = new WeakMap<Session['client'], Set<string>>();

/** To be called where a ledger is dropped. */
export function forgetReadable(): void {
  readable = new WeakMap();
}

/**
 * Whether there is a ledger of which this user may read everything. That one may not be read is a finding of its own. A right that is
 * revoked meanwhile is met by the statement that needs it.
 */
export async function mayReadLedger(session: Session, schema: string): Promise<boolean> {
  if (readable.get(session.client)?.has(schema) === true) return true;
  // Before a first run this is asked for every table, and the rights take ten times as long to ask for.
  if (!(await hasLedger(session, schema))) return false;
  const rights = await ledgerRights(session, schema);
  const may = rights !== null && rights.there && rights.usable && rights.reads;
  if (may) readable.set(session.client, new Set(readable.get(session.client)).add(schema));
  return may;
}

async function hasLedger(session: Session, schema: string): Promise<boolean> {
  const { rows } = await session.query(
    `select from pg_class where relname = 'run' and relkind in ('r', 'p') and relnamespace = to_regnamespace($1)`,
    [ident(schema)],
  );
  return rows.length > 0;
}

/** What a command does with the ledger. `upgrade`: its tables are altered first. */
export type LedgerUse = 'read' | 'write' | 'upgrade';

/** Rights on a ledger that this user lacks, and how to get them. */
export interface LedgerRefusal {
  readonly message: string;
  readonly hint: string;
}

/** Null where nothing is lacking, or there is no ledger yet and the schema is to be made. */
export async function ledgerRefusal(session: Session, schema: string, use: LedgerUse): Promise<LedgerRefusal | null> {
  const rights = await ledgerRights(session, schema);
  if (rights === null) return null;
  const lacking = rights.there
    ? [
        ...lackingOf(rights, { schema, use }),
        ...(use === 'upgrade' ? await lackingToUpgrade(session, schema, rights) : []),
      ]
    : lackingInEmpty(rights, { schema, use });
  if (lacking.length === 0) return null;
  return {
    message: `${rights.role} lacks rights on the ledger in schema ${schema}: ${lacking.map(({ right }) => right).join(', ')}`,
    hint: cureHint(lacking.flatMap(({ cures }) => cures)),
  };
}

interface Asked {
  readonly schema: string;
  readonly use: LedgerUse;
}

function lackingInEmpty({ usable, creates, ...rights }: LedgerRights, { schema, use }: Asked): Lacking[] {
  if (use === 'read' || (usable && creates)) return [];
  const right = 'USAGE and CREATE, to make its tables';
  return [{ right, cures: [onSchema(rights, schema, 'usage, create')] }];
}

function lackingOf({ usable, reads, writes, ...rights }: LedgerRights, { schema, use }: Asked): Lacking[] {
  const lacking: Lacking[] = [];
  if (!usable) lacking.push({ right: 'USAGE on the schema', cures: [onSchema(rights, schema, 'usage')] });
  if (!reads) lacking.push({ right: 'SELECT', cures: [onTables(rights, schema, 'select')] });
  if (use === 'read') return lacking;
  const written = onTables(rights, schema, 'insert, update, delete');
  if (!writes) lacking.push({ right: 'INSERT, UPDATE or DELETE', cures: [written] });
  return lacking;
}

async function lackingToUpgrade(
  session: Session,
  schema: string,
  { creates, foreign, ...rights }: LedgerRights,
): Promise<Lacking[]> {
  const cures = creates ? [] : [onSchema(rights, schema, 'create')];
  for (const owner of new Set(foreign.map((object) => object.owner))) {
    const own = foreign.filter((object) => object.owner === owner);
    const named = (kind: 'table' | 'function'): string[] => own.flatMap((one) => (one.kind === kind ? [one.name] : []));
    const tables = named('table').map((name) => ({ schema, name }));
    const functions = named('function').map((name) => `${ident(schema)}.${ident(name)}()`);
    cures.push(...(await ownershipOf(session, owner, { tables, functions })).cures);
  }
  if (cures.length === 0) return [];
  return [{ right: 'ownership of its tables, which this version of cutover upgrades', cures }];
}

function onSchema(
  { schemaOwner, role }: Pick<LedgerRights, 'schemaOwner' | 'role'>,
  schema: string,
  right: string,
): Cure {
  return { by: schemaOwner, statement: `grant ${right} on schema ${ident(schema)} to ${ident(role)}` };
}

/** One statement for all tables: where they have several owners, none of these may run it. */
function onTables({ owners, role }: Pick<LedgerRights, 'owners' | 'role'>, schema: string, right: string): Cure {
  const [owner = SUPERUSER, ...others] = owners;
  const statement = `grant ${right} on all tables in schema ${ident(schema)} to ${ident(role)}`;
  return { by: others.length === 0 ? owner : SUPERUSER, statement };
}

/** Throws TARGET_RIGHTS where this user may not do that with the ledger. */
export async function requireLedgerRights(session: Session, schema: string, use: LedgerUse): Promise<void> {
  const refusal = await ledgerRefusal(session, schema, use);
  if (refusal === null) return;
  throw new MigrationError('TARGET_RIGHTS', refusal.message, { hint: refusal.hint, facts: { schema } });
}

/** The same for reading, which happens often. */
export async function requireReading(session: Session, schema: string): Promise<void> {
  if (!(await mayReadLedger(session, schema))) await requireLedgerRights(session, schema, 'read');
}
