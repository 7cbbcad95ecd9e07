import type { Client } from 'pg';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { type MigrationRequest } from '../../../src/app/run-migration';
import { runRetry } from '../../../src/app/run-rejects';
import { runRepair } from '../../../src/app/run-repair';
import { runReport } from '../../../src/app/run-report';
import { listRuns, runReset } from '../../../src/app/run-reset';
import { runStatus } from '../../../src/app/run-status';
import { runValidation } from '../../../src/app/run-validation';
import type { Emit } from '../../../src/core/run/events';
import { legacyTable } from '../../../src/core/mapping/legacy-table';
import type { NumberText } from '../../../src/core/mapping/wire';
import { integer, trimmed } from '../../../src/core/transforms';
import { writeDifferences } from '../../../src/files/differences';
import { readDifferences } from '../../../src/files/read-differences';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import { LEDGER_VERSION } from '../../../src/postgres/ledger/schema/steps';
import { reportAsMarkdown } from '../../../src/report/evidence/report-as-markdown';
import { ledgerReport } from '../../../src/report/screen/ledger';
import { statusReport } from '../../../src/report/screen/status';
import { synchronizeSchema } from '../../../src/typeorm/schema';
import { freshDatabase, type FreshDatabase } from '../../support/databases';
import { FORMER_LEDGERS } from '../../support/former-ledgers';
import { recordRun, replayRun, type RecordedRun, type Replay } from '../../support/replayed-run';
import { startTestStandin, type LegacyStandin } from '../../support/standin';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';
import { load } from '../../support/load';
import { QUIET } from '../../support/quiet';
import { connected } from '../../support/sql';

@Entity()
class Kept {
  @PrimaryColumn('int') id!: number;
  @Column('varchar', { length: 12 }) label!: string;
}

const { from, mapTo } = legacyTable<{ ID: NumberText; LABEL: string }>('KEPT', { key: ['ID'] });
const mapping = (via = trimmed) => mapTo(Kept, { id: from('ID', integer), label: from('LABEL', via) });
/** The value of the sixth row is too long for the target. */
const DDL = [
  'create table kept (id number(9) primary key, label varchar2(40) not null)',
  ...[1, 2, 3, 4, 5].map((id) => `insert into kept values (${id}, ' label ${id}')`),
  `insert into kept values (6, 'a label that is too long')`,
];
const [FIRST = { commit: '' }, ...LATER] = FORMER_LEDGERS;
/** Of the mapping, by the two formulas that builds with the first form had: see unit/core/earlier-fingerprints. */
const FIRST_FINGERPRINTS = ['6134fa05ab506fdc', '9c0f9221e440374a'];
const everything = { runId: null, entities: [] };

let standin: LegacyStandin;
let recorded: RecordedRun;
const closing: (() => Promise<void>)[] = [];

/** A target whose ledger and rows an earlier build has written, and what is asked of it. */
interface FormerTarget {
  readonly url: string;
  readonly client: Client;
  readonly heard: { readonly name: string; readonly facts: unknown }[];
  readonly hooks: { readonly emit: Emit; readonly signal: AbortSignal; readonly confirm: () => Promise<void> };
}

beforeAll(async () => {
  standin = await startTestStandin({ ddl: DDL });
  const { url, client } = await newTarget();
  await migrateInto(url);
  recorded = await recordRun(client, 'kept');
  expect(recorded.tables['chunk_load']).toHaveLength(3);
});

afterAll(async () => {
  removeTemporaryFolders();
  for (const close of closing.splice(0).reverse()) await close();
  await standin.stop();
});

const project = (url: string, via = trimmed) => ({
  mappings: [mapping(via)],
  entities: [Kept],
  source: standin.settings,
  target: { url },
});

async function newTarget(): Promise<FormerTarget> {
  const database: FreshDatabase = await freshDatabase();
  await synchronizeSchema(database.url, [Kept]);
  const client = await connected(database.url);
  closing.push(
    () => database.drop(),
    () => client.end(),
  );
  const heard: FormerTarget['heard'] = [];
  const emit: Emit = (name, facts) => void heard.push({ name, facts });
  const hooks = { ...QUIET, emit };
  return { url: database.url, client, heard, hooks };
}

function migrateInto(url: string, changes: Partial<MigrationRequest> = {}, emit: Emit = QUIET.emit) {
  return load(project(url), { batchSize: 2, validate: 'after', ...changes }, { emit });
}

async function former(commit: string, changes: Partial<Replay> = {}): Promise<FormerTarget> {
  const target = await newTarget();
  const fingerprints = commit === FIRST.commit && { fingerprints: { kept: FIRST_FINGERPRINTS[0] } };
  await replayRun(target.client, recorded, {
    ...{ commit, table: 'kept', chunks: () => true, transactions: 'each' },
    ...changes,
    run: { target: await identityOf(target.url), ...fingerprints, ...changes.run },
  });
  return target;
}

