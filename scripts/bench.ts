/**
 * npm run bench -- [scale] [rounds] [lanes]
 *
 * The cost of a migration against the bare driver fetching the same rows and columns, in one run: rounds of A (fetch only) and B
 * (migrate into a fresh target) in turn, each in a process of its own, on the embedded databases. Prints the ratio round by
 * round, rows/s by entity and the peak memory. With lanes above 1 each round migrates once with one lane and once with that many,
 * and the ratio of the two is printed as well. Only the ratios are stable on a shared machine.
 */
import { join } from 'node:path';
import oracledb from 'oracledb';
import { Client } from 'pg';
import { entityJobs } from '../src/app/project/entity-jobs';
import { migrate } from '../src/app/library';
import { startDemoServers, type DemoServers } from '../src/demo/start-demo-servers';
import { abisEntities } from '../src/entities';
import { abisMappings } from '../src/mappings';
import { openOracleSource } from '../src/oracle/source/oracle-source';
import { columnReader } from '../src/oracle/sql/column-text';
import { selectRows } from '../src/oracle/sql/read-statements';
import { FETCH } from '../src/oracle/session/sessions';
import { synchronizeSchema } from '../src/typeorm/schema';
import { mainOrChild, measuredInChild } from './measured-in-child';

interface Order {
  readonly kind: 'fetch' | 'migrate';
  readonly source: DemoServers['source'];
  readonly target: string;
  readonly lanes: number;
}

interface Measured {
  readonly rows: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
  /** How much of the time the main thread was at work. */
  readonly busyPercent: number;
  readonly byEntity: Readonly<Record<string, number>>;
}

/** The same SELECT as the product's, without SCN, through the bare driver. */
async function fetchAll({ source }: Order): Promise<Record<string, number>> {
  const reader = await openOracleSource(source);
  const session = await oracledb.getConnection(source);
  const rates: Record<string, number> = {};
  for (const { entity, read } of entityJobs({ mappings: abisMappings, entities: abisEntities }, NOTHING_CHOSEN)) {
    const table = await reader.table(read.source);
    if (table === null) continue;
    const columns = read.columns.map(({ name, as }) => {
      const column = table.columns.find((candidate) => candidate.name === name);
      if (column === undefined) throw new TypeError(`no column ${name}`);
      return { name, reader: columnReader(column, as) };
    });
    const chosen = { table: table.name, scn: null, where: null, withRowid: true, columns, key: [] };
    const query = selectRows({ ...chosen, bounds: { kind: 'all' } });
    const started = performance.now();
    const options = { ...FETCH, resultSet: true, prefetchRows: 2_000, fetchArraySize: 2_000 } as const;
    const { resultSet } = await session.execute<unknown[]>(query.sql, {}, options);
    let rows = 0;
    for (let batch; (batch = await resultSet?.getRows(2_000)) && batch.length > 0;) rows += batch.length;
    await resultSet?.close();
    rates[entity] = rows / ((performance.now() - started) / 1000);
    total += rows;
  }
  await session.close();
  await reader.close();
  return rates;
}

async function migrateAll({ source, target, lanes }: Order): Promise<Record<string, number>> {
  const project = {
    mappings: abisMappings,
    entities: abisEntities,
    source,
    target: { url: target },
    configPath: CONFIG,
  };
  const { outcome } = await migrate(project, { validate: 'no', lanes });
  const entities = outcome?.entities ?? [];
  total = entities.reduce((sum, { tally }) => sum + tally.read, 0);
  return Object.fromEntries(
    entities.map(({ entity, tally, seconds }) => [entity, tally.read / Math.max(seconds, 0.001)]),
  );
}

/** Exports the same mappings: with it the lanes above the first run in threads. */
const CONFIG = join(__dirname, '..', 'cutover.config.ts');
const NOTHING_CHOSEN = { entities: [], where: {} };
let total = 0;

