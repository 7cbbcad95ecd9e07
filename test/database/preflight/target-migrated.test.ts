import { runCheck } from '../../../src/app/run-check';
import { runReset } from '../../../src/app/run-reset';
import { DEFAULT_SCAN, runScan } from '../../../src/app/run-scan';
import { runMigration, DEFAULT_MIGRATION } from '../../../src/app/run-migration';
import { runValidation } from '../../../src/app/run-validation';
import type { Issue } from '../../../src/core/issues';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import { PEOPLE, startGuarded, type GuardedProject } from '../../support/guarded-project';
import { column, connected } from '../../support/sql';
import { startTestServer } from '../../support/test-server';
import { QUIET } from '../../support/quiet';

let guarded: GuardedProject;

beforeAll(async () => {
  guarded = await startGuarded();
});
beforeEach(() => guarded.afresh());
afterAll(() => guarded.stop());

const EVERY = { kind: 'percent', percent: 100 } as const;
const rows = async () => Number((await column(guarded.client, 'select count(*) from person'))[0]);
const found = (issues: readonly Issue[], code: string) => issues.filter((issue) => issue.code === code);
const person = { schema: 'public', name: 'person' };

async function migrated(): Promise<string> {
  const { result } = await guarded.run('owner');
  expect(result?.outcome?.state).toBe('complete');
  return result?.outcome?.runId ?? '';
}

describe('a target that holds a finished run of the entity', () => {
  it('refuses another one before anything is taken away, and names each way on', async () => {
    const runId = await migrated();
    await guarded.client.query('delete from person where id <= 2');
    const { error, issues } = await guarded.run('owner');
    expect(error).toMatchObject({ code: 'PREFLIGHT_FAILED', facts: { first: 'TARGET_MIGRATED' } });
    const [issue] = found(issues, 'TARGET_MIGRATED');
    expect(issue).toMatchObject({ level: 'error', subject: 'person' });
    for (const way of [
      `cutover validate --run ${runId} --level rows --differences differences.json`,
      'cutover repair --from differences.json',
      `cutover reset --run ${runId}`,
      '--on-conflict skip',
    ]) {
      expect(issue?.hint).toContain(way);
    }
    expect(await rows()).toBe(PEOPLE - 2);
    expect(await column(guarded.client, 'select count(*) from cutover.run')).toEqual(['1']);
  });

  it('is found by check and by the scan; a rehearsal goes on and says it', async () => {
    await migrated();
    const checked = await runCheck(guarded.project('owner'), { entities: [], scope: 'everything' });
    expect(found(checked, 'TARGET_MIGRATED')).toMatchObject([{ level: 'error' }]);
    const request = { ...DEFAULT_SCAN, rejectLimit: EVERY } as const;
    const scanned = await runScan(guarded.project('owner'), request, QUIET);
    expect(found(scanned.preflight, 'TARGET_MIGRATED')).toMatchObject([{ level: 'error' }]);
    expect(scanned.readiness?.entities).toMatchObject([{ state: 'scanned' }]);
    const decided = await runScan(guarded.project('owner'), { ...request, onConflict: 'skip' }, QUIET);
    expect(found(decided.preflight, 'TARGET_MIGRATED')).toEqual([]);
    const { result, issues } = await guarded.run('owner', { mode: 'rehearse', rejectLimit: EVERY });
    expect(result?.forecast?.conflicts).toMatchObject([{ entity: 'person' }]);
    expect(found(issues, 'TARGET_MIGRATED')).toMatchObject([{ level: 'warning' }]);
  });

  it.each(['skip', 'reject', 'update'] as const)('lets one go on that says --on-conflict %s', async (onConflict) => {
    await migrated();
    const { result } = await guarded.run('owner', { onConflict, rejectLimit: EVERY });
    expect(result?.outcome?.state).toBe('complete');
  });

  it.each([
    ['has skipped every row', 0],
    ['has added some rows', 3],
  ])('names the runs that hold rows where a later one %s, so that its hint can be followed', async (_, missing) => {
    const first = await migrated();
    await guarded.client.query(`delete from person where id <= ${missing}`);
    const later = await guarded.run('owner', { onConflict: 'skip' });
    expect(later.result?.outcome).toMatchObject({
      state: 'complete',
      entities: [{ tally: { inserted: missing, skipped: PEOPLE - missing } }],
    });
    const holding = missing === 0 ? [first] : [later.result?.outcome?.runId ?? '', first];
    const refused = await guarded.run('owner');
    const [issue] = found(refused.issues, 'TARGET_MIGRATED');
    expect(issue?.message).toContain(holding.join(' and '));
    const resets = [...(issue?.hint ?? '').matchAll(/"cutover reset --run ([^"]+)"/g)].map(([, runId = '']) => runId);
    expect(resets).toEqual(holding);
    const at = { url: guarded.url };
    for (const runId of resets) await runReset(at, { runId, entities: [], changed: 'leave' }, QUIET);
    expect(await rows()).toBe(0);
    const { result } = await guarded.run('owner');
    expect(result?.outcome).toMatchObject({ state: 'complete', entities: [{ tally: { inserted: PEOPLE } }] });
  });

  it('refuses --restart by its own name: it takes back unfinished runs only', async () => {
    const runId = await migrated();
    const { error } = await guarded.run('owner', { restart: 'unfinished' });
    expect(error).toMatchObject({
      code: 'RUN_NOT_FOUND',
      hint: expect.stringContaining(`reset --run ${runId}`) as string,
    });
  });

  it.each([
    ['was reset', (later: string) => resetting([])(later)],
    ['is unfinished', () => Promise.resolve(null)],
  ])(
    'refuses --restart before anything is taken back where a later run %s, unless --on-conflict is given',
    async (_, change) => {
      const runId = await migrated();
      const aborted = await guarded.run('owner', { onConflict: 'abort' });
      await change(aborted.result?.outcome?.runId ?? '');
      const states = 'select state from cutover.run order by nth';
      const before = await column(guarded.client, states);
      const { error, issues } = await guarded.run('owner', { restart: 'unfinished', rejectLimit: EVERY });
      expect(error).toMatchObject({ code: 'PREFLIGHT_FAILED', facts: { first: 'TARGET_MIGRATED' } });
      expect(found(issues, 'TARGET_MIGRATED')[0]?.message).toContain(runId);
      expect(await column(guarded.client, states)).toEqual(before);
      expect(await rows()).toBe(PEOPLE);
      const { result } = await guarded.run('owner', { restart: 'unfinished', onConflict: 'skip' });
      expect(result?.outcome).toMatchObject({ state: 'complete', entities: [{ tally: { skipped: PEOPLE } }] });
    },
  );

  const resetting = (entities: readonly string[]) => (runId: string) =>
    runReset({ url: guarded.url }, { runId, entities }, QUIET);
  const sql = (text: string) => () => guarded.client.query(text);
  it.each<readonly [string, (runId: string) => Promise<unknown>]>([
    ['it was reset', resetting([])],
    ['its entity was reset', resetting(['person'])],
    ['its table was made anew', sql('drop table person; create table person (id int4 primary key, name varchar(20))')],
    ['it was of another mapping of the table', sql(`update cutover.entity_table set entity = 'other'`)],
    ['it is not finished', sql(`update cutover.run set state = 'failed'`)],
  ])('is none any more when %s', async (_, change) => {
    const runId = await migrated();
    await change(runId);
    const target = await openPostgresTarget({ url: guarded.url });
    expect(await target.ledger.migratedBy('person', person)).toEqual([]);
    await target.close();
  });

  it('does not refuse a run that is resumed', async () => {
    await migrated();
    await guarded.client.query('truncate person');
    await guarded.run('owner', { onConflict: 'reject', rejectLimit: { kind: 'rows', rows: 0 } });
    await guarded.client.query(
      `update cutover.run set state = 'failed' where nth = (select max(nth) from cutover.run)`,
    );
    const { error, issues } = await guarded.run('owner', { resume: {} });
    expect(error).toBeNull();
    expect(found(issues, 'TARGET_MIGRATED')).toEqual([]);
  });
});

