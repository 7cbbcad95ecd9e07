import type { TableName } from '../core/ports/target';
import { onlyRow, type Session } from './session';
import { ident, qualified } from './sql';

/** How this user gets what only the owner of a table may do: ownership itself cannot be granted. */
export interface Ownership {
  /** As the end of "the user lacks …", before the reason. */
  readonly right: string;
  /** A statement, or several with semicolons between them. */
  readonly cure: string;
  /** What is to be known before the statement is run; null where there is nothing. */
  readonly caution: string | null;
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

/**
 * Membership that gives the rights of the owner and not his role, where the server can tell them apart. A superuser's role is never
 * offered: the table is given away instead.
 */
export async function ownershipOf(session: Session, owner: string, tables: readonly TableName[]): Promise<Ownership> {
  const { rows } = await session.query<OwnerRow>(OWNER, [owner]);
  const { role, superuser, optioned, settable } = onlyRow(rows);
  const names = tables.map(({ schema, name }) => `${schema}.${name}`).join(', ');
  if (superuser) {
    const cure = tables.map((table) => `alter table ${qualified(table)} owner to ${ident(role)}`).join('; ');
    const caution = `${owner} is a superuser, in whose role this user must not be`;
    return { right: `ownership of ${names}`, cure, caution };
  }
  const grant = `grant ${ident(owner)} to ${ident(role)}`;
  const right = `ownership of ${names} or membership in ${owner}`;
  if (!optioned) return { right, cure: `${grant}; alter role ${ident(role)} inherit`, caution: null };
  return { right, cure: `${grant} with inherit true${settable ? '' : ', set false'}`, caution: null };
}
