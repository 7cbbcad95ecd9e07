import type { Client } from 'pg';
import { digestIssues, digestOf, sealIssues, validationsIn, type RunSeal } from '../../src/core/run/ledger-seal';
import { readableLedger } from '../../src/postgres/ledger/schema/readable';
import { linkAll } from '../../src/postgres/ledger/seal/chain';
import { readSeal } from '../../src/postgres/ledger/seal/read-seal';
import { SEALED_COLUMNS } from '../../src/postgres/ledger/seal/sealed-rows';
import { sessionOf } from './ledger-edits';

/** The seal of a run as the product reads it, over the connection's own transaction. */
export async function sealOver(client: Client, schema: string, runId: string): Promise<ReadSeal> {
  const session = sessionOf(client);
  const ledger = await readableLedger(session, schema);
  const seal = ledger && (await readSeal(session, ledger, { schema, runId }));
  if (seal === null) throw new Error('no seal');
  return { ...seal, digest: digestOf(seal), validations: validationsIn(seal) };
}

/** With what follows from its digests. */
export type ReadSeal = RunSeal & { readonly digest: string; readonly validations: number | null };

/** How far a forger goes: the seals fit whatever he does in a session that says that it is one of cutover's. */
export type Forgery = 'seals made anew' | 'seals and chain made anew';

interface Forged {
  readonly rows: number;
  readonly seal: ReadSeal;
}

/** What the ledger says of a run after edits of its validations that are undone again. */
export async function forged(
  client: Client,
  { schema, runId, how }: { readonly schema: string; readonly runId: string; readonly how: Forgery },
  ...edits: readonly string[]
): Promise<Forged> {
  await client.query(`begin; set local cutover.seals = 'on'; set local search_path = ${schema}`);
  try {
    await client.query(`alter table validation drop constraint validation_run_link_no_key, alter column nth drop identity;
      drop trigger chain_insert on validation`);
    let rows = 0;
    for (const edit of edits) rows += (await client.query(edit)).rowCount ?? 0;
    if (how === 'seals and chain made anew') {
      await client.query(`update validation v set link_no = n.place from (
        select nth, row_number() over (partition by run order by link_no, nth) as place from validation) n where n.nth = v.nth`);
      await client.query(linkAll(schema, SEALED_COLUMNS));
    }
    return { rows, seal: await sealOver(client, schema, runId) };
  } finally {
    await client.query('rollback');
  }
}

/** The codes and levels of what the product says of a seal and a digest that was kept. */
export function saidOf(runId: string, seal: RunSeal, kept: string | null): string[] {
  return [...sealIssues(runId, seal), ...digestIssues(runId, seal, kept)].map(({ code, level }) => `${code} ${level}`);
}