describe('an unlogged target table', () => {
  it('is refused, unless it is allowed: then the run, its resume, validate and report say it', async () => {
    await guarded.client.query('alter table person set unlogged');
    const refused = await guarded.run('owner');
    expect(refused.error).toMatchObject({ code: 'PREFLIGHT_FAILED', facts: { first: 'TARGET_UNLOGGED' } });
    expect(await rows()).toBe(0);
    const { result, issues } = await guarded.run('owner', { allowUnlogged: true });
    expect(result?.outcome?.state).toBe('complete');
    expect(found(issues, 'TARGET_UNLOGGED')).toMatchObject([{ level: 'warning' }]);
    const { verdicts } = await runValidation(guarded.project('owner'), { entities: [], runId: null });
    expect(found(verdicts[0]?.issues ?? [], 'TARGET_UNLOGGED')).toMatchObject([{ level: 'warning' }]);
    await guarded.client.query(
      `update cutover.run set state = 'failed'; delete from cutover.chunk_load; truncate person`,
    );
    expect((await guarded.run('owner', { resume: {} })).result?.outcome?.state).toBe('complete');
  });

  it('is found when it became so between start and resume', async () => {
    await migrated();
    await guarded.client
      .query(`update cutover.run set state = 'failed'; delete from cutover.chunk_load; truncate person;
      alter table person set unlogged`);
    const { error } = await guarded.run('owner', { resume: {} });
    expect(error).toMatchObject({ code: 'PREFLIGHT_FAILED', facts: { first: 'TARGET_UNLOGGED' } });
    const { verdicts } = await runValidation(guarded.project('owner'), { entities: [], runId: null });
    expect(found(verdicts[0]?.issues ?? [], 'TARGET_UNLOGGED')).toHaveLength(1);
  });

  it('loses its rows in a crash of the server, which the comparison finds while the ledger still has them', async () => {
    const server = await startTestServer();
    try {
      const url = await server.createDatabase('crashing');
      let client = await connected(url);
      await client.query('create unlogged table person (id int4 primary key, name varchar(20) not null)');
      const project = { ...guarded.project('owner'), target: { url } };
      const request = { ...DEFAULT_MIGRATION, allowUnlogged: true };
      const { outcome } = await runMigration(project, request, QUIET);
      expect(outcome?.state).toBe('complete');
      client.on('error', () => undefined);
      process.kill(server.pid, 'SIGKILL');
      await client.end().catch(() => undefined);
      await server.restart();
      client = await connected(url);
      expect(await column(client, 'select count(*) from person')).toEqual(['0']);
      expect(await column(client, 'select sum(inserted) from cutover.chunk_load')).toEqual([String(PEOPLE)]);
      await client.end();
      const { verdicts } = await runValidation(project, { entities: [], runId: null });
      expect(verdicts[0]?.issues.map(({ code }) => code)).toEqual(
        expect.arrayContaining(['COUNT_MISMATCH', 'TARGET_UNLOGGED']),
      );
    } finally {
      await server.stop();
    }
  });
});
