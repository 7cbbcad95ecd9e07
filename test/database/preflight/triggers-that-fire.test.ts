import { runCheck } from '../../../src/app/run-check';
import { runRepair } from '../../../src/app/run-repair';
import { runReport } from '../../../src/app/run-report';
import { runRetry } from '../../../src/app/run-rejects';
import { runReset } from '../../../src/app/run-reset';
import { DEFAULT_SCAN, runScan } from '../../../src/app/run-scan';
import { runValidation } from '../../../src/app/run-validation';
import { entityJobs } from '../../../src/app/project/entity-jobs';
import type { RunStart } from '../../../src/core/run/evidence';
import type { DifferenceList } from '../../../src/core/comparison/difference-list';
import { NOTHING_ALLOWED, type Allowances } from '../../../src/core/run/hazards';
import { setAside } from '../../../src/migrate/target/set-aside';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import { validationReport } from '../../../src/report/screen/validation';
import { NO_SETTINGS } from '../../../src/core/run/run-settings';
import { aChunk, aLoaderContext, aLoadPlan } from '../../support/postgres-load';
import { PEOPLE, REWRITING, startGuarded, type GuardedProject } from '../../support/guarded-project';
import { column } from '../../support/sql';
import { QUIET } from '../../support/quiet';

let guarded: GuardedProject;

beforeAll(async () => {
  guarded = await startGuarded();
});
beforeEach(() => guarded.afresh());
afterAll(() => guarded.stop());

const names = () => column(guarded.client, 'select distinct name from person order by 1');
const rows = async () => Number((await column(guarded.client, 'select count(*) from person'))[0]);
const ALLOWED = { allowTriggers: ['person'] };
const FIRING = 'trigger rewriting of person';

const validated = (level: 'counts' | 'keys' | 'rows', as: 'limited' | 'owner' = 'limited') =>
  runValidation(guarded.project(as), { entities: [], runId: null, level }, QUIET);

/** A list as a comparison writes it. */
async function listed(level: 'rows' = 'rows'): Promise<DifferenceList> {
  const { run, findings } = await validated(level);
  const { id, source, target, scn } = run;
  return { id: `${id}-list`, run: id, source, target, scn, level, entities: findings };
}

