import type { OrphanVerdict } from '../../core/run/outcomes';
import type { Session } from '../session/session';
import { ident, literal, qualified } from '../session/sql';
import { sqlStateOf } from '../session/sqlstate';
import type { JournalKey } from './journal';
import { cannotWait, keyStanding, nameTaken } from './key-standing';
import { FOREIGN_KEY_VIOLATION } from '../session/row-states';

/** From this version on a partitioned table, too, can have a foreign key that is not validated yet. */
const VERSION_18 = 180_000;

/**
 * Puts a foreign key back, unvalidated, so that writers wait for a moment only; then lets the server check the rows. Each statement
 * commits by itself; what a crash has left is found and continued.
 */
export async function addConstraint(
  session: Session,
  key: JournalKey,
  then: 'validate' | 'leave',
): Promise<OrphanVerdict['constraint']> {
  const table = qualified(key.table);
  const standing = await keyStanding(session, key);
  if (standing === 'valid') return 'valid';
  if (standing === 'taken') throw nameTaken(key);
  const mayWait = await canWait(session, key);
  if (standing !== 'not-valid') {
    // One that was NOT VALID before says so in its definition already.
    const definition = key.definition.replace(/ NOT VALID$/, '');
    const suffix = mayWait ? ' not valid' : '';
    // One message: a crash between the two would lose the comment.
    const statement = `alter table ${table} add constraint ${ident(key.name)} ${definition}${suffix}${remark(key)}`;
    if ((await validate(session, statement)) === 'not-valid') throw cannotWait(key);
  }
  if (then === 'leave' && mayWait) return 'not-valid';
  return validate(session, `alter table ${table} validate constraint ${ident(key.name)}`);
}

/** SQL that gives a constraint its comment back; empty where it has none. */
export function remark({ table, name, comment }: Pick<JournalKey, 'table' | 'name' | 'comment'>): string {
  // Entries of earlier versions do not know of comments.
  if (typeof comment !== 'string') return '';
  return `; comment on constraint ${ident(name)} on ${qualified(table)} is ${literal(comment)}`;
}

async function validate(session: Session, statement: string): Promise<OrphanVerdict['constraint']> {
  try {
    await session.query(statement);
    return 'valid';
  } catch (error) {
    if (sqlStateOf(error) === FOREIGN_KEY_VIOLATION) return 'not-valid';
    throw error;
  }
}

/** Whether the key of a table can be there without being validated. */
export async function canWait(session: Session, { table }: Pick<JournalKey, 'table'>): Promise<boolean> {
  const { rows } = await session.query<{ can_wait: boolean }>(
    `select relkind <> 'p' or current_setting('server_version_num')::int >= ${VERSION_18} as can_wait
     from pg_class where oid = to_regclass($1)`,
    [qualified(table)],
  );
  return rows[0]?.can_wait ?? true;
}
