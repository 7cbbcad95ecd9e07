import { plainName } from '../../core/mapping/table-name';
import { byAdminOf, SUPERUSER, type Cure } from '../../core/run/cures';
import type { TableName } from '../../core/ports/target';
import { onlyRow, type Session } from '../session/session';
import { ident, qualified } from '../session/sql';

/** How this user gets what only the owner of a table may do: ownership itself cannot be granted. */
export interface Ownership {
  /** As the end of "the user lacks …", before the reason. */
  readonly right: string;
  readonly cures: readonly Cure[];
}

interface OwnerRow {
  readonly role: string;
  readonly superuser: boolean;
  /** From PostgreSQL 16 on a membership says itself whether it inherits; else the member's role does. */
  readonly optioned: boolean;
  /** Whether this user may become the owner by SET ROLE already. */
  readonly settable: boolean;
}

const OWNER = `
  select current_user::text as role, r.rolsuper as superuser, o.optioned,
    case when o.optioned then pg_has_role(r.oid, 'set') else pg_has_role(r.oid, 'member') end as settable
  from pg_roles r, (select current_setting('server_version_num')::int >= 160000 as optioned) o where r.rolname = $1`;

/** What is owned: tables, and functions by their quoted names. */
interface Owned {
  readonly tables: readonly TableName[];
  readonly functions?: readonly string[];
}

/**
 * Membership that gives the rights of the owner and not his role, where the server can tell them apart. A superuser's role is never
 * offered: the table is given away instead.
 */
export async function ownershipOf(session: Session, owner: string, owned: Owned): Promise<Ownership> {
  const { rows } = await session.query<OwnerRow>(OWNER, [owner]);
  const { role, superuser, optioned, settable } = onlyRow(rows);
  const names = owned.tables.map(plainName).join(', ');
  if (superuser) return { right: `ownership of ${names}`, cures: givingAway({ owner, role }, owned) };
  const grant = `grant ${ident(owner)} to ${ident(role)}`;
  const right = `ownership of ${names} or membership in ${owner}`;
  if (optioned) {
    const statement = `${grant} with inherit true${settable ? '' : ', set false'}`;
    return { right, cures: [{ by: byAdminOf(owner), statement }] };
  }
  const statements = [grant, `alter role ${ident(role)} inherit`];
  return { right, cures: statements.map((statement) => ({ by: SUPERUSER, statement })) };
}

function givingAway(
  { owner, role }: { readonly owner: string; readonly role: string },
  { tables, functions = [] }: Owned,
): Cure[] {
  const caution = `${owner} is a superuser, whose role is not to be granted: the objects change their owner`;
  const objects = [
    ...tables.map((table) => `table ${qualified(table)}`),
    ...functions.map((name) => `function ${name}`),
  ];
  return objects.map((object) => ({
    by: SUPERUSER,
    statement: `alter ${object} owner to ${ident(role)}`,
    caution,
  }));
}
