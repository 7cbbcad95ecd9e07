import { grantHint } from '../../core/checks/rights-checks';
import { MigrationError } from '../../core/errors';
import type { TableName } from '../../core/ports/target';
import type { LackingRight } from '../../core/rights';
import { sameTable } from '../place';
import { ownershipOf } from '../ownership';
import { rowsOf } from '../rows-of';
import type { Session } from '../session';
import { ident, qualified } from '../sql';
import type { LiveKey } from './referencing-keys';

/** What is about to be done to a table. */
export interface Wanted {
  readonly table: TableName;
  readonly privileges: readonly ('select' | 'insert' | 'delete')[];
}

type Lacking = Pick<LackingRight, 'right' | 'cure' | 'caution'>;

interface Wish {
  /** As the beginning of a sentence: `resetting run 7`. */
  readonly doing: string;
  readonly tables: readonly Wanted[];
  /** Keys that have to be dropped, and that this user may not drop. */
  readonly keys: readonly LiveKey[];
}

/** Throws TARGET_RIGHTS with the statements that grant what is lacking, before anything is done. */
export async function requireRights(session: Session, { doing, tables, keys }: Wish): Promise<void> {
  const lacking: Lacking[] = [];
  for (const wanted of tables) lacking.push(...(await lackingOn(session, wanted)));
  for (const key of keys) lacking.push(await lackingFor(session, key));
  if (lacking.length === 0) return;
  const rights = [...new Set(lacking.map(({ right }) => right))].join('; ');
  throw new MigrationError('TARGET_RIGHTS', `${doing} needs rights that the user of DATABASE_URL lacks: ${rights}`, {
    hint: `${grantHint(lacking)} Nothing was changed.`,
    facts: { doing },
  });
}

async function lackingOn(session: Session, { table, privileges }: Wanted): Promise<Lacking[]> {
  const { rows } = await session.query<{ privilege: string; role: string }>(
    `select p as privilege, current_user::text as role from unnest($2::text[]) p
     where not has_table_privilege(to_regclass($1)::oid, p)`,
    [qualified(table), privileges],
  );
  return rows.map(({ privilege, role }) => ({
    right: `${privilege.toUpperCase()} on ${table.schema}.${table.name}`,
    cure: `grant ${privilege} on ${qualified(table)} to ${ident(role)}`,
  }));
}

async function lackingFor(session: Session, { table, name, owner, parent, owned }: LiveKey): Promise<Lacking> {
  const reason = `for its foreign key ${name}, which is dropped meanwhile because its rows refer to rows that go`;
  if (owned) {
    const { rows } = await session.query<{ role: string }>('select current_user::text as role');
    const cure = `grant references on ${qualified(parent)} to ${ident(rows[0]?.role ?? '')}`;
    return { right: `REFERENCES on ${parent.schema}.${parent.name}, ${reason}`, cure };
  }
  const { right, cure, caution } = await ownershipOf(session, owner, [table]);
  return { right: `${right}, ${reason}`, cure, ...(caution === null ? {} : { caution }) };
}

/** Whether rows of the table refer to any row by the key. */
export async function isInUse(session: Session, { table, columns }: LiveKey): Promise<boolean> {
  const filled = columns.map((column) => `${ident(column)} is not null`).join(' and ');
  const found = await session.query(`select from ${await rowsOf(session, table)} where ${filled} limit 1`);
  return (found.rowCount ?? 0) > 0;
}

/** Tables outside, whose rows are asked for: those of the keys that are not among `own`. */
export function readBeside(keys: readonly LiveKey[], own: readonly TableName[]): Wanted[] {
  const outside = keys.map(({ table }) => table).filter((table) => !own.some((one) => sameTable(one, table)));
  return outside.map((table) => ({ table, privileges: ['select'] }));
}
