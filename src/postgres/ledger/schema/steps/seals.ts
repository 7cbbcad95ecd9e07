import { ident } from '../../../session/sql';

/**
 * `seal`: by part of a run, how many rows the ledger has of it and the sum of their hashes, kept by triggers in the transaction that changes
 * them (seal/renew-seals.ts). `sealed_columns`: what the hashes are over. `former_digest`: the digest of a run before an upgrade of
 * the ledger made its hashes anew.
 */
export function sealTables(schema: string): string {
  const s = ident(schema);
  return `
    create table ${s}.seal (run text not null, part text not null, rows bigint not null, sum numeric not null, primary key (run, part));
    create table ${s}.sealed_columns (table_name text primary key, columns text[] not null);
    create table ${s}.former_digest (
      run text not null, version int not null, digest text not null, at timestamptz not null default clock_timestamp(),
      primary key (run, version));`;
}
