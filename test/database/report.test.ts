import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { useCases } from '../../src/commands/compose';
import { migrateWithFiles } from '../../src/commands/migrate-with-files';
import { DEFAULT_MIGRATION } from '../../src/commands/run-migration';
import { runReport } from '../../src/commands/run-report';
import { runValidation } from '../../src/commands/run-validation';
import type { RunReport } from '../../src/report/evidence/run-report';
import { startAbis, type Abis } from '../support/abis';
import { recordEvents } from '../support/a-run';
import { schemaFaults, type Schema } from '../support/json-schema';
import { connected } from '../support/postgres-load';
import { ROOT } from '../support/source-files';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder';

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
    expect(report.verdict).toMatchObject({ kind: 'proven', because: [] });
    expect(report.run).toMatchObject({ state: 'complete', scn: expect.any(String) as string });
    expect(report.starts).toMatchObject([{ resumed: false, lanes: 2, end: { state: 'complete' } }]);
    expect(report.rejects.reduce((sum, { count }) => sum + count, 0)).toBe(report.totals.rejected);
    expect(report.foreignKeys.filter(({ orphans }) => orphans > 0).map(({ policy }) => policy)).not.toContain(null);
    expect(report.chunks.reduce((sum, { read }) => sum + read, 0)).toBe(report.totals.read - report.totals.filtered);
    expect(text).not.toContain(abis.project.source.password);
    expect(text).not.toContain(new URL(abis.targetUrl).password || '//');
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
    await runValidation(abis.project, { entities: [], runId: null });
    expect((await runReport({ url: abis.targetUrl }, null)).verdict.kind).toBe('not-proven');
  });

  it('can be had of a ledger that holds neither starts nor proofs, and a validation there is told but not kept', async () => {
    await onTarget('drop table cutover.run_start, cutover.validation');
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
