import { fromHistory } from './steps/from-history';
import { ident } from '../../session/sql';

/**
 * How the ledger's tables came to be, one numbered step after the other; a ledger's version is the number of the last step that it has
 * seen (0: it was made before there were versions). A new ledger takes all of them, an old one those that it lacks, each in one
 * transaction under the install lock, so that both come out the same.
 *
 * To add a step:
 *  1. Put it at the END of this list, its statements in a function below. Never change one that has landed: some
 *     ledger has seen it as it was.
 *     Name a column of it as `leaves`; a step without new columns adds one for that.
 *  2. Add its columns and tables to LEDGER_COLUMNS (tables.ts); that line says whether the digest of a run covers them, and what stands
 *     for them in a ledger that does not have them yet. `test/database/ledger/upgrade.test.ts` compares the list with the catalogue and
 *     every upgraded ledger with a new one.
 *  3. Rows that are there must fit: a new column is nullable or has a default that is true of old runs.
 *  4. Commands that write upgrade first and need no care. Those that only read (`status`, `report`, `validate`, `ledger list`) meet every
 *     earlier version: let them read through `readableLedger` (readable.ts), where what is missing reads as null or as no rows, and let a
 *     figure that is missing be said with `ledgerOutdated` (core/run/ledger-version.ts).
 * What changes the fingerprint of a mapping has its own list: FINGERPRINT_FIXES in core/run/fingerprint-fixes.ts.
 */
export const LEDGER_STEPS: readonly LedgerStep[] = [
  {
    title: 'the tables of the first version, whatever form they had before',
    sql: fromHistory,
    leaves: 'run.fingerprint_fixes',
  },
  { title: 'no number of a transaction for rows of two entities', sql: numbersOnce, leaves: 'rewrite.shared' },
  { title: 'which rows were skipped', sql: skippedRows, leaves: 'skipped.marks' },
  { title: 'seals over the rows of a run', sql: sealTables, leaves: 'seal.sum' },
  {
    title: 'what becomes of the rows of each legacy table, and what was taken back of a run',
    sql: sourceTables,
    leaves: 'source_table.facts',
  },
  { title: 'a chain of the validations of a run', sql: chainedValidations, leaves: 'validation.link_no' },
  { title: 'a replica identity for every table', sql: replicaIdentities, leaves: 'former_digest.nth' },
];

/** The version that this build reads and writes. */
export const LEDGER_VERSION = LEDGER_STEPS.length;

export interface LedgerStep {
  readonly title: string;
  /** Its statements for a ledger in that schema. No BEGIN or COMMIT. */
  readonly sql: (schema: string) => string;
  /** `table.column` that a ledger has from this step on: the number in `schema_version` is held against it. */
  readonly leaves: string;
}

/** All steps at once, for a new ledger. */
export function allSteps(schema: string): string {
  return LEDGER_STEPS.map(({ sql }) => sql(schema)).join('\n');
}

/**
 * `validation.link_no` numbers the validations of a run in the order in which they were noted, `link` is the hash over one of them and the
 * link before it; a trigger sets both (seal/chain.ts), and what was noted before is linked after the last step, with the seals. The
 * digest of a run covers the last link, so that a ledger has one for each number of validations: `former_digest` keeps them all.
 * `former_digest.validations` null: the digest was over the account alone.
 */
function chainedValidations(schema: string): string {
  const s = ident(schema);
  return `
    alter table ${s}.validation add column link_no bigint, add column link text not null default '';
    update ${s}.validation v set link_no = n.link_no
      from (select nth, row_number() over (partition by run order by nth) as link_no from ${s}.validation) n where n.nth = v.nth;
    alter table ${s}.validation alter column link_no set not null, alter column link drop default, add unique (run, link_no);
    alter table ${s}.former_digest drop constraint former_digest_pkey, add column validations int;
    create unique index former_digest_once on ${s}.former_digest (run, version, coalesce(validations, -1));`;
}

/**
 * No number is noted for two entities any more. Where an earlier version has done so (a repair of two entities of one table), the notes
 * stay and are marked: whose rows those are the ledger cannot tell.
 */
function numbersOnce(schema: string): string {
  const s = ident(schema);
  return `
    alter table ${s}.rewrite add column shared boolean not null default false;
    update ${s}.rewrite r set shared = true
      where exists (select from ${s}.rewrite o where o.txid = r.txid and (o.run, o.entity) <> (r.run, r.entity));
    create unique index rewrite_number_once on ${s}.rewrite (txid) where not shared;
    create index chunk_load_number on ${s}.chunk_load ((written_by[1]));`;
}

/**
 * Where a publication covers the ledger (FOR ALL TABLES does), the server refuses to update or delete rows of a table without a replica
 * identity. All other tables have a primary key; `schema_version` gets its identity where it is made (install.ts).
 */
function replicaIdentities(schema: string): string {
  return `alter table ${ident(schema)}.former_digest add column nth bigint generated always as identity primary key;`;
}

/**
 * `seal`: by part of a run, how many rows the ledger has of it and the sum of their hashes, kept by triggers in the transaction that changes
 * them (seal/renew-seals.ts). `sealed_columns`: what the hashes are over. `former_digest`: the digest of a run before an upgrade of
 * the ledger made its hashes anew.
 */
function sealTables(schema: string): string {
  const s = ident(schema);
  return `
    create table ${s}.seal (run text not null, part text not null, rows bigint not null, sum numeric not null, primary key (run, part));
    create table ${s}.sealed_columns (table_name text primary key, columns text[] not null);
    create table ${s}.former_digest (
      run text not null, version int not null, digest text not null, at timestamptz not null default clock_timestamp(),
      primary key (run, version));`;
}

/** Which rows were left out, 8 bytes for each: of runs from here on, for an earlier version has only counted them. */
function skippedRows(schema: string): string {
  return `create table ${ident(schema)}.skipped (
    run text not null, entity text not null, chunk int not null, marks bytea not null, primary key (run, entity, chunk));`;
}

/**
 * `source_table`: a legacy table, view or query of a run and what becomes of each of its rows, counted once at `scn`; `nth` is its place in
 * the list. `taken_back`: a reset of a run; `entities` null: of all of it. What was compared before says nothing of what was loaded since.
 */
function sourceTables(schema: string): string {
  const s = ident(schema);
  return `
    create table ${s}.source_table (
      run text not null, nth int not null, name text not null, scn text, facts json not null,
      counted_at timestamptz not null default clock_timestamp(), primary key (run, nth));
    create table ${s}.taken_back (
      nth bigint generated always as identity primary key, run text not null, entities text[],
      at timestamptz not null default clock_timestamp());`;
}
