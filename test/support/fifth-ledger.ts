import type { Client } from 'pg';
import { renewSeals } from '../../src/postgres/ledger/seal/renew-seals';
import { SEALED_COLUMNS, type SealedColumns } from '../../src/postgres/ledger/seal/sealed-rows';
import { LEDGER_STEPS } from '../../src/postgres/ledger/schema/steps';
import { sessionOf } from './ledger-edits';

/** What the seals of version 5 were over: validations had no links, and the order of resets was not sealed. */
const FIFTH: SealedColumns = new Map(
  [...SEALED_COLUMNS].map(([table, columns]) => [
    table,
    columns.filter((column) => !['validation.link_no', 'taken_back.nth'].includes(`${table}.${column}`)),
  ]),
);

/** Makes a ledger as the last build before the chain of validations made it, with its seals. */
export async function makeFifthLedger(client: Client, schema: string): Promise<void> {
  await client.query(`create schema ${schema}; create table ${schema}.schema_version (version int not null);
    create unique index schema_version_one_row on ${schema}.schema_version ((true)); insert into ${schema}.schema_version values (5)`);
  for (const { sql } of LEDGER_STEPS.slice(0, 5)) await client.query(sql(schema));
  await renewSeals(sessionOf(client), schema, { from: 5, columns: FIFTH });
}
