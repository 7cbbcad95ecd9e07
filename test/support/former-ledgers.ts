/**
 * The ledger's tables as every earlier commit made them, before ledgers had a version: cut from src/postgres/ledger/schema.ts of the commit
 * that is named. Each stands for all commits from there to the next.
 */
export interface FormerLedger {
  readonly commit: string;
  /** Its statements for a schema whose quoted name is given. */
  readonly sql: (s: string) => string;
}

export const FORMER_LEDGERS: readonly FormerLedger[] = [
  {
    commit: '5c34e1f',
    sql: (s) => `
    create table ${s}.run (
      id text primary key, scn text, source text not null, target text not null,
      fingerprints jsonb not null, settings jsonb not null, state text not null,
      started_at timestamptz not null default clock_timestamp(), finished_at timestamptz);
    create table ${s}.entity_plan (
      run text not null references ${s}.run on delete cascade, entity text not null,
      strategy text not null, planned_at timestamptz not null default clock_timestamp(), primary key (run, entity));
    create table ${s}.chunk (
      run text not null, entity text not null, chunk int not null, bounds json not null,
      primary key (run, entity, chunk), foreign key (run, entity) references ${s}.entity_plan on delete cascade);
    create table ${s}.entity_count (
      run text not null references ${s}.run on delete cascade, entity text not null,
      matching bigint not null, total bigint not null, counted_at timestamptz not null default clock_timestamp(),
      primary key (run, entity));
    create table ${s}.entity_table (
      run text not null, entity text not null, schema_name text not null, table_name text not null,
      key_columns text[] not null, primary key (run, entity));
    create table ${s}.chunk_load (
      run text not null, entity text not null, chunk int not null, lane int not null,
      read bigint, loaded bigint, rejected bigint, checksum text,
      started_at timestamptz not null default clock_timestamp(), finished_at timestamptz,
      primary key (run, entity, chunk));
    create table ${s}.reject (
      run text not null, entity text not null, chunk int not null, ordinal bigint not null,
      stage text not null, key text not null, rowid text, property text, reason text not null, sql_state text,
      raw bytea not null, primary key (run, entity, chunk, ordinal));
    create table ${s}.change_count (
      run text not null, entity text not null, chunk int not null, property text not null, kind text not null,
      count bigint not null, sample_keys text[] not null, primary key (run, entity, chunk, property, kind));
    create table ${s}.journal (
      seq bigint generated always as identity primary key, run text not null, kind text not null,
      schema_name text not null, table_name text not null, object text not null,
      restore_sql text not null, details jsonb not null, state text not null, orphans bigint not null default 0,
      at timestamptz not null default clock_timestamp(), closed_at timestamptz);`,
  },
  {
    commit: 'ba90e02',
    sql: (s) => `
    create table ${s}.run (
      id text primary key, scn text, source text not null, target text not null,
      fingerprints jsonb not null, settings jsonb not null, state text not null,
      started_at timestamptz not null default clock_timestamp(), finished_at timestamptz,
      nth bigint generated always as identity);
    create table ${s}.entity_plan (
      run text not null references ${s}.run on delete cascade, entity text not null,
      strategy text not null, planned_at timestamptz not null default clock_timestamp(),
      nth bigint generated always as identity, primary key (run, entity));
    create table ${s}.chunk (
      run text not null, entity text not null, chunk int not null, bounds json not null,
      primary key (run, entity, chunk), foreign key (run, entity) references ${s}.entity_plan on delete cascade);
    create table ${s}.entity_count (
      run text not null references ${s}.run on delete cascade, entity text not null,
      matching bigint not null, total bigint not null, scn text, counted_at timestamptz not null default clock_timestamp(),
      primary key (run, entity));
    create table ${s}.entity_table (
      run text not null, entity text not null, schema_name text not null, table_name text not null,
      key_columns text[] not null, table_oid oid, database_oid oid, system_identifier text, primary key (run, entity));
    create table ${s}.chunk_load (
      run text not null, entity text not null, chunk int not null, lane int not null,
      read bigint, inserted bigint, updated bigint, skipped bigint, rejected bigint, checksum text, written_by bigint[], scn text,
      started_at timestamptz not null default clock_timestamp(), finished_at timestamptz,
      primary key (run, entity, chunk));
    create table ${s}.rewrite (
      run text not null, entity text not null, txid bigint not null, primary key (run, entity, txid));
    create table ${s}.replaced (
      run text not null, entity text not null, chunk int not null, ordinal bigint not null, before text not null,
      primary key (run, entity, chunk, ordinal));
    create table ${s}.reject (
      run text not null, entity text not null, chunk int not null, ordinal bigint not null,
      stage text not null, key text not null, rowid text, property text, reason text not null, sql_state text,
      raw bytea not null, primary key (run, entity, chunk, ordinal));
    create table ${s}.change_count (
      run text not null, entity text not null, chunk int not null, property text not null, kind text not null,
      count bigint not null, sample_keys text[] not null, primary key (run, entity, chunk, property, kind));
    create table ${s}.journal (
      seq bigint generated always as identity primary key, run text not null, kind text not null,
      schema_name text not null, table_name text not null, object text not null,
      restore_sql text not null, details jsonb not null, state text not null, orphans bigint not null default 0,
      at timestamptz not null default clock_timestamp(), closed_at timestamptz);
    create table ${s}.run_start (
      nth bigint generated always as identity primary key, run text not null, facts json not null,
      at timestamptz not null default clock_timestamp(), ended json, ended_at timestamptz);
    create table ${s}.validation (
      nth bigint generated always as identity primary key, run text not null, start bigint, level text not null,
      found json not null, at timestamptz not null default clock_timestamp());`,
  },
  {
    commit: '2b407ed',
    sql: (s) => `
    create table ${s}.run (
      id text primary key, scn text, source text not null, target text not null,
      fingerprints jsonb not null, settings jsonb not null, state text not null,
      started_at timestamptz not null default clock_timestamp(), finished_at timestamptz,
      nth bigint generated always as identity);
    create table ${s}.entity_plan (
      run text not null references ${s}.run on delete cascade, entity text not null,
      strategy text not null, planned_at timestamptz not null default clock_timestamp(),
      nth bigint generated always as identity, primary key (run, entity));
    create table ${s}.chunk (
      run text not null, entity text not null, chunk int not null, bounds json not null,
      primary key (run, entity, chunk), foreign key (run, entity) references ${s}.entity_plan on delete cascade);
    create table ${s}.entity_count (
      run text not null references ${s}.run on delete cascade, entity text not null,
      matching bigint not null, total bigint not null, scn text, counted_at timestamptz not null default clock_timestamp(),
      primary key (run, entity));
    create table ${s}.entity_table (
      run text not null, entity text not null, schema_name text not null, table_name text not null,
      key_columns text[] not null, table_oid oid, database_oid oid, system_identifier text, primary key (run, entity));
    create table ${s}.chunk_load (
      run text not null, entity text not null, chunk int not null, lane int not null,
      read bigint, inserted bigint, updated bigint, skipped bigint, rejected bigint, checksum text, written_by bigint[], scn text,
      started_at timestamptz not null default clock_timestamp(), finished_at timestamptz,
      primary key (run, entity, chunk));
    create table ${s}.rewrite (
      run text not null, entity text not null, txid bigint not null, primary key (run, entity, txid));
    create table ${s}.replaced (
      run text not null, entity text not null, chunk int not null, ordinal bigint not null, before text not null,
      writer bigint,       primary key (run, entity, chunk, ordinal));
    create table ${s}.reject (
      run text not null, entity text not null, chunk int not null, ordinal bigint not null,
      stage text not null, key text not null, rowid text, property text, reason text not null, sql_state text,
      raw bytea not null, primary key (run, entity, chunk, ordinal));
    create table ${s}.change_count (
      run text not null, entity text not null, chunk int not null, property text not null, kind text not null,
      count bigint not null, sample_keys text[] not null, primary key (run, entity, chunk, property, kind));
    create table ${s}.journal (
      seq bigint generated always as identity primary key, run text not null, kind text not null,
      schema_name text not null, table_name text not null, object text not null,
      restore_sql text not null, details jsonb not null, state text not null, orphans bigint not null default 0,
      at timestamptz not null default clock_timestamp(), closed_at timestamptz);
    create table ${s}.run_start (
      nth bigint generated always as identity primary key, id text unique, run text not null, facts json not null,
      at timestamptz not null default clock_timestamp(), ended json, ended_at timestamptz);
    create table ${s}.validation (
      nth bigint generated always as identity primary key, id text unique, run text not null, start bigint, level text not null,
      found json not null, at timestamptz not null default clock_timestamp());
    create table ${s}.repair (
      run text not null, list text not null, facts json, at timestamptz not null default clock_timestamp(),
      primary key (run, list));
    create table ${s}.retry (
      run text not null, entity text not null, fingerprint text not null, loaded bigint not null,
      at timestamptz not null default clock_timestamp(), primary key (run, entity, fingerprint));`,
  },
];
