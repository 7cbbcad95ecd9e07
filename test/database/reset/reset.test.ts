import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { useCases } from '../../../src/app/use-cases';
import type { ResetStep } from '../../../src/core/run/reset';
import { settingsOf, startAbis, type Abis } from '../../support/abis';
import { runCommand, type Ran } from '../../support/command-world';
import { FROM_SOURCE } from '../../support/from-source';
import type { ChildOrder } from '../../support/migrate-child';
import type { ResetOrder } from '../../support/reset-child';
import { targetFingerprint } from '../../support/target-fingerprint';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';
import { column, connected } from '../../support/sql';

const CONFIG = join(__dirname, '..', '..', '..', 'cutover.config.ts');

/** Runs a script of test/support in a process of its own; resolves with the signal or exit code that ended it. */
async function inChild(script: string, order: ChildOrder | ResetOrder): Promise<string> {
  const path = join(__dirname, '..', '..', 'support', script);
  const child = spawn(process.execPath, [...FROM_SOURCE, path], { stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.end(JSON.stringify(order));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return signal ?? String(code);
}

describe('cutover reset', () => {
  let abis: Abis;
  let url: string;
  let directory: string;

  beforeAll(async () => {
    abis = await startAbis({ scale: 0.02 });
  });

  beforeEach(async () => {
    url = await abis.anotherTarget();
    directory = temporaryFolder();
    await query(
      `insert into customer (id, number, name, is_vip, updated_at) values (999999999, 'OWN-1', 'Their own', false, now())`,
    );
  });

  afterAll(async () => {
    removeTemporaryFolders();
    await abis.stop();
  });

  const cutover = (...argv: readonly string[]): Promise<Ran> =>
    runCommand(argv, { directory, environment: settingsOf(abis.project, url), useCases });

  async function query(sql: string): Promise<unknown[]> {
    const client = await connected(url);
    try {
      return await column(client, sql);
    } finally {
      await client.end();
    }
  }

  async function fingerprint(): Promise<Record<string, unknown>> {
    const client = await connected(url);
    try {
      return await targetFingerprint(client);
    } finally {
      await client.end();
    }
  }

  const killedMigration = () =>
    inChild('migrate-child.ts', {
      source: abis.project.source,
      target: { url },
      entities: ['customer', 'coil'],
      batchSize: 200,
      resume: false,
      kill: { entity: 'coil', chunk: 2, step: 'mid-copy' },
    });

  const migrate = (...argv: readonly string[]) =>
    cutover('migrate', '--config', CONFIG, '--max-rejects', '100%', '--yes', ...argv);

  const latestRun = async () => String((await query('select id from cutover.run order by started_at desc limit 1'))[0]);

  it('takes a killed run back after it was asked to, and says so wherever a run is shown', async () => {
    const before = await fingerprint();
    expect(await killedMigration()).toBe('SIGKILL');
    const runId = await latestRun();
    expect(await fingerprint()).not.toEqual(before);
    expect(await cutover('reset')).toMatchObject({
      exitCode: 64,
      stderr: expect.stringContaining(`--run ${runId}`) as string,
    });
    expect(await cutover('reset', '--run', runId)).toMatchObject({
      exitCode: 64,
      stderr: expect.stringMatching(/CONFIRMATION_NEEDED.*remove [\d,]+ rows\?/) as string,
    });
    expect(await cutover('reset', '--run', 'nobody', '--yes')).toMatchObject({ exitCode: 66 });
    expect(await cutover('ledger', 'drop', '--yes')).toMatchObject({ exitCode: 75 });
    const done = await cutover('reset', '--run', runId, '--yes', '--json');
    expect(done.exitCode).toBe(0);
    expect(JSON.parse(done.stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      event: 'result',
      facts: { state: 'reset' },
    });
    expect(await fingerprint()).toEqual(before);
    expect((await cutover('status')).stdout).toMatch(/: reset, .*What it had loaded was removed/s);
    expect(await migrate('--resume')).toMatchObject({
      exitCode: 66,
      stderr: expect.stringContaining('was reset') as string,
    });
    expect((await cutover('ledger', 'list')).stdout).toMatch(new RegExp(`^${runId} +reset .* 0 +0$`, 'm'));
    expect((await cutover('ledger', 'drop', '--yes')).exitCode).toBe(0);
    expect(await query(`select nspname from pg_namespace where nspname = 'cutover'`)).toEqual([]);
    expect((await cutover('ledger', 'list')).stdout).toContain('No run');
    expect(await cutover('ledger', 'drop', '--yes')).toMatchObject({
      exitCode: 66,
      stderr: expect.stringContaining('there is no ledger') as string,
    });
  });

  it('takes a complete run of all entities back, and tells the checkpoint file', async () => {
    const before = await fingerprint();
    expect((await migrate()).exitCode).toBe(0);
    const runId = await latestRun();
    const reset = await cutover('reset', '--run', runId, '--yes');
    expect(reset.stdout).toContain(`Run ${runId} is reset`);
    expect(await fingerprint()).toEqual(before);
    const checkpoint: unknown = JSON.parse(readFileSync(join(directory, 'migration_checkpoint.json'), 'utf8'));
    expect(checkpoint).toMatchObject({ runId, state: 'reset', entities: {}, resume: null });
    expect(await migrate('--restart')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('nothing to reset first') as string,
    });
  });

  it('takes a run back whose rows a later run has overwritten, once that one is reset, and refuses before', async () => {
    const before = await fingerprint();
    const entities = ['--entity', 'customer', 'coil'];
    expect((await migrate(...entities)).exitCode).toBe(0);
    const first = await latestRun();
    const loaded = await fingerprint();
    expect((await migrate(...entities, '--on-conflict', 'update')).exitCode).toBe(0);
    const second = await latestRun();
    expect(await cutover('reset', '--run', first, '--yes')).toMatchObject({
      exitCode: 65,
      stderr: expect.stringMatching(
        new RegExp(`RESET_BLOCKED.*coil .*customer .*reset --run ${second}"`, 's'),
      ) as string,
    });
    expect((await cutover('reset', '--run', second, '--yes')).stdout).toContain(`Run ${second} is reset. `);
    expect(await fingerprint()).toEqual(loaded);
    expect((await cutover('reset', '--run', first, '--yes')).stdout).toContain(`Run ${first} is reset. `);
    expect(await fingerprint()).toEqual(before);
  });

  it('leaves rows that were changed since only when told to, and says so wherever the run is shown', async () => {
    expect((await migrate('--entity', 'customer', 'coil')).exitCode).toBe(0);
    const runId = await latestRun();
    await query(`update coil set alloy = alloy where id in (select id from coil order by id limit 3)`);
    await query(`alter table coil disable trigger all`);
    const refused = await cutover('reset', '--run', runId, '--entity', 'coil', '--yes');
    expect(refused).toMatchObject({ exitCode: 65, stderr: expect.stringContaining('--leave-changed') as string });
    const taken = await cutover('reset', '--run', runId, '--entity', 'coil', '--yes', '--leave-changed');
    expect(taken.stdout).toMatch(/^coil +[\d,]+ +0 +3$[\s\S]*but for 3 rows that were changed or deleted since/m);
    expect((await cutover('status')).stdout).toMatch(/^coil +0 [\s\S]*Not loaded, or taken back: coil/m);
    await query('delete from coil');
    expect((await cutover('reset', '--run', runId, '--yes')).stdout).toContain(`Run ${runId} is reset`);
    const but = 'but for 3 rows that were changed or deleted since';
    expect((await cutover('status')).stdout).toContain(but);
    const validated = await cutover('validate', '--config', CONFIG);
    expect(validated.exitCode).not.toBe(0);
    expect(validated.stdout).toMatch(new RegExp(`RUN_NOT_COMPLETE.*${but}`));
    expect(validated.stdout).not.toContain('COUNT_MISMATCH');
  });

  it('gives back what a run has overwritten, and the target can be loaded anew as if it had never been', async () => {
    expect((await migrate('--entity', 'customer')).exitCode).toBe(0);
    await query(`update customer set name = 'local ' || id, phone = null where id % 2 = 0`);
    expect((await cutover('ledger', 'drop', '--yes')).exitCode).toBe(0);
    const before = await fingerprint();
    const entities = ['--entity', 'customer', 'coil', '--on-conflict', 'update'];
    expect((await migrate(...entities)).exitCode).toBe(0);
    expect(await query(`select count(*)::int from customer where name like 'local %'`)).toEqual([0]);
    const loaded = await fingerprint();
    const reset = await cutover('reset', '--run', await latestRun(), '--yes');
    expect(reset.stdout).toMatch(/^customer +0 +[\d,]+ +0$/m);
    expect(await fingerprint()).toEqual(before);
    expect((await migrate(...entities)).exitCode).toBe(0);
    expect(await fingerprint()).toEqual(loaded);
  });

  it('killed with SIGKILL leaves the run whole or undone; the next reset ends with the target as it was', async () => {
    const before = await fingerprint();
    expect((await migrate('--entity', 'customer', 'coil')).exitCode).toBe(0);
    const runId = await latestRun();
    const loaded = await fingerprint();
    for (const kill of ['removed', 'recorded', 'committed'] satisfies ResetStep[]) {
      expect(await inChild('reset-child.ts', { target: { url }, runId, kill })).toBe('SIGKILL');
      if (kill !== 'committed') expect(await fingerprint()).toEqual(loaded);
    }
    expect(await query('select state from cutover.run')).toEqual(['reset']);
    expect(await inChild('reset-child.ts', { target: { url }, runId, kill: null })).toBe('0');
    expect(await fingerprint()).toEqual(before);
  });

  it('is what migrate --restart does once the pre-flight is content: the new run ends as if there had been none before', async () => {
    expect(await killedMigration()).toBe('SIGKILL');
    const killed = await latestRun();
    const entities = ['--entity', 'customer', 'coil'];
    expect(await migrate(...entities)).toMatchObject({
      exitCode: 75,
      stderr: expect.stringMatching(/RUN_UNFINISHED.*--restart/s) as string,
    });
    await query('alter table coil rename column alloy to alloy_2');
    expect(await migrate(...entities, '--restart')).toMatchObject({ exitCode: 65 });
    expect(await query(`select state from cutover.run where state = 'reset'`)).toEqual([]);
    await query('alter table coil rename column alloy_2 to alloy');
    expect(await migrate(...entities, '--restart', '--validate')).toMatchObject({ exitCode: 0 });
    expect(await query('select state from cutover.run order by started_at')).toEqual(['reset', 'complete']);
    expect(await query(`select count(*)::int from cutover.chunk_load where run = '${killed}'`)).toEqual([0]);
    expect(await migrate(...entities, '--restart')).toMatchObject({
      exitCode: 66,
      stderr: expect.stringMatching(/there is nothing to restart.*cutover reset --config .* --run /s) as string,
    });
  });
});