async function asChild(order: Order): Promise<Measured> {
  const started = performance.now();
  const cpu = process.cpuUsage();
  const idle = performance.eventLoopUtilization();
  const byEntity = order.kind === 'fetch' ? await fetchAll(order) : await migrateAll(order);
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
  const busyPercent = Math.round(performance.eventLoopUtilization(idle).utilization * 100);
  return { rows: total, seconds, cpuSeconds: (user + system) / 1e6, peakMiB, busyPercent, byEntity };
}

function inChild(order: Order): Promise<Measured> {
  return measuredInChild(__filename, order);
}

async function emptyTarget(servers: DemoServers, name: string): Promise<string> {
  const client = new Client({ connectionString: servers.target.url });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const url = new URL(servers.target.url);
  url.pathname = `/${name}`;
  await synchronizeSchema(url.href, abisEntities);
  return url.href;
}

function print(kind: string, measured: Measured): void {
  const { rows, seconds, cpuSeconds, peakMiB, busyPercent } = measured;
  const rate = Math.round(rows / seconds).toLocaleString('en-US');
  const cpu = ((cpuSeconds / rows) * 1e6).toFixed(1);
  const memory = `peak ${peakMiB} MiB, main thread ${busyPercent} % busy`;
  console.log(`${kind.padEnd(8)} ${seconds.toFixed(2)} s  ${rate} rows/s  ${cpu} µs CPU a row  ${memory}`);
}

interface Round {
  readonly fetch: Measured;
  readonly migrate: Measured;
  /** With several lanes; null where only one was asked for. */
  readonly inLanes: Measured | null;
}

async function oneRound(servers: DemoServers, round: number, lanes: number): Promise<Round> {
  const target = await emptyTarget(servers, `bench_${round}`);
  const order = { source: servers.source, target, lanes: 1 };
  const fetch = await inChild({ ...order, kind: 'fetch' });
  print('fetch', fetch);
  const migrated = await inChild({ ...order, kind: 'migrate' });
  print('migrate', migrated);
  if (lanes === 1) return { fetch, migrate: migrated, inLanes: null };
  const another = await emptyTarget(servers, `bench_${round}_lanes`);
  const inLanes = await inChild({ ...order, kind: 'migrate', target: another, lanes });
  print(`${lanes} lanes`, inLanes);
  return { fetch, migrate: migrated, inLanes };
}

async function main(): Promise<undefined> {
  const [scale = 1, rounds = 3, lanes = 1] = process.argv.slice(2).map(Number);
  const servers = await startDemoServers({ scale });
  const measured: Round[] = [];
  try {
    for (let round = 1; round <= rounds; round += 1) measured.push(await oneRound(servers, round, lanes));
  } finally {
    await servers.stop();
  }
  const last = measured.at(-1);
  if (last !== undefined) console.table({ fetch: whole(last.fetch), migrate: whole(last.migrate) });
  printRatio(
    'migrate : bare driver',
    measured.map(({ migrate: one, fetch }) => speed(one) / speed(fetch)),
  );
  const gains = measured.flatMap(({ migrate: one, inLanes }) =>
    inLanes === null ? [] : [speed(inLanes) / speed(one)],
  );
  if (gains.length > 0) printRatio(`${lanes} lanes : one lane`, gains);
}

const speed = ({ rows, seconds }: Measured): number => rows / seconds;

function printRatio(what: string, ratios: readonly number[]): void {
  const median = ratios.toSorted((a, b) => a - b)[Math.floor(ratios.length / 2)] ?? Number.NaN;
  const each = ratios.map((ratio) => ratio.toFixed(2)).join(', ');
  console.log(`median ratio ${what} = ${median.toFixed(2)} (${each})`);
}

function whole({ byEntity }: Measured): Record<string, number> {
  return Object.fromEntries(Object.entries(byEntity).map(([entity, rate]) => [entity, Math.round(rate)]));
}

mainOrChild(main, asChild);