async function identityOf(url: string): Promise<string> {
  const target = await openPostgresTarget({ url });
  const { identity } = await target.facts();
  await target.close();
  return identity;
}

const unfinished: Partial<Replay> = { chunks: (chunk) => chunk === 0, run: { state: 'failed' } };
const rowsOf = async ({ client }: FormerTarget): Promise<unknown[]> =>
  (await client.query<{ id: number }>('select * from kept order by id')).rows;
const upgrades = ({ heard }: FormerTarget): unknown[] =>
  heard.filter(({ name }) => name === 'ledger:upgraded').map(({ facts }) => facts);
const UPGRADED = [{ from: 0, to: LEDGER_VERSION }];
const LOADED = [1, 2, 3, 4, 5].map((id) => ({ id, label: `label ${id}` }));

async function tablesOf({ client }: FormerTarget): Promise<unknown> {
  const { rows } = await client.query(
    `select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'cutover'::regnamespace and c.relkind = 'r' and a.attnum > 0 order by 1, 2`,
  );
  return rows;
}

describe.each(FORMER_LEDGERS)('a run of which commit $commit wrote the ledger', ({ commit }) => {
  it('is listed, shown, reported and validated without an upgrade', async () => {
    const target = await former(commit);
    const before = await tablesOf(target);
    const runs = await listRuns(target);
    expect(runs).toMatchObject([{ state: 'complete', rows: 5, rejects: 1, aside: 0 }]);
    expect(ledgerReport(runs).output).toMatch(/LEDGER_OUTDATED.*version 0 and does not hold/);
    const status = await runStatus(target, null);
    expect(status?.entities).toMatchObject([
      {
        loadedChunks: 3,
        plannedChunks: 3,
        tally: { source: 6, read: 6, inserted: 5, updated: 0, skipped: 0, rejected: 1 },
      },
    ]);
    const report = await runReport(target, null);
    expect(report).toMatchObject({ totals: { read: 6, inserted: 5, rejected: 1 }, rejects: [{ count: 1 }] });
    const { verdicts, issues } = await runValidation(
      project(target.url),
      { ...everything, level: 'rows' },
      target.hooks,
    );
    expect(
      [...issues, ...verdicts.flatMap((verdict) => verdict.issues)].filter(({ level }) => level === 'error'),
    ).toEqual([]);
    expect(verdicts).toMatchObject([{ comparison: { expected: 5 } }]);
    expect(await tablesOf(target)).toEqual(before);
    expect(upgrades(target)).toEqual([]);
  });

  it('is upgraded and resumed where it was not finished', async () => {
    const target = await former(commit, unfinished);
    const { outcome, verdicts } = await migrateInto(target.url, { resume: {} }, target.hooks.emit);
    expect(outcome).toMatchObject({ state: 'complete', entities: [{ tally: { read: 6, inserted: 5, rejected: 1 } }] });
    expect(verdicts.flatMap(({ issues }) => issues)).toEqual([]);
    expect(upgrades(target)).toEqual(UPGRADED);
    expect(await rowsOf(target)).toEqual(LOADED);
    const proof = await runValidation(project(target.url), { ...everything, level: 'rows' });
    expect(proof.verdicts).toMatchObject([{ issues: [], comparison: { expected: 5 } }]);
  });

  it('is upgraded and taken back where it was finished, row by row', async () => {
    const target = await former(commit);
    await target.client.query(`insert into kept values (99, 'a stranger')`);
    const result = await runReset(
      target,
      { runId: String(recorded.tables['run']?.[0]?.['id']), entities: [] },
      target.hooks,
    );
    expect(result).toMatchObject({ state: 'reset', entities: [{ removed: 5, left: 0 }] });
    expect(upgrades(target)).toEqual(UPGRADED);
    expect(await rowsOf(target)).toEqual([{ id: 99, label: 'a stranger' }]);
  });

  it('is upgraded and taken back by --restart where it was not finished', async () => {
    const target = await former(commit, unfinished);
    const { outcome } = await migrateInto(target.url, { restart: 'unfinished' }, target.hooks.emit);
    expect(outcome).toMatchObject({ state: 'complete', entities: [{ tally: { read: 6, inserted: 5, rejected: 1 } }] });
    expect(upgrades(target)).toEqual(UPGRADED);
    expect(await rowsOf(target)).toEqual(LOADED);
  });

  it('is upgraded for a retry of its rejects', async () => {
    const target = await former(commit);
    const { entities } = await runRetry(project(target.url), everything, target.hooks);
    expect(entities).toMatchObject([{ rejects: 1, loaded: 0, rejected: 1 }]);
    expect(upgrades(target)).toEqual(UPGRADED);
  });

  it('is upgraded for a repair of its rows', async () => {
    const target = await former(commit);
    await target.client.query('delete from kept where id = 4');
    const compared = await runValidation(project(target.url), { ...everything, level: 'rows' }, target.hooks);
    const file = `${temporaryFolder()}/differences.jsonl`;
    await writeDifferences(file, { run: compared.run, level: 'rows', findings: compared.findings });
    const { repair } = await runRepair(project(target.url), await readDifferences(file), target.hooks);
    expect(repair).toMatchObject({ end: 'done', entities: [{ inserted: 1 }] });
    expect(upgrades(target)).toEqual(UPGRADED);
    expect(await rowsOf(target)).toEqual(LOADED);
  });

  it('is not resumed by another mapping', async () => {
    const target = await former(commit, {
      ...unfinished,
      run: { state: 'failed', fingerprints: { kept: 'of before' } },
    });
    await expect(migrateInto(target.url, { resume: {} })).rejects.toMatchObject({ code: 'CHECKPOINT_STALE' });
  });
});

