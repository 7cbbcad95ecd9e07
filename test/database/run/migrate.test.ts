import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import oracledb from 'oracledb';
import { runCheck } from '../../../src/app/run-check';
import { migrateWithFiles } from '../../../src/app/migrate-with-files';
import { DEFAULT_MIGRATION, runMigration, type MigrationRequest } from '../../../src/app/run-migration';
import { runStatus } from '../../../src/app/run-status';
import { runValidation } from '../../../src/app/run-validation';
import type { Ui } from '../../../src/app/ui';
import { useCases } from '../../../src/app/use-cases';
import type { Emit } from '../../../src/core/run/events';
import { compareDemo } from '../../../src/demo/compare';
import { startAbis, type Abis } from '../../support/abis';
import { recordEvents } from '../../support/a-run';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';
import { withClient } from '../../support/sql';

const SCALE = 0.02;

const REQUEST: MigrationRequest = {
  ...DEFAULT_MIGRATION,
  batchSize: 200,
  rejectLimit: { kind: 'percent', percent: 100 },
};

const agreeing = (emit: Emit): Ui => ({
  emit,
  signal: new AbortController().signal,
  confirm: () => Promise.resolve(),
  askSecret: () => Promise.resolve(null),
});

describe('a migration of the reference application', () => {
  let abis: Abis;

  beforeAll(async () => {
    abis = await startAbis({ scale: SCALE });
  });
  afterAll(async () => {
    removeTemporaryFolders();
    await abis.stop();
  });

  const migrateInto = (targetUrl: string, request: Partial<MigrationRequest> = {}, emit?: Emit) =>
    runMigration(
      { ...abis.project, target: { url: targetUrl } },
      { ...REQUEST, ...request },
      {
        emit: emit ?? recordEvents().emit,
        signal: new AbortController().signal,
        confirm: () => Promise.resolve(),
      },
    );

  it('loads every expected value, rejects exactly the planned rows, and proves itself', async () => {
    const result = await migrateInto(abis.targetUrl);
    expect(result.outcome?.entities.map(({ entity, state, because }) => ({ entity, state, because }))).toEqual(
      expect.arrayContaining([{ entity: 'coil', state: 'complete', because: null }]),
    );
    expect(await withClient(abis.targetUrl, (client) => compareDemo(client, { scale: SCALE, seed: 1 }))).toEqual([]);
    expect(result.verdicts.flatMap(({ issues }) => issues)).toEqual([]);
    for (const { tally } of result.outcome?.entities ?? []) {
      expect(tally.read).toBe(tally.source);
      expect(tally.inserted + tally.rejected + tally.filtered).toBe(tally.read);
    }
  });

  it('leaves all foreign keys in place and validated', async () => {
    const keys = await withClient(abis.targetUrl, async (client) =>
      client.query(`select conname, convalidated from pg_constraint where contype = 'f'`),
    );
    expect(keys.rows.length).toBeGreaterThanOrEqual(8);
    expect(keys.rows.every((row: { convalidated: boolean }) => row.convalidated)).toBe(true);
  });

  it('can be validated and looked at afterwards, from the ledger and both databases', async () => {
    const validation = await runValidation(abis.project, { entities: [], runId: null });
    expect(validation.verdicts).toHaveLength(8);
    expect(validation.verdicts.flatMap(({ issues }) => issues)).toEqual([]);
    const status = await runStatus(abis.project.target, null);
    expect(status?.run.state).toBe('complete');
  });

  it('finds a row that was deleted from the target behind its back', async () => {
    await withClient(abis.targetUrl, (client) =>
      client.query('delete from skid where id = (select min(id) from skid)'),
    );
    const { verdicts } = await runValidation(abis.project, { entities: ['skid'], runId: null });
    expect(verdicts.flatMap(({ issues }) => issues)).toMatchObject([{ code: 'COUNT_MISMATCH', subject: 'skid' }]);
  });

  it('checks without an error before the load', async () => {
    const target = await abis.anotherTarget();
    const issues = await runCheck({ ...abis.project, target: { url: target } }, { entities: [], scope: 'everything' });
    expect(issues.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it.each([2, 3])('gives every entity the same account with %d lanes as with one', async (lanes) => {
    const accounts = async (request: Partial<MigrationRequest>): Promise<unknown> => {
      const target = await abis.anotherTarget();
      const { outcome, verdicts } = await migrateInto(target, request);
      expect(verdicts.flatMap(({ issues }) => issues)).toEqual([]);
      expect(await withClient(target, (client) => compareDemo(client, { scale: SCALE, seed: 1 }))).toEqual([]);
      return outcome?.entities.map(({ entity, state, tally }) => ({ entity, state, tally }));
    };
    expect(await accounts({ lanes, batchSize: 120 })).toEqual(await accounts({ batchSize: 120 }));
  });

  it('does not see rows that the legacy side commits while it runs', async () => {
    const target = await abis.anotherTarget();
    const legacy = await oracledb.getConnection(abis.project.source);
    let inserting = Promise.resolve();
    // A parent and its child, committed when the SCN is taken and neither table is read yet.
    const insert = async (): Promise<void> => {
      await legacy.execute(
        `INSERT INTO AB_CUSTOMER (CUST_ID, CUST_NO, CUST_NM, LAST_UPD) VALUES (999999, 'C999999', 'Late', SYSDATE)`,
      );
      await legacy.execute(
        `INSERT INTO AB_COIL (COIL_ID, COIL_NO, CUST_ID, ALLOY_CD, TEMPER_CD, GAUGE_MM, WIDTH_MM, RECV_DTM, STATUS_CD)
         VALUES (99999999, 'LATE', 999999, '1100', 'H14', 1, 1, SYSDATE, 'S')`,
      );
      await legacy.commit();
    };
    const { outcome, verdicts } = await migrateInto(target, {}, (name) => {
      if (name === 'run:started') inserting = insert();
    });
    await inserting;
    const { rows } = await legacy.execute<unknown[]>('SELECT COUNT(*) FROM AB_COIL WHERE COIL_ID = 99999999');
    expect(rows).toEqual([[1]]);
    await legacy.close();
    expect(outcome?.state).toBe('complete');
    expect(verdicts.flatMap(({ issues }) => issues)).toEqual([]);
    expect(await withClient(target, (client) => compareDemo(client, { scale: SCALE, seed: 1 }))).toEqual([]);
  });

  it('keeps the summary of a run whose rejects cannot be exported, and says so by its exit code', async () => {
    const target = await abis.anotherTarget();
    const logDirectory = temporaryFolder();
    const { events, emit } = recordEvents();
    const ui = agreeing((name, facts) => {
      // A folder stands where the file should be, since the run has begun.
      if (name === 'run:started') mkdirSync(join(logDirectory, 'rejects.jsonl'));
      emit(name, facts);
    });
    const report = await migrateWithFiles(
      { ...abis.project, target: { url: target } },
      { ...REQUEST, logDirectory },
      ui,
    );
    expect(report.output).toContain('complete');
    expect(report.exitCode).toBe(73);
    const issues = events.filter(({ name }) => name === 'issue').map(({ facts }) => facts);
    expect(issues.at(-1)).toMatchObject({ code: 'FILE_NOT_WRITABLE', level: 'error' });
  });

  it('leaves the rejects and the report of a rehearsal under names of their own', async () => {
    const project = { ...abis.project, target: { url: await abis.anotherTarget() } };
    const logDirectory = temporaryFolder();
    const options = { ...REQUEST, mode: 'rehearse' as const, logDirectory };
    await migrateWithFiles(project, options, agreeing(recordEvents().emit));
    expect(readdirSync(logDirectory)).toEqual([
      'rejects_rehearsal.jsonl',
      'report_rehearsal.html',
      'report_rehearsal.json',
      'report_rehearsal.md',
    ]);
    const page = readFileSync(join(logDirectory, 'report_rehearsal.html'), 'utf8');
    expect(page).toContain('<p>Rehearsal: Complete and accounted for');
    const [first = ''] = readFileSync(join(logDirectory, 'rejects_rehearsal.jsonl'), 'utf8').split('\n');
    expect(JSON.parse(first)).toMatchObject({ key: [expect.any(String)], raw: expect.any(Object) as object });
  });

  it('tells a run that is not in the ledger from a ledger without any', async () => {
    const environment = { DATABASE_URL: await abis.anotherTarget() };
    const options = { directory: temporaryFolder(), configPath: null, environment };
    const ui = agreeing(recordEvents().emit);
    await expect(useCases.status({ ...options, runId: 'nonsense' }, ui)).rejects.toMatchObject({
      code: 'RUN_NOT_FOUND',
      message: expect.stringContaining('nonsense') as string,
    });
    expect((await useCases.status({ ...options, runId: null }, ui)).exitCode).toBe(66);
  });

  it('begins no run when it was interrupted before', async () => {
    const target = await abis.anotherTarget();
    const ui = { emit: recordEvents().emit, signal: AbortSignal.abort(), confirm: () => Promise.resolve() };
    const project = { ...abis.project, target: { url: target } };
    await expect(runMigration(project, REQUEST, ui)).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(await runStatus({ url: target }, null)).toBeNull();
  });

  it('says that there is nothing to resume before it looks at anything else', async () => {
    const target = await abis.anotherTarget();
    await expect(migrateInto(target, { resume: {}, entities: ['skid'] })).rejects.toMatchObject({
      code: 'RUN_NOT_FOUND',
    });
  });

  it('rehearses in a shadow schema and leaves nothing behind', async () => {
    const target = await abis.anotherTarget();
    const inventory = (): Promise<unknown> =>
      withClient(target, async (client) => {
        const { rows } = await client.query(
          `select n.nspname, c.relname, c.relkind from pg_class c join pg_namespace n on n.oid = c.relnamespace
           where n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema' order by 1, 2`,
        );
        return rows as unknown;
      });
    const before = await inventory();
    const result = await migrateInto(target, { mode: 'rehearse' });
    expect(result.outcome?.state).toBe('complete');
    expect(result.outcome?.rejects.rejected).toBeGreaterThan(0);
    expect(await inventory()).toEqual(before);
  });

  it('names the parents that must be there when one entity is asked for alone', async () => {
    const target = await abis.anotherTarget();
    await expect(migrateInto(target, { entities: ['skid'] })).rejects.toMatchObject({
      code: 'PREFLIGHT_FAILED',
      message: expect.stringMatching(/^the pre-flight found \d+ errors?( and \d+ warnings?)?$/) as string,
    });
  });

  it('filters by a condition and counts what it filtered', async () => {
    const target = await abis.anotherTarget();
    const { outcome, verdicts } = await migrateInto(target, {
      entities: ['carrier', 'line', 'customer'],
      where: { customer: 'CUST_ID < 1000000' },
    });
    expect(outcome?.state).toBe('complete');
    expect(verdicts.flatMap(({ issues }) => issues)).toEqual([]);
  });
});
