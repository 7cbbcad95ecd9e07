import { MigrationError } from '../../core/errors';
import { plainName } from '../../core/mapping/table-name';
import { freeing, holderOf } from '../catalogue/name-holders';
import { columnNames, IS_ENFORCED } from '../catalogue/constraint-sql';
import { sameReference } from '../../core/mapping/same-reference';
import type { Session } from '../session/session';
import { qualified } from '../session/sql';
import type { JournalKey } from './journal';

/** `gone`: one of its tables is no longer there; `taken`: another constraint has its name; the last two: it is there. */
export type KeyStanding = 'gone' | 'wanting' | 'taken' | 'valid' | 'not-valid';

const NAMED = `
  select c.contype = 'f' and ${IS_ENFORCED} and c.confrelid = to_regclass($3) as leads_there, c.convalidated as valid,
    ${columnNames('own')} as columns, ${columnNames('parent')} as parent_columns
  from pg_constraint c where c.conrelid = to_regclass($1) and c.conname = $2`;

interface Named {
  readonly leads_there: boolean;
  readonly valid: boolean;
  readonly columns: string[];
  readonly parent_columns: string[];
}

/**
 * How a key that a run has dropped stands now. Its name alone tells nothing: while it is away, a check, a unique constraint or a key
 * to another table can be given the name. One that its owner has made again over the same columns is the key, whatever its actions are.
 */
export async function keyStanding(session: Session, key: JournalKey): Promise<KeyStanding> {
  const { table, parent, name } = key;
  const places = await session.query<{ there: boolean }>(
    'select to_regclass($1) is not null and to_regclass($2) is not null as there',
    [qualified(table), qualified(parent)],
  );
  if (places.rows[0]?.there !== true) return 'gone';
  const { rows } = await session.query<Named>(NAMED, [qualified(table), name, qualified(parent)]);
  const [named] = rows;
  if (named === undefined) return 'wanting';
  const reference = { parent, columns: named.columns, parentColumns: named.parent_columns };
  if (!named.leads_there || !sameReference(reference, key)) return 'taken';
  return named.valid ? 'valid' : 'not-valid';
}

/** What keeps a key of a partitioned table from coming back over rows that break it: before PostgreSQL 18 it cannot be NOT VALID. */
export function cannotBeNotValid({ name, table }: JournalKey): MigrationError {
  return new MigrationError(
    'LOAD_FAILED',
    `foreign key ${name} of ${plainName(table)} cannot come back: rows break it, and a partitioned table has keys NOT VALID only from PostgreSQL 18 on`,
    {
      hint: 'Delete or correct the rows that have no parent (orphan policy keep needs PostgreSQL 18 here), then give the command again.',
      facts: { foreignKey: name, table: plainName(table) },
    },
  );
}

/** What keeps a key from coming back that has lost its name to another constraint. */
export async function nameTaken(session: Session, { name, table, seq }: JournalKey): Promise<MigrationError> {
  const holder = await holderOf(session, { kind: 'constraint', table, name, seq });
  return new MigrationError(
    'LOAD_FAILED',
    `foreign key ${name} of ${plainName(table)} cannot come back: another constraint of the table has its name now`,
    {
      hint: holder === null ? 'It is free again: give the command once more.' : freeing(holder),
      facts: { foreignKey: name, table: plainName(table) },
    },
  );
}
