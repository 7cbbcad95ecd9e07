import { ident } from '../../../session/sql';

/**
 * Where a publication covers the ledger (FOR ALL TABLES does), the server refuses to update or delete rows of a table without a replica
 * identity. All other tables have a primary key; `schema_version` gets its identity where it is made (install.ts).
 */
export function replicaIdentities(schema: string): string {
  return `alter table ${ident(schema)}.former_digest add column nth bigint generated always as identity primary key;`;
}
