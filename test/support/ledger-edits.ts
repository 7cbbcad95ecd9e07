import type { Client } from 'pg';
import { readableLedger } from '../../src/postgres/ledger/schema/readable';
import { readSeal } from '../../src/postgres/ledger/seal/read-seal';
import {
  RUN_TABLES,
  LEDGER_COLUMNS,
  type LedgerColumn,
  type LedgerTable,
} from '../../src/postgres/ledger/schema/tables';
import type { Session } from '../../src/postgres/session/session';

/** SQL by type: another value of a column, and one for null. */
export const OTHER_VALUE: Readonly<Record<string, (column: string) => string>> = {
  text: (c) => `coalesce(${c}, '') || 'x'`,
  bigint: (c) => `coalesce(${c}, 0) + 1000`,
  integer: (c) => `coalesce(${c}, 0) + 1000`,
  oid: (c) => `((coalesce(${c}, 0)::bigint + 1) % 4000000000)::oid`,
  boolean: (c) => `not coalesce(${c}, false)`,
  json: (c) => `case when ${c} is null then '{}'::json else (${c}::text || ' ')::json end`,
  jsonb: (c) => `coalesce(${c}, '{}') || '{"edited": "1"}'`,
  bytea: (c) => `coalesce(${c}, '') || '\\x00'`,
  'text[]': (c) => `coalesce(${c}, '{}') || '{x}'::text[]`,
  'bigint[]': (c) => `coalesce(${c}, '{}') || '{1}'::bigint[]`,
  'timestamp with time zone': (c) => `coalesce(${c}, now()) + interval '1 microsecond'`,
};

/** Every column that a seal covers. */
export const SEALED: readonly { readonly table: LedgerTable; readonly column: string; readonly type: string }[] =
  RUN_TABLES.flatMap((table) =>
    Object.entries(LEDGER_COLUMNS[table] as Readonly<Record<string, LedgerColumn>>)
      .filter(([, { seal }]) => seal === 'sealed')
      .map(([column, { type }]) => ({ table, column, type })),
  );

/** Foreign keys of the ledger that would refuse some edits. */
export const LEDGER_KEYS = [
  ['entity_plan', 'entity_plan_run_fkey'],
  ['entity_count', 'entity_count_run_fkey'],
  ['chunk', 'chunk_run_entity_fkey'],
] as const;

/** A connection of a test as a session of the product. */
export function sessionOf(client: Client): Session {
  const query = (text: string, values?: readonly unknown[]) =>
    client.query(text, values === undefined ? undefined : [...values]);
  return { client, isLost: () => false, query, close: () => Promise.resolve() } as Session;
}

/** Edited parts of a run, and of any that is there now, as the product finds them over the connection's own transaction. */
export async function editedParts(client: Client, runId: string): Promise<readonly string[]> {
  const session = sessionOf(client);
  const ledger = await readableLedger(session, 'cutover');
  const { rows } = await client.query<{ id: string }>('select id from cutover.run');
  const edited: string[] = [];
  for (const id of new Set([...rows.map((row) => row.id), runId])) {
    edited.push(...((ledger && (await readSeal(session, ledger, { schema: 'cutover', runId: id })))?.edited ?? []));
  }
  return edited;
}
