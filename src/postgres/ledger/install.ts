import { MigrationError } from '../../core/errors';
import type { LedgerUpgrade } from '../../core/run/ledger-version';
import type { Place } from '../session/place';
import { inTransaction, type Session } from '../session/session';
import { ident } from '../session/sql';
import { requireLedgerRights } from './schema/ledger-rights';
import { claimLedger, lockKey } from '../session/locks';
import { renewSeals } from './seal/renew-seals';
import { LEDGER_TABLES } from './schema/tables';
import { allSteps, LEDGER_STEPS, LEDGER_VERSION } from './schema/steps';
import { ledgerVersion, UNVERSIONED, versionTableSql } from './schema/version';

/**
 * Creates the ledger where there is none, and upgrades one of an earlier version, which takes the place of its operator meanwhile: nobody
 * else may be at work on it. From which version to which; null where there was nothing to upgrade. Throws LEDGER_NEWER, RUN_ACTIVE, TARGET_RIGHTS.
 */
export async function installLedger(place: Place): Promise<LedgerUpgrade | null> {
  const schema = place.ledgerSchema;
  const from = await place.sessions.use(async (session) => {
    await requireLedgerRights(session, schema, 'write');
    const found = await ledgerVersion(session, schema);
    if (found !== null && found < LEDGER_VERSION) await requireLedgerRights(session, schema, 'upgrade');
    if (found === null) await createLedger(session, schema);
    return found;
  });
  if (from === null || from === LEDGER_VERSION) return null;
  await upgrade(place, from);
  return { from, to: LEDGER_VERSION };
}

/** All steps in one transaction: a new ledger never has an old version. Two that start at once wait for each other. */
export async function createLedger(session: Session, schema: string): Promise<void> {
  await inTransaction(session, async () => {
    await lock(session, schema);
    if ((await ledgerVersion(session, schema)) !== null) return;
    await refuseStrangers(session, schema);
    // Asked first: IF NOT EXISTS still demands the right to create schemas in the database.
    if (!(await hasSchema(session, schema))) await session.query(`create schema ${ident(schema)}`);
    await applySteps(session, schema, { sql: allSteps(schema), version: LEDGER_VERSION });
    await renewSeals(session, schema, { from: LEDGER_VERSION });
    await session.query(
      `comment on schema ${ident(schema)} is 'Ledger of cutover: what was migrated, when, and what was turned away. Holds personal data.'`,
    );
  });
}

/** What is no table and has the name of one of the ledger: CREATE TABLE IF NOT EXISTS would take it for that. */
async function refuseStrangers(session: Session, schema: string): Promise<void> {
  const { rows } = await session.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = to_regnamespace($1) and relname = any($2::text[]) and relkind not in ('r', 'p')
     order by 1`,
    [ident(schema), LEDGER_TABLES],
  );
  if (rows.length === 0) return;
  const names = rows.map(({ name }) => `${ident(schema)}.${ident(name)}`).join(', ');
  const message = `the ledger cannot be made in schema ${schema}: what has the name of one of its tables is no table: ${names}`;
  throw new MigrationError('LEDGER_VERSION_WRONG', message, {
    hint: 'Nothing was changed. If it stands for the ledger of another server (a foreign table, a view), connect to that server; else rename or drop it, then run it again.',
    facts: { schema },
  });
}

/** A session of its own, whose locks go with it: sessions of the place are lent again. */
async function upgrade(place: Place, from: number): Promise<void> {
  const session = await place.sessions.open();
  try {
    await claimLedger(session, place.ledgerSchema, 'wait-for-lanes');
    while (await applyNext(session, place.ledgerSchema, from));
  } finally {
    await session.close();
  }
}

/** Applies the step that the ledger lacks first, in a transaction of its own; false where it lacks none. */
function applyNext(session: Session, schema: string, upgradedFrom: number): Promise<boolean> {
  return inTransaction(session, async () => {
    await lock(session, schema);
    const version = (await ledgerVersion(session, schema)) ?? UNVERSIONED;
    if (version === LEDGER_VERSION) return false;
    const sql = LEDGER_STEPS[version]?.sql(schema) ?? '';
    await applySteps(session, schema, { sql, version: version + 1 });
    if (version + 1 === LEDGER_VERSION) await renewSeals(session, schema, { from: upgradedFrom });
    return true;
  });
}

/** Steps, after which the ledger has that version. */
interface Steps {
  readonly sql: string;
  readonly version: number;
}

async function applySteps(session: Session, schema: string, { sql, version }: Steps): Promise<void> {
  const table = `${ident(schema)}.schema_version`;
  await needLanguage(session);
  await session.query('set local client_min_messages = warning');
  await session.query(`${sql}
    ${versionTableSql(table)};
    insert into ${table} (version) values (${version}) on conflict ((true)) do update set version = excluded.version`);
}

/** Of the steps and the seals. Databases have it unless somebody has dropped it. */
async function needLanguage(session: Session): Promise<void> {
  const { rows } = await session.query("select from pg_language where lanname = 'plpgsql'");
  if (rows.length > 0) return;
  throw new MigrationError('LOAD_FAILED', 'the ledger cannot be made in this database without PL/pgSQL', {
    hint: 'Run "create extension plpgsql" in the target, then run it again.',
  });
}

async function lock(session: Session, schema: string): Promise<void> {
  await session.query('select pg_advisory_xact_lock($1)', [lockKey('install', schema)]);
}

async function hasSchema(session: Session, schema: string): Promise<boolean> {
  const { rows } = await session.query('select from pg_namespace where nspname = $1', [schema]);
  return rows.length > 0;
}