describe('a trigger that this user may not disable', () => {
  it('is refused by the pre-flight, by name and with both cures, and nothing is written', async () => {
    await guarded.client.query(REWRITING);
    const { error, issues } = await guarded.run('limited');
    expect(error).toMatchObject({ code: 'PREFLIGHT_FAILED' });
    const [found] = issues.filter(({ code }) => code === 'TRIGGERS_FIRE');
    expect(found).toMatchObject({ level: 'error', subject: 'person' });
    expect(found?.message).toContain(FIRING);
    expect(found?.hint).toMatch(/owner of person.*--allow-triggers person/);
    expect(issues.map(({ code }) => code)).not.toContain('TRIGGERS_SET_ASIDE');
    expect(await rows()).toBe(0);
  });

  it('is found by check, and by the scan of the data, which goes on', async () => {
    await guarded.client.query(REWRITING);
    const checked = await runCheck(guarded.project('limited'), { entities: [], scope: 'everything' });
    expect(checked.find(({ code }) => code === 'TRIGGERS_FIRE')?.level).toBe('error');
    const allowed = await runCheck(guarded.project('limited'), { entities: [], scope: 'everything', ...ALLOWED });
    expect(allowed.find(({ code }) => code === 'TRIGGERS_FIRE')?.level).toBe('warning');
    const request = { ...DEFAULT_SCAN, rejectLimit: { kind: 'rows', rows: 0 } } as const;
    const { readiness, preflight } = await runScan(guarded.project('limited'), request, QUIET);
    expect(preflight.map(({ code }) => code)).toContain('TRIGGERS_FIRE');
    expect(readiness?.entities).toMatchObject([{ state: 'scanned', scanned: PEOPLE }]);
  });

  it('is no matter for the owner, whose load disables it', async () => {
    await guarded.client.query(REWRITING);
    const { result, issues } = await guarded.run('owner');
    expect(result?.outcome?.state).toBe('complete');
    expect(issues.map(({ code }) => code)).toEqual(expect.arrayContaining(['TRIGGERS_SET_ASIDE']));
    expect(issues.map(({ code }) => code)).not.toContain('TRIGGERS_FIRE');
    expect(await names()).toHaveLength(PEOPLE);
  });

  it('may fire when it is allowed: named in settings, verdict and report, never proven by counts or keys', async () => {
    await guarded.client.query(REWRITING);
    const { result, issues } = await guarded.run('limited', ALLOWED);
    expect(result?.outcome?.state).toBe('complete');
    expect(await names()).toEqual(['changed']);
    expect(issues.find(({ code }) => code === 'TRIGGERS_FIRE')).toMatchObject({ level: 'warning' });

    const counts = await validated('counts');
    const text = (found: typeof counts) => validationReport(found.run.id, found.verdicts, found).output;
    expect(text(counts)).not.toMatch(/proven|Validated: nothing differs/i);
    expect(text(counts)).toContain(FIRING);
    const keys = await validated('keys');
    expect(text(keys)).toContain('not proven: written while triggers fired');
    expect(text(keys)).not.toMatch(/Proven by/);
    const report = await runReport({ url: guarded.url }, null);
    expect(report.verdict.kind).not.toBe('proven');
    expect(report.verdict.sentence).toContain(FIRING);
    expect(report.settings).toMatchObject({ allowTriggers: 'person' });
    expect(report.preflight.map(({ code }) => code)).toContain('TRIGGERS_FIRE');

    const values = await validated('rows');
    expect(values.verdicts[0]?.issues.map(({ code }) => code)).toContain('ROWS_DIFFER');
    expect(validationReport(values.run.id, values.verdicts, values)).toMatchObject({ exitCode: 3 });
  });

  it('is proven by rows where it has changed nothing', async () => {
    await guarded.client.query(REWRITING.replace(`new.name := 'changed';`, ''));
    await guarded.run('limited', ALLOWED);
    await validated('rows');
    const { verdict } = await runReport({ url: guarded.url }, null);
    expect(verdict.kind).toBe('proven');
    expect(verdict.sentence).toContain(FIRING);
  });

  it('is refused by the run itself when it was made after the pre-flight', async () => {
    await guarded.client.query(REWRITING);
    const project = guarded.project('limited');
    const target = await openPostgresTarget(project.target);
    const jobs = entityJobs(project, { entities: [], where: {} });
    await target.ledger.install();
    const run = { id: 'run-1', settings: NO_SETTINGS };
    await target.ledger.createRun({ ...run, scn: null, source: 's', target: 't', fingerprints: {} });
    const ports = { target, emit: () => undefined };
    const refused = (allows: Allowances, named: readonly string[]) =>
      setAside(ports, run, { jobs, chunksLeft: 1, allowed: allows, named });
    const allowed = { triggers: ['person'], unlogged: false };
    const error = { code: 'TRIGGERS_FIRE', message: expect.stringContaining(FIRING) as string };
    await expect(refused(NOTHING_ALLOWED, [FIRING])).rejects.toMatchObject(error);
    await expect(refused(allowed, ['trigger other of person'])).rejects.toMatchObject(error);
    await refused(allowed, ['trigger other of person', FIRING]);
    await target.close();
  });

  it('stays allowed when the run is resumed, and a name that no mapping has is refused', async () => {
    await guarded.client.query(REWRITING);
    const stopped = await guarded.run('limited', { ...ALLOWED, rejectLimit: { kind: 'rows', rows: 0 } });
    expect(stopped.result?.outcome?.state).toBe('complete');
    await guarded.client.query(
      `update cutover.run set state = 'failed'; delete from cutover.chunk_load; truncate person`,
    );
    const resumed = await guarded.run('limited', { resume: {} });
    expect(resumed.result?.outcome?.state).toBe('complete');
    expect(resumed.issues.find(({ code }) => code === 'TRIGGERS_FIRE')).toMatchObject({ level: 'warning' });
    for (const name of ['all', 'persons']) {
      expect((await guarded.run('limited', { allowTriggers: [name] })).error).toMatchObject({ code: 'USAGE' });
    }
  });

  it('is not seen by a rehearsal, which says so', async () => {
    await guarded.client.query(REWRITING);
    const { result, issues } = await guarded.run('limited', { mode: 'rehearse' });
    expect(result?.outcome?.state).toBe('complete');
    const [found] = issues.filter(({ code }) => code === 'TRIGGERS_UNSEEN');
    expect(found).toMatchObject({ level: 'warning', subject: 'person' });
    expect(found?.message).toContain(FIRING);
    expect(await rows()).toBe(0);
  });
});

const START: RunStart = {
  resumed: false,
  lanes: 1,
  scn: null,
  operator: null,
  versions: { source: '', target: '', driver: '', cutover: '', node: '' },
  entities: [],
  findings: [],
};

describe('a trigger that is made while the run is at work', () => {
  it.each([
    ['made', REWRITING],
    [
      'enabled again',
      `alter table person enable trigger rewriting`,
      `${REWRITING}; alter table person disable trigger rewriting`,
    ],
  ])('is met by the next chunk, which is not written: %s', async (_, sql, before = 'select 1') => {
    await guarded.client.query(before);
    const target = await openPostgresTarget({ url: guarded.url });
    await target.ledger.install();
    await target.ledger.noteStart('run-1', START, 'start-1');
    await target.setObjectsAside('run-1', [{ schema: 'public', name: 'person' }]);
    const loader = await target.loader(aLoadPlan('person', ['id', 'name']), aLoaderContext());
    const first = aChunk('person', [['1', 'a']]);
    await loader.load(first);
    await guarded.client.query(sql);
    const second = aChunk('person', [['2', 'b']], { id: { entity: 'person', chunk: 1 } });
    await expect(loader.load(second)).rejects.toMatchObject({
      code: 'TRIGGERS_FIRE',
      message: expect.stringContaining(FIRING) as string,
    });
    expect(await names()).toEqual(['a']);
    const told = { code: 'TRIGGERS_FIRE', level: 'warning', subject: 'person', message: FIRING } as const;
    const noted = (objects: readonly string[], id: string) =>
      target.ledger.noteStart('run-1', { ...START, findings: [{ ...told, objects }] }, id);
    await noted(['trigger other of person'], 'start-2');
    await expect(loader.load(second)).rejects.toMatchObject({ code: 'TRIGGERS_FIRE' });
    await noted([FIRING], 'start-3');
    expect(await loader.load(second)).toMatchObject({ kind: 'loaded', inserted: 1 });
    await loader.close();
    await target.close();
  });
});

