import { MigrationError } from '../../core/errors';
import { ownershipOf, type Ownership } from '../ownership';
import type { Session } from '../session';
import { ident } from '../sql';
import { LEDGER_TABLES } from './tables';

/** What this user may do in the ledger's schema. */
interface LedgerRights {
  readonly role: string;
  /** Of the schema, or of a table of it that is not this user's. */
  readonly owner: string;
  readonly usable: boolean;
  readonly creates: boolean;
  /** Whether there is a ledger in it. */
  readonly there: boolean;
  readonly reads: boolean;
  readonly writes: boolean;
  /** Tables that it may not alter, as an upgrade does. */
  readonly foreign: readonly string[];
}

const RIGHTS = `
  select current_user::text as role, has_schema_privilege(n.oid, 'usage') as usable, has_schema_privilege(n.oid, 'create') as creates,
    coalesce(min(pg_get_userbyid(c.relowner)::text) filter (where not pg_has_role(c.relowner, 'usage')), pg_get_userbyid(n.nspowner)::text) as owner,
    coalesce(bool_or(c.relname = 'run'), false) as there, coalesce(bool_and(has_table_privilege(c.oid, 'select')), true) as reads,
    coalesce(bool_and(has_table_privilege(c.oid, 'insert') and has_table_privilege(c.oid, 'update') and has_table_privilege(c.oid, 'delete')), true) as writes,
    array(select t.relname::text from pg_class t where t.relnamespace = n.oid and t.relkind in ('r', 'p') and t.relname = any ($2)
      and not pg_has_role(t.relowner, 'usage') order by 1) as foreign
  from pg_namespace n left join pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p') and c.relname = any ($2)
  where n.nspname = $1 group by n.oid, n.nspowner`;

/** Null where there is no such schema. */
async function ledgerRights(session: Session, schema: string): Promise<LedgerRights | null> {
  const { rows } = await session.query<LedgerRights>(RIGHTS, [schema, [...LEDGER_TABLES, 'schema_version']]);
  return rows[0] ?? null;
}

/** Whether there is a ledger of which this user may read everything. That one may not be read is a finding of its own. */
export async function mayReadLedger(session: Session, schema: string): Promise<boolean> {
  const rights = await ledgerRights(session, schema);
  return rights !== null && rights.there && rights.usable && rights.reads;
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
  const tables = rights.foreign.map((name) => ({ schema, name }));
  const isOwner = use !== 'upgrade' || tables.length === 0;
  const ownership = isOwner ? null : await ownershipOf(session, rights.owner, tables);
  const lacking = rights.there ? lackingOf(rights, { use, ownership }) : lackingInEmpty(rights, use);
  if (lacking.length === 0) return null;
  const grants = lacking.map(({ grant }) =>
    grant.replaceAll('$schema', ident(schema)).replaceAll('$role', ident(rights.role)),
  );
  return {
    message: `${rights.role} lacks rights on the ledger in schema ${schema}: ${lacking.map(({ right }) => right).join(', ')}`,
    hint: `Run as ${rights.owner}${cautionOf(ownership)}: ${grants.join('; ')};`,
  };
}

function cautionOf(ownership: Ownership | null): string {
  const caution = ownership?.caution ?? null;
  return caution === null ? '' : ` (${caution})`;
}

interface Lacking {
  readonly right: string;
  readonly grant: string;
}

function lackingInEmpty({ usable, creates }: LedgerRights, use: LedgerUse): Lacking[] {
  if (use === 'read' || (usable && creates)) return [];
  return [{ right: 'USAGE and CREATE, to make its tables', grant: 'grant usage, create on schema $schema to $role' }];
}

function lackingOf(
  { usable, reads, writes, creates }: LedgerRights,
  { use, ownership }: { readonly use: LedgerUse; readonly ownership: Ownership | null },
): Lacking[] {
  const lacking: Lacking[] = [];
  if (!usable) lacking.push({ right: 'USAGE on the schema', grant: 'grant usage on schema $schema to $role' });
  if (!reads) lacking.push({ right: 'SELECT', grant: 'grant select on all tables in schema $schema to $role' });
  if (use === 'read') return lacking;
  const written = 'grant insert, update, delete on all tables in schema $schema to $role';
  if (!writes) lacking.push({ right: 'INSERT, UPDATE or DELETE', grant: written });
  if (use === 'upgrade' && (ownership !== null || !creates)) {
    const right = 'ownership of its tables, which this version of cutover upgrades';
    const owned = ownership === null ? '' : `${ownership.cure}; `;
    lacking.push({ right, grant: `${owned}grant create on schema $schema to $role` });
  }
  return lacking;
}

/** Throws TARGET_RIGHTS where this user may not do that with the ledger. */
export async function requireLedgerRights(session: Session, schema: string, use: LedgerUse): Promise<void> {
  const refusal = await ledgerRefusal(session, schema, use);
  if (refusal === null) return;
  throw new MigrationError('TARGET_RIGHTS', refusal.message, { hint: refusal.hint, facts: { schema } });
}

/** By connection, the schema of which everything was found to be readable: asked once. */
const readable = new WeakMap<Session['client'], string>();

/** The same for reading, which happens often. A right that is revoked meanwhile is met by the statement that needs it. */
export async function requireReading(session: Session, schema: string): Promise<void> {
  if (readable.get(session.client) === schema) return;
  await requireLedgerRights(session, schema, 'read');
  readable.set(session.client, schema);
}
