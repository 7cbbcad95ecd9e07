import { join } from 'node:path';
import type { UseCases } from '../../src/app/options';
import { runCommand } from '../support/command-world';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder';

type ReportOptions = Parameters<UseCases['report']>[0];

/** The options that reach the use case. */
async function reportOptions(...argv: readonly string[]) {
  const seen: ReportOptions[] = [];
  const directory = temporaryFolder();
  const report = (options: ReportOptions) => {
    seen.push(options);
    return Promise.resolve({ output: 'written\n', exitCode: 0, facts: {} });
  };
  const ran = await runCommand(['report', ...argv], { directory, useCases: { report } });
  return { ...ran, directory, options: seen[0] };
}

afterAll(removeTemporaryFolders);

describe('cutover report', () => {
  it('is of the latest run, into the working directory, unless told otherwise', async () => {
    const { options, directory, stdout } = await reportOptions();
    expect(options).toMatchObject({ runId: null, outDirectory: directory });
    expect(stdout).toBe('written\n');
  });

  it('takes a run and a folder', async () => {
    const { options, directory } = await reportOptions('--run', 'r1', '--out', 'a/b');
    expect(options).toMatchObject({ runId: 'r1', outDirectory: join(directory, 'a/b') });
  });
});
