import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Client } from 'pg';
import type { ChunkStep } from '../../src/core/events';
import { startAbis, type Abis } from '../support/abis';
import type { ChildOrder } from '../support/migrate-child';

const CHILD = join(__dirname, '..', 'support', 'migrate-child.ts');
const ENTITIES = ['customer', 'coil'];

/** Runs a migration in a process of its own; resolves with the signal or exit code that ended it. */
async function migrateInChild(order: ChildOrder): Promise<{ readonly end: string; readonly output: string }> {
  const child = spawn(process.execPath, ['-r', '@swc-node/register', CHILD], { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  child.stdin.end(JSON.stringify(order));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { end: signal ?? String(code), output };
}

/** Everything a run leaves that must not depend on where it was killed. */
async function traces(url: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const rows = async (sql: string): Promise<unknown[]> => (await client.query(sql)).rows as unknown[];
  try {
    return {
      customers: await rows(`select count(*), md5(string_agg(c::text, '|' order by id)) from customer c`),
      coils: await rows(`select count(*), md5(string_agg(c::text, '|' order by id)) from coil c`),
      rejects: await rows('select entity, stage, key, property, reason from cutover.reject order by 1, 3, 4, 5'),
      chunks: await rows(
        'select entity, chunk, read, loaded, rejected, checksum from cutover.chunk_load order by 1, 2',
      ),
      indexes: await rows(`select indexdef from pg_indexes where schemaname = 'public' order by indexname`),
      triggers: await rows('select tgname, tgenabled from pg_trigger where not tgisinternal order by 1'),
      foreignKeys: await rows(`select conname, convalidated from pg_constraint where contype = 'f' order by 1`),
    };
  } finally {
    await client.end();
  }
}

/** The numbers of the lanes that have loaded a chunk. */
async function lanesIn(url: string): Promise<number[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ lane: number }>('select distinct lane from cutover.chunk_load order by 1');
    return rows.map(({ lane }) => lane);
  } finally {
    await client.end();
  }
}

describe('migrate, killed with SIGKILL', () => {
  let abis: Abis;
  let uninterrupted: unknown;

  const order = (target: string, changes: Partial<ChildOrder>): ChildOrder => ({
    source: abis.project.source,
    target: { url: target },
    entities: ENTITIES,
    batchSize: 500,
    resume: false,
    kill: null,
    ...changes,
  });

  beforeAll(async () => {
    abis = await startAbis({ scale: 0.05 });
    const { end, output } = await migrateInChild(order(abis.targetUrl, {}));
    expect({ end, output }).toMatchObject({ end: '0' });
    uninterrupted = await traces(abis.targetUrl);
  });

  afterAll(() => abis.stop());

  it.each<[ChunkStep]>([['before-fence'], ['fenced'], ['mid-copy'], ['copied'], ['committed']])(
    'at the step %s of a chunk and resumed at once leaves the same rows, rejects and checksums',
    async (step) => {
      const target = await abis.anotherTarget();
      const killed = await migrateInChild(order(target, { kill: { entity: 'coil', chunk: 2, step } }));
      expect(killed.end).toBe('SIGKILL');
      const resumed = await migrateInChild(order(target, { resume: true }));
      expect(resumed).toEqual({ end: '0', output: expect.stringContaining('complete') as string });
      expect(await traces(target)).toEqual(uninterrupted);
    },
  );

  it.each([2, 3])('leaves with %d lanes the same rows, rejects and checksums as with one', async (lanes) => {
    const target = await abis.anotherTarget();
    const { end, output } = await migrateInChild(order(target, { lanes }));
    expect({ end, output }).toMatchObject({ end: '0' });
    expect(await traces(target)).toEqual(uninterrupted);
    expect(await lanesIn(target)).toEqual(Array.from({ length: lanes }, (_, lane) => lane));
  });

  it.each<[ChunkStep, number]>([
    ['fenced', 3],
    ['mid-copy', 1],
    ['copied', 3],
    ['committed', 2],
  ])('with three lanes at the step %s and resumed with %d leaves the same, too', async (step, lanes) => {
    const target = await abis.anotherTarget();
    const kill = { entity: 'coil', chunk: 3, step };
    expect((await migrateInChild(order(target, { lanes: 3, kill }))).end).toBe('SIGKILL');
    const resumed = await migrateInChild(order(target, { lanes, resume: true }));
    expect(resumed).toEqual({ end: '0', output: expect.stringContaining('complete') as string });
    expect(await traces(target)).toEqual(uninterrupted);
  });
});
