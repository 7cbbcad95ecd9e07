import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { useCases } from '../../../src/app/use-cases';
import { migrateWithFiles } from '../../../src/app/migrate-with-files';
import { DEFAULT_MIGRATION } from '../../../src/app/run-migration';
import { runReport } from '../../../src/app/run-report';
import { runValidation } from '../../../src/app/run-validation';
import type { RunReport } from '../../../src/report/evidence/run-report';
import { startAbis, type Abis } from '../../support/abis';
import { recordEvents } from '../../support/a-run';
import { schemaFaults, type Schema } from '../../support/json-schema';
import { diskOf, withShortWrites } from '../../support/short-writes';
import { ROOT } from '../../support/source-files';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';
import { connected } from '../../support/sql';

const SCHEMA = JSON.parse(readFileSync(join(ROOT, 'docs/report.schema.json'), 'utf8')) as Schema;

describe('the report of a run', () => {
  let abis: Abis;
  const { events, emit } = recordEvents();
  const signal = new AbortController().signal;
  const ui = { emit, signal, confirm: () => Promise.resolve(), askSecret: () => Promise.resolve(null) };

  beforeAll(async () => {
    abis = await startAbis({ scale: 0.02 });
  });
  afterAll(async () => {
    removeTemporaryFolders();
    await abis.stop();
  });

  async function onTarget(sql: string): Promise<void> {
    const client = await connected(abis.targetUrl);
    await client.query(sql);
    await client.end();
  }

  const reportCommand = (runId: string | null, outDirectory: string) =>
    useCases.report(
      { directory: '/', configPath: null, environment: { DATABASE_URL: abis.targetUrl }, runId, outDirectory },
      ui,
    );

  it('is refused where the ledger has no such run', async () => {
    await expect(reportCommand(null, temporaryFolder())).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  });

  it('is left beside the log at the end of the run, and reconciles with what was planned to be rejected', async () => {
    const logDirectory = temporaryFolder();
    const rejectLimit = { kind: 'percent', percent: 100 } as const;
    const { output } = await migrateWithFiles(
      abis.project,
      { ...DEFAULT_MIGRATION, rejectLimit, batchSize: 500, lanes: 2, logDirectory },
      ui,
    );
    expect(readdirSync(logDirectory)).toEqual(expect.arrayContaining(['report.html', 'report.json', 'report.md']));
    expect(output).toContain(join(logDirectory, 'report.html'));
    const text = readFileSync(join(logDirectory, 'report.json'), 'utf8');
    const report = JSON.parse(text) as RunReport;
    expect(schemaFaults(SCHEMA, report)).toEqual([]);
    expect(report.verdict).toMatchObject({ kind: 'counted', because: ['no value was compared'] });
    expect(report.run).toMatchObject({ state: 'complete', scn: expect.any(String) as string });
    expect(report.starts).toMatchObject([{ resumed: false, lanes: 2, end: { state: 'complete' } }]);
    expect(report.rejects.reduce((sum, { count }) => sum + count, 0)).toBe(report.totals.rejected);
    expect(report.foreignKeys.filter(({ orphans }) => orphans > 0).map(({ policy }) => policy)).not.toContain(null);
    expect(report.chunks.reduce((sum, { read }) => sum + read, 0)).toBe(report.totals.read - report.totals.filtered);
    expect(text).not.toContain(abis.project.source.password);
    expect(text).not.toContain(new URL(abis.targetUrl).password || '//');
  });

  it('leads to no command where the databases end with this one, as after a demo', async () => {
    const logDirectory = temporaryFolder();
    const project = { ...abis.project, target: { url: await abis.anotherTarget() } };
    const entities = ['carrier', 'line'];
    const options = { ...DEFAULT_MIGRATION, entities, logDirectory, databases: 'gone' as const };
    const { output } = await migrateWithFiles(project, options, ui);
    const gone = 'Both databases are gone now. Keep them for other commands with: cutover demo --keep';
    expect(output).toContain(gone);
    for (const name of ['report.html', 'report.md'])
      expect(readFileSync(join(logDirectory, name), 'utf8')).toContain(`Next: ${gone}`);
    const { verdict } = JSON.parse(readFileSync(join(logDirectory, 'report.json'), 'utf8')) as RunReport;
    expect(verdict).toMatchObject({ next: null, then: null, advice: gone });
  });

  it('goes on without its files on a full disk, says each of them once, and does not end with 0', async () => {
    const logDirectory = temporaryFolder();
    const told = recordEvents();
    const rejectLimit = { kind: 'percent', percent: 100 } as const;
    const url = await abis.anotherTarget();
    // Room for what is tried beforehand.
    const report = await withShortWrites({ taking: diskOf(20) }, () =>
      migrateWithFiles(
        { ...abis.project, target: { url } },
        { ...DEFAULT_MIGRATION, entities: ['customer', 'coil'], rejectLimit, logDirectory },
        { ...ui, emit: told.emit },
      ),
    );
    expect(report.exitCode).toBe(73);
    expect(report.output).toContain(': complete after');
    const named = told.events.flatMap(({ name, facts }) =>
      name === 'issue' && 'code' in facts && facts.code === 'FILE_NOT_WRITABLE' ? [facts] : [],
    );
    expect(named).toMatchObject([
      {
        subject: join(logDirectory, 'rejects.jsonl'),
        hint: expect.stringMatching(/"cutover rejects export --run \S+ --out /) as string,
      },
      {
        subject: join(logDirectory, 'report.html'),
        hint: expect.stringMatching(/"cutover report --run \S+ --out /) as string,
      },
    ]);
    expect(
      told.events.filter(({ facts }) => JSON.stringify(facts).includes('migration_checkpoint.json cannot be written')),
    ).toHaveLength(1);
    expect(readdirSync(logDirectory)).toEqual([]);
  });

  it('is refused by the command, and leaves no part of itself, where the file system takes only its beginning', () => {
    const folder = temporaryFolder();
    const register = require.resolve('@swc-node/register', { paths: [ROOT] });
    // A limit of the kernel on the size of files: the write that meets it is short, the next one fails. In blocks of 512 bytes.
    const command = `ulimit -f 3; exec "$0" -r "$1" "$2" report --out "$3"`;
    const ran = spawnSync('sh', ['-c', command, process.execPath, register, join(ROOT, 'src/cli.ts'), folder], {
      cwd: folder,
      env: { PATH: process.env['PATH'], DATABASE_URL: abis.targetUrl, SWC_NODE_PROJECT: join(ROOT, 'tsconfig.json') },
      encoding: 'utf8',
    });
    expect(ran.stderr).toContain('FILE_NOT_WRITABLE');
    expect(ran.status).toBe(73);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('has a verdict of its own for what a validation finds, and ends with 0 all the same', async () => {
    await onTarget(`update carrier set name = name || '!' where id = (select min(id) from carrier)`);
    await runValidation(abis.project, { entities: ['carrier'], runId: null, level: 'rows' });
    const folder = temporaryFolder();
    const { exitCode, output } = await reportCommand(null, folder);
    expect(exitCode).toBe(0);
    expect(output).toContain('Complete, but not proven: carrier');
    expect(readdirSync(folder)).toEqual(['report.html', 'report.json', 'report.md']);
    const report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as RunReport;
    expect(schemaFaults(SCHEMA, report)).toEqual([]);
    const carrier = report.entities.find(({ entity }) => entity === 'carrier');
    expect(carrier?.proof).toMatchObject({ level: 'rows', verdict: 'differs', comparison: { columns: { name: 1 } } });
    const counts = await runValidation(abis.project, { entities: [], runId: null });
    expect(counts.verdicts.flatMap(({ issues }) => issues)).toMatchObject([
      { code: 'DIFFERENCES_STAND', level: 'error', subject: 'carrier' },
    ]);
    expect((await runReport({ url: abis.targetUrl }, null)).verdict.kind).toBe('not-proven');
  });

  it('can be had of a ledger that holds neither starts nor proofs, and a validation there is told but not kept', async () => {
    // As a ledger of version 2 would be, and without what the first step has made for starts and proofs.
    await onTarget(
      'drop table cutover.run_start, cutover.validation, cutover.skipped, cutover.seal, cutover.source_table, cutover.taken_back cascade; alter table cutover.former_digest drop column nth; update cutover.schema_version set version = 2',
    );
    const report = await runReport({ url: abis.targetUrl }, null);
    expect(report).toMatchObject({ starts: [], verdict: { kind: 'not-validated' } });
    const { verdicts } = await runValidation(abis.project, { entities: ['line'], runId: null }, { emit, signal });
    expect(verdicts).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({
      name: 'notice',
      facts: { message: expect.stringContaining('not kept') as string },
    });
  });
});
