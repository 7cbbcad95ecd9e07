/**
 * node -r @swc-node/register scripts/bench-compare.ts [scale] [level…]
 *
 * The cost of a full comparison against the load of the same rows, in one run on the embedded databases, each in a process of its own. One
 * character is changed between the comparisons, which must find nothing, and the last one, which must locate it.
 */
import { Client } from 'pg';
import { migrate, validate } from '../src/app/library';
import { COMPARE_LEVELS, type CompareLevel } from '../src/core/comparison/comparison';
import { startDemoServers, type DemoServers } from '../src/demo/start-demo-servers';
import { abisEntities } from '../src/entities';
import { abisMappings } from '../src/mappings';
import { synchronizeSchema } from '../src/typeorm/schema';
import { mainOrChild, measuredInChild } from './measured-in-child';

interface Order {
  readonly what: 'load' | CompareLevel;
  readonly source: DemoServers['source'];
  readonly target: string;
}

interface Measured {
  readonly rows: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
  readonly found: readonly string[];
}

async function work({ what, source, target }: Order): Promise<Pick<Measured, 'rows' | 'found'>> {
  const project = { mappings: abisMappings, entities: abisEntities, source, target: { url: target } };
  if (what === 'load') {
    const { outcome } = await migrate(project, { validate: 'no' });
    return { rows: outcome?.entities.reduce((sum, { tally }) => sum + tally.read, 0) ?? 0, found: [] };
  }
  const { verdicts } = await validate(project, { level: what });
  const issues = verdicts.flatMap((verdict) => verdict.issues);
  return {
    rows: verdicts.reduce((sum, { sourceRows }) => sum + (sourceRows ?? 0), 0),
    found: issues.map(({ code, subject, message }) => `${code} ${subject}: ${message}`),
  };
}

async function asChild(order: Order): Promise<Measured> {
  const started = performance.now();
  const cpu = process.cpuUsage();
  const result = await work(order);
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    ...result,
    seconds,
    cpuSeconds: (user + system) / 1e6,
    peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

async function inChild(order: Order): Promise<Measured> {
  const measured = await measuredInChild<Measured>(__filename, order);
  const { rows, seconds, cpuSeconds, peakMiB, found } = measured;
  const rate = Math.round(rows / seconds).toLocaleString('en-US');
  const cpu = ((cpuSeconds / rows) * 1e6).toFixed(1);
  console.log(
    `${order.what.padEnd(7)} ${rows} rows, ${seconds.toFixed(1)} s, ${rate} rows/s, ${cpu} µs CPU a row, peak ${peakMiB} MiB`,
  );
  for (const line of found) console.log(`        ${line}`);
  return measured;
}

async function main(): Promise<undefined> {
  const [scale = '1', ...chosen] = process.argv.slice(2);
  const levels = COMPARE_LEVELS.filter((level) => chosen.length === 0 || chosen.includes(level));
  const servers = await startDemoServers({ scale: Number(scale) });
  try {
    const { source } = servers;
    const target = servers.target.url;
    await synchronizeSchema(target, abisEntities);
    const load = await inChild({ what: 'load', source, target });
    for (const what of levels) {
      const measured = await inChild({ what, source, target });
      const time = (measured.seconds / load.seconds).toFixed(2);
      console.log(`        ${what} : load = ${time}, CPU ${(measured.cpuSeconds / load.cpuSeconds).toFixed(2)}`);
    }
    const client = new Client({ connectionString: target });
    await client.connect();
    await client.query(
      `update coil set location = overlay(location placing '#' from 1) where id = (select max(id) from coil where location <> '')`,
    );
    await client.end();
    await inChild({ what: 'rows', source, target });
  } finally {
    await servers.stop();
  }
}

mainOrChild(main, asChild);
