import { plainName, sameTable } from '../../core/mapping/table-name';
import { cureHint } from '../../core/run/cures';
import { MigrationError } from '../../core/errors';
import type { TableName } from '../../core/ports/target';
import { ownershipOf } from '../catalogue/ownership';
import { lackingOn, type Lacking, type Wanted } from '../catalogue/privileges';
import { rowsOf } from '../catalogue/rows-of';
import type { Session } from '../session/session';
import { ident, qualified } from '../session/sql';
import type { LiveKey } from '../foreign-keys/referencing-keys';

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
    hint: `${cureHint(lacking.flatMap(({ cures }) => cures))} Nothing was changed.`,
    facts: { doing },
  });
}

async function lackingFor(
  session: Session,
  { table, name, owner, parent, owned, role, parentOwner }: LiveKey,
): Promise<Lacking> {
  const reason = `for its foreign key ${name}, which is dropped meanwhile because its rows refer to rows that go`;
  if (!owned) {
    const { right, cures } = await ownershipOf(session, owner, { tables: [table] });
    return { right: `${right}, ${reason}`, cures };
  }
  const statement = `grant references on ${qualified(parent)} to ${ident(role)}`;
  return { right: `REFERENCES on ${plainName(parent)}, ${reason}`, cures: [{ by: parentOwner, statement }] };
}

/** Whether rows of the table are seen to refer to any row by the key: SELECT on a table that may not be read is asked for by itself. */
export async function isInUse(session: Session, { table, columns }: LiveKey): Promise<boolean> {
  if ((await lackingOn(session, { table, privileges: ['select'] })).length > 0) return false;
  const filled = columns.map((column) => `${ident(column)} is not null`).join(' and ');
  const found = await session.query(`select from ${await rowsOf(session, table)} where ${filled} limit 1`);
  return (found.rowCount ?? 0) > 0;
}

/** Tables outside, whose rows are asked for: those of the keys that are not among `own`. */
export function readBeside(keys: readonly LiveKey[], own: readonly TableName[]): Wanted[] {
  const outside = keys.map(({ table }) => table).filter((table) => !own.some((one) => sameTable(one, table)));
  return outside.map((table) => ({ table, privileges: ['select'] }));
}
