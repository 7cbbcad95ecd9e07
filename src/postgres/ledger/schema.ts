import { inTransaction, type Session } from '../session';
import { ident } from '../sql';
import { lockKey } from './locks';

/** Number of the chunk under which the ledger files what is found after the load, e.g. orphans. */
export const AFTER_THE_LOAD = -1;

/** What the ledger is made of. */
export const LEDGER_TABLES = [
  'run',
  'entity_plan',
  'chunk',
  'entity_count',
  'entity_table',
  'chunk_load',
  'rewrite',
  'replaced',
  'reject',
  'change_count',
  'journal',
  'run_start',
  'validation',
  'repair',
  'retry',
] as const;

/**
 * The ledger's tables. Facts with times, no flags: a chunk is done when `chunk_load` has its row, whose primary key is the
 * fence that lets each chunk in once. `reject.raw` is bytes and `bounds` is json, not jsonb: jsonb refuses NUL characters and
 * unpaired surrogates, which legacy rows and keys do have.
 *
 * `chunk_load.written_by` and `rewrite.txid` are the transactions whose rows are the run's: every row that it wrote has one of them as
 * its xmin, and no other row has; `entity_table` notes in which table of which database that is so. `replaced.before` is a row that the run has overwritten, in the text form of its table's row type,
 * `replaced.writer` the xmin that it had: given back, it is again of the run that had written it, if one had.
 *
 * `nth` tells which came later: clocks can be set back. `chunk_load.scn` is null where the chunk was read at the run's own SCN, which
 * `--new-snapshot` replaces. `validation.start` is the start (`run_start.nth`) of the run that it came after. Their `id` is the
 * writer's own, so that a note whose answer was lost and which is sent again is there once.
 */
export function ledgerTables(schema: string): string {
  const s = ident(schema);
  return `
    create table if not exists ${s}.run (
      id text primary key, scn text, source text not null, target text not null,
      fingerprints jsonb not null, settings jsonb not null, state text not null,
      started_at timestamptz not null default clock_timestamp(), finished_at timestamptz,
      nth bigint generated always as identity);
    create table if not exists ${s}.entity_plan (
      run text not null references ${s}.run on delete cascade, entity text not null,
      strategy text not null, planned_at timestamptz not null default clock_timestamp(),
      nth bigint generated always as identity, primary key (run, entity));
    create table if not exists ${s}.chunk (
      run text not null, entity text not null, chunk int not null, bounds json not null,
      primary key (run, entity, chunk), foreign key (run, entity) references ${s}.entity_plan on delete cascade);
    create table if not exists ${s}.entity_count (
      run text not null references ${s}.run on delete cascade, entity text not null,
      matching bigint not null, total bigint not null, scn text, counted_at timestamptz not null default clock_timestamp(),
      primary key (run, entity));
    create table if not exists ${s}.entity_table (
      run text not null, entity text not null, schema_name text not null, table_name text not null,
      key_columns text[] not null, table_oid oid, database_oid oid, system_identifier text, primary key (run, entity));
    create table if not exists ${s}.chunk_load (
      run text not null, entity text not null, chunk int not null, lane int not null,
      read bigint, inserted bigint, updated bigint, skipped bigint, rejected bigint, checksum text, written_by bigint[], scn text,
      started_at timestamptz not null default clock_timestamp(), finished_at timestamptz,
      primary key (run, entity, chunk));
    create table if not exists ${s}.rewrite (
      run text not null, entity text not null, txid bigint not null, primary key (run, entity, txid));
    create table if not exists ${s}.replaced (
      run text not null, entity text not null, chunk int not null, ordinal bigint not null, before text not null,
      writer bigint,       primary key (run, entity, chunk, ordinal));
    create table if not exists ${s}.reject (
      run text not null, entity text not null, chunk int not null, ordinal bigint not null,
      stage text not null, key text not null, rowid text, property text, reason text not null, sql_state text,
      raw bytea not null, primary key (run, entity, chunk, ordinal));
    create table if not exists ${s}.change_count (
      run text not null, entity text not null, chunk int not null, property text not null, kind text not null,
      count bigint not null, sample_keys text[] not null, primary key (run, entity, chunk, property, kind));
    create table if not exists ${s}.journal (
      seq bigint generated always as identity primary key, run text not null, kind text not null,
      schema_name text not null, table_name text not null, object text not null,
      restore_sql text not null, details jsonb not null, state text not null, orphans bigint not null default 0,
      at timestamptz not null default clock_timestamp(), closed_at timestamptz);
    ${trailTables(s)}`;
}

/** What the evidence of a run needs beside its account. */
function trailTables(s: string): string {
  return `
    create table if not exists ${s}.run_start (
      nth bigint generated always as identity primary key, id text unique, run text not null, facts json not null,
      at timestamptz not null default clock_timestamp(), ended json, ended_at timestamptz);
    create table if not exists ${s}.validation (
      nth bigint generated always as identity primary key, id text unique, run text not null, start bigint, level text not null,
      found json not null, at timestamptz not null default clock_timestamp());
    create table if not exists ${s}.repair (
      run text not null, list text not null, facts json, at timestamptz not null default clock_timestamp(),
      primary key (run, list));
    create table if not exists ${s}.retry (
      run text not null, entity text not null, fingerprint text not null, loaded bigint not null,
      at timestamptz not null default clock_timestamp(), primary key (run, entity, fingerprint));`;
}

function commentOn(schema: string): string {
  return `comment on schema ${ident(schema)} is 'Ledger of cutover: what was migrated, when, and what was turned away. Holds personal data.';`;
}

/** Creates what is missing. Two that start at once wait for each other. */
export async function installLedger(session: Session, schema: string): Promise<void> {
  await inTransaction(session, async () => {
    await session.query('select pg_advisory_xact_lock($1)', [lockKey('install', schema)]);
    // Asked first: IF NOT EXISTS still demands the right to create schemas in the database.
    if (!(await hasLedger(session, schema))) await session.query(`create schema if not exists ${ident(schema)}`);
    await session.query(`set local client_min_messages = warning; ${ledgerTables(schema)} ${commentOn(schema)}`);
  });
}

/** Whether the schema has a ledger; a schema without tables does not count. */
export async function hasLedger(session: Session, schema: string): Promise<boolean> {
  const { rows } = await session.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
    `${ident(schema)}.run`,
  ]);
  return rows[0]?.there ?? false;
}
