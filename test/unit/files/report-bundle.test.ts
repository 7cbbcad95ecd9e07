import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setAsideReport, writeReportFiles } from '../../../src/files/report-bundle';
import { reportAsJson } from '../../../src/report/evidence/report-as-json';
import { aReport } from '../../support/a-report';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';

afterAll(removeTemporaryFolders);

const BUNDLE = { 'report.html': 'page', 'report.json': reportAsJson(aReport()), 'report.md': 'text' };

describe('writeReportFiles', () => {
  it('makes the folder, and files that only their owner can read', async () => {
    const folder = join(temporaryFolder(), 'a', 'b');
    await writeReportFiles(folder, [{ name: 'report.md', text: 'text' }]);
    expect(statSync(join(folder, 'report.md')).mode & 0o777).toBe(0o600);
  });

  it('says by code that it cannot', async () => {
    const folder = temporaryFolder({ file: '' });
    const writing = writeReportFiles(join(folder, 'file'), [{ name: 'report.md', text: 'text' }]);
    await expect(writing).rejects.toMatchObject({ code: 'FILE_NOT_WRITABLE' });
  });
});

describe('setAsideReport', () => {
  it('renames all renderings of the report of another run for that run', async () => {
    const folder = temporaryFolder(BUNDLE);
    await setAsideReport(folder, 'run-2');
    expect(readdirSync(folder)).toEqual(['report_run-1.html', 'report_run-1.json', 'report_run-1.md']);
  });

  it('leaves the report of the same run, and files that are none of ours', async () => {
    const own = temporaryFolder(BUNDLE);
    await setAsideReport(own, 'run-1');
    expect(readdirSync(own)).toEqual(['report.html', 'report.json', 'report.md']);
    const foreign = temporaryFolder({ 'report.json': '{"run": {"id": "run-1"}}' });
    await setAsideReport(foreign, 'run-2');
    expect(readdirSync(foreign)).toEqual(['report.json']);
  });

  it('refuses to lose the other report where it cannot be renamed', async () => {
    const folder = temporaryFolder(BUNDLE);
    mkdirSync(join(folder, 'report_run-1.html', 'taken'), { recursive: true });
    await expect(setAsideReport(folder, 'run-2')).rejects.toMatchObject({ code: 'FILE_NOT_WRITABLE' });
  });
});
