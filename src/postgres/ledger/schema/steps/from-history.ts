import { ident, literal } from '../../../session/sql';

/**
 * The ledger's first tables that count as a version, for an empty schema as for the three forms that ledgers had before they had one:
 * without `nth` and with `chunk_load.loaded`; with `replaced` but without its `writer`; as here. Facts with times, no flags: a chunk is
 * done when `chunk_load` has its row, whose primary key is the fence that lets each chunk in once. `reject.raw` is bytes and `bounds` is
 * json, not jsonb: jsonb refuses NUL characters and unpaired surrogates, which legacy rows and keys do have.
 *
 * `chunk_load.written_by` and `rewrite.txid` are the transactions whose rows are the run's: every row that it wrote has one of them as
 * its xmin, and no other row has; `entity_table` notes in which table of which database that is so. `replaced.before` is a row that the
 * run has overwritten, in the text form of its table's row type, `replaced.writer` the xmin that it had: given back, it is again of the
 * run that had written it, if one had.
 *
 * `run.fingerprint_fixes` counts the FINGERPRINT_FIXES that the run knew; the first of the three forms knew none, the later ones one.
 *
 * `nth` tells which came later: clocks can be set back. `chunk_load.scn` is null where the chunk was read at the run's own SCN, which
 * `--new-snapshot` replaces. `validation.start` is the start (`run_start.nth`) of the run that it came after. Their `id` is the
 * writer's own, so that a note whose answer was lost and which is sent again is there once.
 */
export function fromHistory(schema: string): string {
  return `${renameLoaded(schema)} ${runTables(ident(schema))} ${trailTables(ident(schema))} ${whatWasMissing(schema)}`;
}

function runTables(s: string): string {
  return `
    create table if not exists ${s}.run (
      id text primary key, scn text, source text not null, target text not null,
      fingerprints jsonb not null, settings jsonb not null, state text not null,
      started_at timestamptz not null default clock_timestamp(), finished_at timestamptz,
      nth bigint generated always as identity, fingerprint_fixes int);
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
      writer bigint, primary key (run, entity, chunk, ordinal));
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
      at timestamptz not null default clock_timestamp(), closed_at timestamptz);`;
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

/** Before there were policies for rows with the key of another, all that was loaded was inserted. */
function renameLoaded(schema: string): string {
  const table = `${ident(schema)}.chunk_load`;
  return `do $step$ begin
    if exists (${columnOf(table, 'loaded')}) then alter table ${table} rename column loaded to inserted; end if;
  end $step$;`;
}

function whatWasMissing(schema: string): string {
  const s = ident(schema);
  return `
    alter table ${s}.run add column if not exists fingerprint_fixes int;
    ${ifMissing(`${s}.chunk_load`, 'written_by', ownersOfRows(s))}
    update ${s}.run set fingerprint_fixes = 1 where fingerprint_fixes is null;
    ${ifMissing(
      `${s}.entity_count`,
      'scn',
      `alter table ${s}.entity_count add column scn text;
      update ${s}.entity_count c set scn = r.scn from ${s}.run r where r.id = c.run;`,
    )}
    ${ifMissing(`${s}.run`, 'nth', numbered(`${s}.run`, 'started_at, id'))}
    ${ifMissing(`${s}.entity_plan`, 'nth', numbered(`${s}.entity_plan`, 'planned_at, run, entity'))}
    alter table ${s}.replaced add column if not exists writer bigint;
    ${['run_start', 'validation'].map((table) => ifMissing(`${s}.${table}`, 'id', `alter table ${s}.${table} add column id text unique;`)).join('\n')}`;
}

/**
 * The transaction that wrote a chunk's rows also wrote its row in the ledger, so that its number can still be read there: where the
 * ledger is the one that was written then. After a restore from a dump many rows have one number; then none is noted, and a reset says
 * that it cannot tell the rows. The number itself is the latest one that ends in the 32 bits that a row keeps.
 */
function ownersOfRows(s: string): string {
  return `
    alter table ${s}.chunk_load add column updated bigint, add column skipped bigint, add column written_by bigint[], add column scn text;
    alter table ${s}.entity_table add column table_oid oid, add column database_oid oid, add column system_identifier text;
    insert into ${s}.rewrite (run, entity, txid) select distinct c.run, c.entity, ${wholeNumber('c.xmin')} from ${s}.change_count c
      where c.chunk < 0 and ${isOwnNumber(s, 'c')};
    update ${s}.chunk_load l set updated = 0, skipped = 0,
      written_by = case when ${isOwnNumber(s, 'l')} then array[${wholeNumber('l.xmin')}] end where l.inserted is not null;
    update ${s}.entity_table e set table_oid = to_regclass(format('%I.%I', e.schema_name, e.table_name)), database_oid = d.oid
      from pg_database d where d.datname = current_database() and exists (select from ${s}.chunk_load l
        where l.run = e.run and l.entity = e.entity and l.written_by is not null);
    update ${s}.run set fingerprint_fixes = 0;`;
}

function wholeNumber(xmin: string): string {
  return `(txid_current() - (txid_current() % 4294967296 - ${xmin}::text::bigint + 4294967296) % 4294967296)`;
}

/** No other chunk, and no row of the run's beginning, was written by the same transaction. */
function isOwnNumber(s: string, row: string): string {
  return `not exists (select from ${s}.run o where o.xmin = ${row}.xmin) and not exists (select from ${s}.entity_plan o where o.xmin = ${row}.xmin)
    and (select count(*) from ${s}.chunk_load o where o.xmin = ${row}.xmin) <= 1`;
}

/** A column as GENERATED ALWAYS AS IDENTITY would have filled it, had it been there from the beginning. */
function numbered(table: string, order: string): string {
  return `alter table ${table} add column nth bigint;
    update ${table} t set nth = n.nth from (select ctid as at, row_number() over (order by ${order}) as nth from ${table}) n
      where n.at = t.ctid;
    alter table ${table} alter column nth set not null, alter column nth add generated always as identity;
    perform setval(pg_get_serial_sequence(${literal(table)}, 'nth'), max(nth)) from ${table} having max(nth) is not null;`;
}

function columnOf(table: string, column: string): string {
  return `select from pg_attribute where attrelid = to_regclass(${literal(table)}) and attname = '${column}' and not attisdropped`;
}

function ifMissing(table: string, column: string, statements: string): string {
  return `do $step$ begin if not exists (${columnOf(table, column)}) then ${statements} end if; end $step$;`;
}
