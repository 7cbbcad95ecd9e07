import { Client } from 'pg';
import type { ConflictPolicy } from '../src/core/run/conflicts';
import type { TargetRow } from '../src/core/mapping/wire';
import type { LoadPlan, Target } from '../src/core/ports/target';
import { createDatabase, startEmbeddedPostgres } from '../src/demo/embedded-postgres';
import { openPostgresTarget } from '../src/postgres/open-target';
import { BAD_KINDS, rowsWithBad, type BadKind } from '../test/support/bad-rows';
import { aChunk, aLoaderContext, aLoadPlan } from '../test/support/postgres-load';
import { runScript } from './run-script';

/**
 * What bad rows and conflicts cost: a chunk of 20,000 rows by kind and number of bad ones, as a multiple of the same table's clean chunk.
 * Medians of interleaved rounds in one process.
 */
const ROWS = 20_000;
const ROUNDS = 5;
const BAD = [3, 100, 1_000];

interface Bench {
  readonly client: Client;
  readonly target: Target;
}

/** Milliseconds of the one chunk, into a table that is emptied before. */
async function loadMs({ client, target }: Bench, plan: LoadPlan, rows: readonly TargetRow[]): Promise<number> {
  await client.query('truncate cutover.chunk_load, cutover.reject, cutover.replaced');
  const loader = await target.loader(plan, aLoaderContext());
  await loader.load(aChunk('bad', [rows[0] ?? []], { id: { entity: 'bad', chunk: 1 } }));
  await client.query('delete from bad where id = 0');
  const chunk = aChunk('bad', rows);
  const started = performance.now();
  await loader.load(chunk);
  const ms = performance.now() - started;
  await loader.close();
  return ms;
}

async function benchKind(bench: Bench, kind: BadKind): Promise<void> {
  const { client } = bench;
  await client.query('drop table if exists bad, parent cascade');
  await client.query('drop domain if exists filled, even; drop type if exists mood; drop function if exists refuse');
  await client.query(kind.ddl);
  const times = new Map<number, number[]>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const bad of [0, ...BAD]) {
      await client.query('truncate bad');
      const { rows } = rowsWithBad(kind, { rows: ROWS, bad });
      const ms = await loadMs(bench, aLoadPlan('bad', ['id', 'value']), rows);
      times.set(bad, [...(times.get(bad) ?? []), ms]);
      const rejected = await bench.target.ledger
        .progress('run-1')
        .then(() => client.query('select from cutover.reject'));
      if (rejected.rowCount !== bad)
        throw new RangeError(`${kind.name}: ${rejected.rowCount ?? 0} rejects of ${bad} bad rows`);
    }
  }
  const clean = median(times.get(0));
  const ratios = BAD.map((bad) => `${(median(times.get(bad)) / clean).toFixed(1)} ×`);
  console.log(`| ${[kind.name, `${Math.round(clean)} ms`, ...ratios].join(' | ')} |`);
}

async function benchPolicies(bench: Bench): Promise<void> {
  const { client } = bench;
  await client.query(
    'drop table if exists bad, parent cascade; create table bad (id int4 primary key, value text, note text)',
  );
  const rows = Array.from({ length: ROWS }, (_, n): TargetRow => [n, `value ${n}`]);
  const times = new Map<string, number[]>();
  const policies: readonly ConflictPolicy[] = ['reject', 'skip', 'update'];
  for (let round = 0; round < ROUNDS; round++) {
    for (const policy of policies) {
      for (const share of [0, 0.5]) {
        await client.query('truncate bad');
        await client.query(`insert into bad select -n, 'before' from generate_series(1, 100000) n`);
        await client.query(`insert into bad select 2 * n, 'before' from generate_series(1, $1::int4) n`, [
          share * (ROWS - 2),
        ]);
        await client.query('analyze bad');
        const plan = { ...aLoadPlan('bad', ['id', 'value']), conflicts: { policy, rowsBefore: 100_000 } };
        const ms = await loadMs(bench, plan, rows);
        const name = `${policy}, ${share * 100} % conflicts`;
        times.set(name, [...(times.get(name) ?? []), ms]);
      }
    }
  }
  const clean = median(times.get('reject, 0 % conflicts'));
  for (const [name, all] of times)
    console.log(`| ${name} | ${Math.round(median(all))} ms | ${(median(all) / clean).toFixed(1)} × |`);
}

function median(values: readonly number[] = []): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

async function main(): Promise<undefined> {
  const server = await startEmbeddedPostgres();
  try {
    const url = await createDatabase(server.url, 'bench');
    const client = new Client({ connectionString: url });
    await client.connect();
    const target = await openPostgresTarget({ url });
    await target.ledger.install();
    console.log(`| kind | clean chunk | ${BAD.map((bad) => `${bad} bad`).join(' | ')} |`);
    // A name, or part of one, picks kinds.
    const picked = BAD_KINDS.filter(({ name }) => name.includes(process.argv[2] ?? ''));
    for (const kind of picked) await benchKind({ client, target }, kind);
    await benchPolicies({ client, target });
    await target.close();
    await client.end();
  } finally {
    await server.stop();
  }
}

runScript(main);
