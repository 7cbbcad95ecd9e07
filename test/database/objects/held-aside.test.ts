import { DEFAULT_LOAD } from '../../../src/core/run/options';
import type { Client } from 'pg';
import { runCheck } from '../../../src/app/run-check';
import { DEFAULT_MIGRATION, runMigration, type MigrationRequest } from '../../../src/app/run-migration';
import { runReport } from '../../../src/app/run-report';
import { listRuns, runDropLedger, runReset } from '../../../src/app/run-reset';
import { runStatus, targetStanding } from '../../../src/app/run-status';
import { runValidation } from '../../../src/app/run-validation';
import { standingIssues } from '../../../src/core/run/standing';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import { droppedReport, ledgerReport } from '../../../src/report/screen/ledger';
import { statusReport } from '../../../src/report/screen/status';
import { runSummary } from '../../../src/report/screen/summary';
import { NO_SETTINGS } from '../../../src/core/run/run-settings';
import { startAbis, type Abis } from '../../support/abis';
import { recordEvents } from '../../support/a-run';
import { column, connected } from '../../support/sql';

const EVERY = { kind: 'percent', percent: 100 } as const;
const FOREIGN_KEYS = `select conname || conrelid::regclass || convalidated from pg_constraint where contype = 'f' order by 1`;
const AGREED = { confirm: () => Promise.resolve() };

let abis: Abis;
let url: string;
/** A complete run into an empty target: what a user finds before a second one. */
beforeEach(async () => {
  url = await abis.anotherTarget();
  await migrateInto({});
});
beforeAll(async () => {
  abis = await startAbis({ scale: 0.01 });
});
afterAll(() => abis.stop());

const project = () => ({ ...abis.project, target: { url } });

async function migrateInto(changes: Partial<MigrationRequest>) {
  const { events, emit } = recordEvents();
  const request = { ...DEFAULT_MIGRATION, batchSize: 500, rejectLimit: EVERY, ...changes };
  const ui = { emit, signal: new AbortController().signal, ...AGREED };
  const failing = await runMigration(project(), request, ui).then(
    (result) => ({ result, error: null }),
    (error: unknown) => ({ result: null, error: error as { code: string; hint: string } }),
  );
  return { ...failing, issues: events.filter(({ name }) => name === 'issue') };
}

async function onTarget<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = await connected(url);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const foreignKeys = () => onTarget((client) => column(client, FOREIGN_KEYS));

/** As a process that is killed leaves it: everything aside, the run `running`, nobody at work. */
async function setAsideByKilled(runId: string): Promise<void> {
  const target = await openPostgresTarget({ url });
  const setup = {
    source: 's',
    target: 't',
    fingerprints: { carrier: 'f', coil: 'f' },
    settings: NO_SETTINGS,
    scn: null,
  };
  try {
    await target.ledger.createRun({ id: runId, ...setup });
    await target.setForeignKeysAside(
      runId,
      ['coil', 'shipment'].map((name) => ({ schema: 'public', name })),
    );
  } finally {
    await target.close();
  }
}

const statusText = async () => {
  const status = await runStatus({ url }, null);
  return status === null ? '' : statusReport(status.run, status.entities, status).output;
};

const codes = (issues: readonly { readonly code: string }[]) => issues.map(({ code }) => code);

describe('foreign keys that a failed run has set aside', () => {
  it('are back at once when the run ended by conflicts before it had loaded a row', async () => {
    const before = await foreignKeys();
    expect(before.length).toBeGreaterThan(2);
    const { result } = await migrateInto({ onConflict: 'abort' });
    const { outcome } = result ?? {};
    expect(outcome).toMatchObject({ state: 'failed', aside: 0 });
    expect(await foreignKeys()).toEqual(before);

    const summary = outcome && runSummary(outcome, { mode: 'load', changes: [], validation: null, rejectsFile: null });
    expect(summary?.output).toContain(`cutover reset --run ${outcome?.runId ?? ''}`);
    expect(summary?.output).toContain('cutover migrate --restart --on-conflict skip\n');
    expect(summary?.output).not.toMatch(/Go on with|stay set aside/);
    expect(await statusText()).toContain('cutover migrate --restart --on-conflict');
    expect(await statusText()).not.toContain('Go on with');

    await migrateInto({ onConflict: 'skip', entities: ['carrier'] });
    expect(await foreignKeys()).toEqual(before);
    expect((await runValidation(project(), { entities: [], runId: null })).issues).toEqual([]);
  });

  it('refuse a new run that would not bring them back, and are not called proven by anybody', async () => {
    const before = await foreignKeys();
    await setAsideByKilled('killed');
    const refused = await migrateInto({ onConflict: 'skip', entities: ['carrier'] });
    expect(refused.error).toMatchObject({ code: 'RUN_UNFINISHED' });
    expect(refused.error?.hint).toContain('cutover reset --run killed');
    expect(refused.issues).toEqual([]);

    expect(codes(await runCheck(project(), { entities: [], scope: 'everything' }))).toContain('OBJECTS_ASIDE');
    const [complete] = (await listRuns({ url })).filter(({ state }) => state === 'complete');
    const runId = complete?.id ?? '';
    expect(codes((await runValidation(project(), { entities: [], runId })).issues)).toEqual(['OBJECTS_ASIDE']);
    expect((await runReport({ url }, runId)).verdict).toMatchObject({ kind: 'not-proven' });
    expect(await statusText()).toMatch(/Nobody is at work on it/);
    expect(await statusText()).toMatch(/OBJECTS_ASIDE {2}killed: \d+ foreign keys of coil, shipment are set aside/);

    await runReset({ url }, { runId: 'killed', entities: [] }, { emit: () => undefined, ...AGREED });
    expect(await foreignKeys()).toEqual(before);
    expect(standingIssues(await targetStanding({ url }))).toEqual([]);
  });
});

