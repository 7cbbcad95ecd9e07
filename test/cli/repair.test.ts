import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useCases } from '../../src/app/use-cases';
import type { Ui } from '../../src/app/ui';
import { runCommand } from '../support/command-world';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder';

const DONE = { output: 'done\n', exitCode: 0, facts: {} };

afterAll(removeTemporaryFolders);

describe('cutover repair', () => {
  async function asking(...argv: readonly string[]) {
    const directory = temporaryFolder();
    const seen: string[] = [];
    const repair = async (options: { readonly differencesFile: string }, ui: Pick<Ui, 'confirm'>) => {
      seen.push(options.differencesFile);
      await ui.confirm('Repair coil: DELETE 1 row?');
      return { ...DONE, exitCode: 3 };
    };
    return { ...(await runCommand(['repair', ...argv], { directory, useCases: { repair } })), directory, seen };
  }

  it('explains itself with an example', async () => {
    const { exitCode, stdout } = await runCommand(['repair', '--help'], { directory: '/' });
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('$ cutover repair --from differences.json')]);
  });

  it('refuses without a terminal unless --yes is given, and passes the verdict of the comparison on', async () => {
    const refused = await asking('--from', 'differences.json');
    expect(refused.exitCode).toBe(64);
    expect(refused.stderr).toMatch(/CONFIRMATION_NEEDED.*DELETE 1 row/);
    const { exitCode, seen, directory } = await asking('--from', 'differences.json', '--yes');
    expect([exitCode, seen]).toEqual([3, [join(directory, 'differences.json')]]);
  });

  it('asks for a file', async () => {
    expect((await asking('--yes')).stderr).toContain('USAGE');
  });

  it.each([
    ['cannot be read', null],
    ['is not JSON', '{'],
    ['is no list of differences', '{"format": "other"}'],
    ['is of another version', '{"format": "cutover.differences", "version": 99}'],
    ['is not whole', '{"format": "cutover.differences", "version": 1, "entities": [{}]}'],
  ])('says of a file that it %s before it asks for anything', async (because, content) => {
    const directory = temporaryFolder();
    if (content !== null) writeFileSync(join(directory, 'differences.json'), content);
    const { repair } = useCases;
    const ran = await runCommand(['repair', '--from', 'differences.json'], { directory, useCases: { repair } });
    expect(ran.exitCode).toBe(65);
    expect(ran.stderr).toMatch(new RegExp(`DIFFERENCES_INVALID .*${because}`));
  });
});

describe('cutover rejects', () => {
  it.each(['list', 'export', 'retry'])('explains %s with an example', async (command) => {
    const { exitCode, stdout } = await runCommand(['rejects', command, '--help'], { directory: '/' });
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining(`$ cutover rejects ${command}`)]);
  });

  it('hands over run, entities and file', async () => {
    const directory = temporaryFolder();
    const seen: unknown[] = [];
    const note = (options: unknown) => Promise.resolve(void seen.push(options)).then(() => DONE);
    const cases = { rejectsList: note, rejectsExport: note };
    await runCommand(['rejects', 'list'], { directory, useCases: cases });
    await runCommand(['rejects', 'export', '--run', 'r1', '--entity', 'a', 'b', '--out', 'x.jsonl'], {
      directory,
      useCases: cases,
    });
    expect(seen).toMatchObject([
      { runId: null, entities: [] },
      { runId: 'r1', entities: ['a', 'b'], outFile: join(directory, 'x.jsonl') },
    ]);
  });

  it('refuses to retry without a terminal, unless --yes is given', async () => {
    const rejectsRetry = (_: unknown, ui: Pick<Ui, 'confirm'>) => ui.confirm('Try 6 rows?').then(() => DONE);
    const world = { directory: '/', useCases: { rejectsRetry } };
    expect(await runCommand(['rejects', 'retry'], world)).toMatchObject({
      exitCode: 64,
      stderr: expect.stringMatching(/CONFIRMATION_NEEDED.*Try 6 rows/) as string,
    });
    expect((await runCommand(['rejects', 'retry', '--yes'], world)).exitCode).toBe(0);
  });
});