const AUDITING = `create table audit (what text); grant all on audit to public;
  create or replace function note() returns trigger language plpgsql as $$ begin insert into audit values (tg_op); return coalesce(new, old); end $$;
  create trigger noting before delete on person for each row execute function note()`;

describe('after the load', () => {
  it('repair and reset are refused while triggers would fire that the load did not meet', async () => {
    await guarded.run('limited');
    await guarded.client.query(`update person set name = 'damaged' where id = 7; ${AUDITING}`);
    const list = await listed();
    const refused = { code: 'TRIGGERS_FIRE', message: expect.stringContaining('trigger noting of person') as string };
    await expect(runRepair(guarded.project('limited'), list, QUIET)).rejects.toMatchObject(refused);
    const { run } = await validated('counts');
    const reset = (as: 'limited' | 'owner') =>
      runReset(guarded.project(as).target, { runId: run.id, entities: [], changed: 'leave' }, QUIET);
    await expect(reset('limited')).rejects.toMatchObject(refused);
    expect(await rows()).toBe(PEOPLE);
    expect(await column(guarded.client, 'select what from audit')).toEqual([]);
    // The owner may, and nothing fires.
    await reset('owner');
    expect(await rows()).toBe(1);
    expect(await column(guarded.client, 'select what from audit')).toEqual([]);
  });

  it('a comparison proves nothing while row-level security hides rows from its user', async () => {
    await guarded.run('limited');
    await guarded.client.query(`alter table person enable row level security; insert into person values (21, 'P20');
      create policy seen on person using (id <= 20)`);
    const found = await validated('rows');
    expect(validationReport(found.run.id, found.verdicts, found)).toMatchObject({ exitCode: 3 });
    expect(found.verdicts.flatMap(({ issues }) => issues.map(({ code }) => code))).toContain('TARGET_ROW_SECURITY');
  });

  it('a retry of rejected rows is refused likewise, and goes on where the run was loaded with them', async () => {
    const reject = `create function refuse() returns trigger language plpgsql as $$ begin
        if new.id = 7 then raise exception 'no'; end if; return new; end $$;
      create trigger refusing before insert on person for each row execute function refuse()`;
    await guarded.client.query(reject);
    const { result } = await guarded.run('limited', { ...ALLOWED, rejectLimit: { kind: 'rows', rows: 1 } });
    expect(result?.outcome?.rejects.rejected).toBe(1);
    await guarded.client.query('drop trigger refusing on person');
    const [noted] = await column(guarded.client, 'select facts::text from cutover.run_start');
    await guarded.client.query(
      `${REWRITING}; update cutover.run_start set facts = jsonb_set(facts::jsonb, '{findings}', '[]')::json`,
    );
    const retry = () => runRetry(guarded.project('limited'), { runId: null, entities: [] }, QUIET);
    await expect(retry()).rejects.toMatchObject({ code: 'TRIGGERS_FIRE' });
    expect(await rows()).toBe(PEOPLE - 1);
    await guarded.client.query('update cutover.run_start set facts = $1', [noted]);
    // Another one than the load was told of.
    await expect(retry()).rejects.toMatchObject({ code: 'TRIGGERS_FIRE' });
    await guarded.client.query('alter trigger rewriting on person rename to refusing');
    expect(await retry()).toMatchObject({ entities: [{ loaded: 1 }] });
    expect(await rows()).toBe(PEOPLE);
  });

  it('they go on, and fire, where the run was loaded with them', async () => {
    await guarded.client.query(
      `${AUDITING}; create trigger also before insert on person for each row execute function note()`,
    );
    await guarded.run('limited', ALLOWED);
    await guarded.client.query(`alter table person disable trigger all; update person set name = 'damaged' where id = 7;
      alter table person enable trigger all; truncate audit`);
    const { repair } = await runRepair(guarded.project('limited'), await listed(), QUIET);
    expect(repair.entities).toMatchObject([{ replaced: 1 }]);
    expect(await column(guarded.client, 'select what from audit order by 1')).toEqual(['DELETE', 'INSERT']);
    const { run } = await validated('counts');
    await runReset(guarded.project('limited').target, { runId: run.id, entities: [] }, QUIET);
    expect(await rows()).toBe(0);
  });
});