describe('a ledger without starts and validations', () => {
  it('says LEDGER_OUTDATED where they would stand, and that a verdict is not kept', async () => {
    const target = await former(FIRST.commit, unfinished);
    const status = await runStatus(target, null);
    expect(status === null ? '' : statusReport(status.run, status.entities, status).output).toMatch(
      /LEDGER_OUTDATED.*version 0 and does not hold how the run was started/,
    );
    expect(reportAsMarkdown(await runReport(target, null))).toMatch(
      /## Starts of the run\n\nLEDGER_OUTDATED: the ledger has version 0 and does not hold how the run was started/,
    );
    const complete = await runStatus(await former(FIRST.commit), null);
    expect(complete?.outdated).toMatchObject([{ code: 'LEDGER_OUTDATED', subject: 'sources' }]);
    const shown = complete === null ? '' : statusReport(complete.run, complete.entities, complete).output;
    expect(shown).toMatch(/: loaded; which rows no mapping takes is not known, started/);
    await runValidation(project(target.url), everything, target.hooks);
    expect(target.heard).toContainEqual({
      name: 'issue',
      facts: expect.objectContaining({ code: 'LEDGER_OUTDATED', subject: 'validations' }) as unknown,
    });
    expect(target.heard).toContainEqual({
      name: 'notice',
      facts: { message: expect.stringContaining('is not kept in the ledger') as unknown },
    });
  });

  it.each(FIRST_FINGERPRINTS)(
    'is gone on with by the mapping that had the fingerprint %s then, with a warning',
    async (kept) => {
      const target = await former(FIRST.commit, { ...unfinished, run: { state: 'failed', fingerprints: { kept } } });
      const { outcome, issues } = await migrateInto(target.url, { resume: {} });
      expect(outcome).toMatchObject({
        state: 'complete',
        entities: [{ tally: { read: 6, inserted: 5, rejected: 1 } }],
      });
      expect(issues).toContainEqual(expect.objectContaining({ code: 'FINGERPRINT_PARTIAL', level: 'warning' }));
      const proof = await runValidation(project(target.url), { ...everything, level: 'rows' }, target.hooks);
      expect(proof.issues).toContainEqual(expect.objectContaining({ code: 'FINGERPRINT_PARTIAL', level: 'warning' }));
      expect(proof.verdicts).toMatchObject([{ issues: [], comparison: { expected: 5 } }]);
    },
  );

  it('names the fix of cutover that changed the fingerprint, when it refuses to resume', async () => {
    const target = await former(FIRST.commit, {
      ...unfinished,
      run: { state: 'failed', fingerprints: { kept: 'of before' } },
    });
    await expect(migrateInto(target.url, { resume: {} })).rejects.toMatchObject({
      code: 'CHECKPOINT_STALE',
      hint: expect.stringContaining('the zone of a time is stated by `inZone`') as unknown,
    });
  });

  it('takes no row for that of a run where the ledger was restored from a dump', async () => {
    const target = await former(FIRST.commit, { transactions: 'one' });
    await expect(
      runReset(target, { runId: String(recorded.tables['run']?.[0]?.['id']), entities: [] }, target.hooks),
    ).rejects.toMatchObject({ code: 'RESET_IMPOSSIBLE' });
    expect(await rowsOf(target)).toEqual(LOADED);
  });
});

describe.each(LATER)('a ledger with validations, as commit $commit made it', ({ commit }) => {
  it('keeps a verdict without an upgrade', async () => {
    const target = await former(commit);
    await runValidation(project(target.url), everything, target.hooks);
    expect(await runReport(target, null)).toMatchObject({
      entities: [{ proof: { level: 'counts', verdict: 'counted' } }],
    });
    expect(upgrades(target)).toEqual([]);
  });
});
