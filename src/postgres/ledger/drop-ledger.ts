import { MigrationError } from '../../core/errors';
import type { Place } from '../session/place';
import { inTransaction, type Session } from '../session/session';
import { ident } from '../session/sql';
import { sqlStateOf } from '../session/sqlstate';
import { refuseEditedJournal } from './seal/edited-journal';
import { forgetReadable } from './schema/ledger-rights';
import { hasLedger } from './schema/schema';
import { LEDGER_VERSION } from './schema/steps';
import { LEDGER_TABLES, RUN_TABLES } from './schema/tables';
import { ledgerVersion } from './schema/version';

const OTHERS_DEPEND = '2BP01';

type Dropped = 'all' | { readonly runId: string };

/** Removes what the ledger holds of a run, or the ledger with its schema; false where there is none. Throws LOAD_FAILED where somebody's objects depend on it. */
export function dropLedger(place: Place, runs: Dropped): Promise<boolean> {
  const schema = place.ledgerSchema;
  return place.sessions.use(async (session) => {
    if (!(await hasLedger(session, schema))) return false;
    await refuseEditedUnfinished(session, schema, runs);
    await inTransaction(session, () =>
      runs === 'all' ? dropAll(session, schema) : dropRun(session, schema, runs.runId),
    );
    forgetReadable();
    return true;
  });
}

/** Nothing else says what a run holds aside: where somebody has emptied its journal, that is not known to be nothing. */
async function refuseEditedUnfinished(session: Session, schema: string, runs: Dropped): Promise<void> {
  // An earlier version may have had no seals.
  const version = await ledgerVersion(session, schema);
  if (version !== LEDGER_VERSION) return;
  const { rows } = await session.query<{ id: string }>(
    `select id from ${ident(schema)}.run where state not in ('complete', 'reset') and ($1::text is null or id = $1) order by nth`,
    [runs === 'all' ? null : runs.runId],
  );
  for (const { id } of rows) await refuseEditedJournal(session, schema, id);
}

async function dropRun(session: Session, schema: string, runId: string): Promise<void> {
  for (const table of await tablesThere(
    session,
    schema,
    RUN_TABLES.filter((name) => name !== 'run'),
  )) {
    await session.query(`delete from ${ident(schema)}.${table} where run = $1`, [runId]);
  }
  await session.query(`delete from ${ident(schema)}.run where id = $1`, [runId]);
  // Last: the deletions have changed the seals.
  for (const table of await tablesThere(session, schema, ['seal', 'former_digest'])) {
    await session.query(`delete from ${ident(schema)}.${table} where run = $1`, [runId]);
  }
}

/** A ledger of an earlier version has not all of them. */
async function tablesThere(session: Session, schema: string, names: readonly string[]): Promise<string[]> {
  const { rows } = await session.query<{ name: string }>(
    `select c.relname::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname = any ($2)`,
    [schema, names],
  );
  return rows.map(({ name }) => name);
}

/** Never by CASCADE: a view over the rejects, or a table put beside them, is not ours to remove. */
async function dropAll(session: Session, schema: string): Promise<void> {
  try {
    await session.query(`drop table if exists ${LEDGER_TABLES.map((table) => `${ident(schema)}.${table}`).join(', ')}`);
    const functions = ['chain_validation', ...RUN_TABLES.map((table) => `seal_${table}`)];
    await session.query(functions.map((name) => `drop function if exists ${ident(schema)}.${name}()`).join('; '));
    await session.query(`drop schema ${ident(schema)}`);
  } catch (error) {
    if (sqlStateOf(error) !== OTHERS_DEPEND) throw error;
    throw inUse(schema);
  }
}

function inUse(schema: string): MigrationError {
  return new MigrationError('LOAD_FAILED', `other objects are in schema ${schema} or depend on it`, {
    hint: 'Nothing was dropped. Drop those objects (views, tables of your own) first, then run it again.',
    facts: { schema },
  });
}