describe('a run beside another operator', () => {
  it('is refused before the pre-flight gives advice, and status says who is at work', async () => {
    await setAsideByKilled('alive');
    const other = await openPostgresTarget({ url });
    const claim = await other.claimRun('alive');
    const { error, issues } = await migrateInto({});
    expect(error).toMatchObject({ code: 'RUN_ACTIVE' });
    expect(issues).toEqual([]);
    expect(await statusText()).toMatch(/^At work now: backend \d+, connected since /m);
    expect(await statusText()).toMatch(/^Set aside until it is done: \d+ foreign keys\.$/m);
    expect(await statusText()).not.toMatch(/Go on with|OBJECTS_ASIDE/);
    await claim.release();
    await other.close();
  });
});

describe('too many rejects', () => {
  it('whose keys the target had before name --on-conflict beside --max-rejects', async () => {
    const { result } = await migrateInto({
      onConflict: 'reject',
      rejectLimit: { kind: 'rows', rows: 0 },
      entities: ['carrier'],
    });
    const { outcome } = result ?? {};
    expect(outcome).toMatchObject({ state: 'failed', tooMany: 'duplicates', aside: 0 });
    expect(await statusText()).toMatch(/--restart --on-conflict skip\n[^]*--on-conflict update\n[^]*--max-rejects \d+/);
  });
});

describe('a run over a finished one of which two rows are gone', () => {
  it('loads them and ends with too many rejects, and keys and triggers of the tables in use are as they were', async () => {
    await onTarget((client) =>
      client.query('delete from shipment where id in (select id from shipment order by id limit 2)'),
    );
    const before = await foreignKeys();
    const refused = await migrateInto({ rejectLimit: DEFAULT_LOAD.rejectLimit });
    expect(refused.error).toMatchObject({ code: 'PREFLIGHT_FAILED' });
    expect(await foreignKeys()).toEqual(before);
    const { result } = await migrateInto({ onConflict: 'reject', rejectLimit: DEFAULT_LOAD.rejectLimit });
    expect(result?.outcome).toMatchObject({ state: 'failed', tooMany: 'duplicates', aside: 0 });
    expect(await foreignKeys()).toEqual(before);
    expect(await statusText()).not.toContain('OBJECTS_ASIDE');
    const resumed = await migrateInto({ resume: {}, rejectLimit: EVERY });
    expect(resumed.result?.outcome).toMatchObject({ state: 'complete', aside: 0 });
    expect(await foreignKeys()).toEqual(before);
  });
});

describe('the schema of a rehearsal that was killed', () => {
  it('is found by status, check and ledger list, and goes with the ledger', async () => {
    await onTarget((client) => client.query('create schema cutover_rehearsal_00ff'));
    expect(codes(await runCheck(project(), { entities: [], scope: 'everything' }))).toContain('REHEARSAL_LEFT');
    expect(await statusText()).toContain('REHEARSAL_LEFT  cutover_rehearsal_00ff');
    const left = standingIssues(await targetStanding({ url }));
    expect(ledgerReport(await listRuns({ url }), left).output).toContain('REHEARSAL_LEFT');

    const { events, emit } = recordEvents();
    const dropped = await runDropLedger({ url }, null, { emit, ...AGREED });
    const after = standingIssues(await targetStanding({ url }));
    expect(droppedReport(dropped, 'ledger', after).output).toContain('Nothing of it is left in the target.');
    expect(events).toMatchObject([{ name: 'notice', facts: { message: expect.stringContaining('00ff') as string } }]);
    expect(
      await onTarget((client) => column(client, `select nspname from pg_namespace where nspname ~ 'cutover'`)),
    ).toEqual([]);
  });
});
