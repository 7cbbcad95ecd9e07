import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrateWithFiles } from '../../../src/app/migrate-with-files';
import { DEFAULT_MIGRATION, type MigrationRequest } from '../../../src/app/run-migration';
import type { Emit } from '../../../src/core/run/events';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import { NO_SETTINGS } from '../../../src/core/run/run-settings';
import { recordEvents } from '../../support/a-run';
import { startAbis, type Abis } from '../../support/abis';
import { holdLedger } from '../../support/ledger-hold';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';
import { column, connected } from '../../support/sql';

let abis: Abis;
beforeAll(async () => {
  abis = await startAbis({ scale: 0.02 });
});
afterAll(async () => {
  removeTemporaryFolders();
  await abis.stop();
});

function migrate(
  url: string,
  logDirectory: string,
  changes: Partial<MigrationRequest> = {},
  emit: Emit = () => undefined,
) {
  return migrateWithFiles(
    { ...abis.project, target: { url } },
    {
      ...DEFAULT_MIGRATION,
      entities: ['customer', 'coil'],
      batchSize: 200,
      rejectLimit: { kind: 'percent', percent: 100 },
      validate: 'no',
      logDirectory,
      ...changes,
    },
    {
      emit,
      signal: new AbortController().signal,
      confirm: () => Promise.resolve(),
      askSecret: () => Promise.resolve(''),
    },
  );
}

describe('an index that does not come back after the load', () => {
  it('fails the run by name, with the account of every entity and all rejects; a resume finishes it', async () => {
    const url = await abis.anotherTarget();
    const logDirectory = temporaryFolder();
    const hold = await holdLedger(url, 'entity_table');
    const running = migrate(url, logDirectory);
    await hold.reached();
    const client = await connected(url);
    // Its name is taken while it is away.
    await client.query('create table coil_customer_id_idx ()');
    await hold.letGo();

    const report = await running;
    expect(report.exitCode).toBe(74);
    expect(report.output).toMatch(/^coil +914 .* accounted$/m);
    expect(report.output).toContain('All rows are loaded, but not everything came back in place: LOAD_FAILED');
    expect(report.output).toContain('orphans  coil.customerId');
    expect(report.output).toMatch(/Go on with: cutover migrate --resume --run \S+/);
    expect(report.output).toContain('foreign keys, triggers and secondary indexes of these tables stay set aside');
    const lines = readFileSync(join(logDirectory, 'rejects.jsonl'), 'utf8').trim().split('\n');
    expect(lines).toHaveLength(Number((await column(client, 'select count(*) from cutover.reject'))[0]));
    expect(lines.length).toBeGreaterThan(5);
    expect(await column(client, 'select state from cutover.run')).toEqual(['failed']);

    await client.query('drop table coil_customer_id_idx');
    const resumed = await migrate(url, logDirectory, { entities: [], resume: {} });
    expect(resumed).toMatchObject({ exitCode: 0, output: expect.stringContaining(': complete after') as string });
    expect(await column(client, `select count(*) from pg_indexes where indexname = 'coil_customer_id_idx'`)).toEqual([
      '1',
    ]);
    await client.end();
  });
});

describe('a condition that the source refuses', () => {
  it('is found before the run has a row in the ledger', async () => {
    const url = await abis.anotherTarget();
    const { events, emit } = recordEvents();
    const refused = migrate(url, temporaryFolder(), { where: { coil: 'NO_SUCH_COLUMN = 1' } }, emit);
    await expect(refused).rejects.toMatchObject({ code: 'PREFLIGHT_FAILED' });
    expect(events.map(({ facts }) => facts)).toEqual(
      expect.arrayContaining([expect.objectContaining({ code: 'CONDITION_REFUSED', level: 'error', subject: 'coil' })]),
    );
    const client = await connected(url);
    expect(await column(client, `select to_regclass('cutover.run')`)).toEqual([null]);
    await client.end();
  });
});

describe('a log folder in which nothing can be written', () => {
  it('is refused before anything is loaded', async () => {
    const url = await abis.anotherTarget();
    const folder = join(temporaryFolder(), 'checkpoint');
    await expect(migrate(url, join(folder, 'migration_checkpoint.json', '..', '\0'))).rejects.toMatchObject({
      code: 'FILE_NOT_WRITABLE',
    });
    const client = await connected(url);
    expect(await column(client, `select to_regclass('cutover.run')`)).toEqual([null]);
    await client.end();
    expect(existsSync(join(folder, 'rejects.jsonl'))).toBe(false);
  });
});

describe('the latest run', () => {
  it('is the one that began last, also where the clock of the database was set back in between', async () => {
    const url = await abis.anotherTarget();
    const target = await openPostgresTarget({ url });
    await target.ledger.install();
    const setup = { scn: '1', source: 's', target: 't', fingerprints: {}, settings: NO_SETTINGS };
    await target.ledger.createRun({ ...setup, id: 'first' });
    const client = await connected(url);
    await client.query(`update cutover.run set started_at = clock_timestamp() + interval '1 hour'`);
    await target.ledger.createRun({ ...setup, id: 'second' });
    expect((await target.ledger.findRun())?.id).toBe('second');
    await expect(target.ledger.createRun({ ...setup, id: 'first' })).rejects.toMatchObject({ code: 'LOAD_FAILED' });
    await target.close();
    await client.end();
  });
});
