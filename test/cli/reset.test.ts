import { join } from 'node:path';
import type { MigrateOptions, ResetOptions } from '../../src/app/options';
import { runCommand } from '../support/command-world';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder';

const DONE = { output: 'done\n', exitCode: 0, facts: {} };

afterAll(removeTemporaryFolders);

describe('cutover reset', () => {
  /** The options that reach the use case, which asks one question. */
  async function asking(...argv: readonly string[]) {
    const seen: ResetOptions[] = [];
    const directory = temporaryFolder();
    const ran = await runCommand(['reset', ...argv], {
      directory,
      useCases: {
        reset: async (options, ui) => {
          seen.push(options);
          await ui.confirm('Reset run r1: remove 12 rows?');
          return DONE;
        },
      },
    });
    return { ...ran, directory, options: seen[0] };
  }

  it('takes the run, its entities and the folder of the checkpoint', async () => {
    const { options, directory, exitCode } = await asking(
      ...['--run', 'r1', '--entity', 'coil', 'job', '--log-dir', 'logs', '--yes'],
    );
    expect(options).toMatchObject({ runId: 'r1', entities: ['coil', 'job'], logDirectory: join(directory, 'logs') });
    expect(exitCode).toBe(0);
  });

  it('leaves it to the ledger to name the latest run where none is named', async () => {
    expect((await asking()).options).toMatchObject({ runId: null, entities: [] });
  });

  it.each([[[]], [['--json']]])('refuses without a terminal, unless --yes is given (%j)', async (argv) => {
    const refused = await asking('--run', 'r1', ...argv);
    expect(refused.exitCode).toBe(64);
    expect(refused.stderr).toMatch(/CONFIRMATION_NEEDED.*remove 12 rows\?/);
    expect((await asking('--run', 'r1', '--yes', ...argv)).exitCode).toBe(0);
  });
});

describe('cutover ledger', () => {
  it.each(['list', 'drop'])('explains %s with an example', async (command) => {
    const { exitCode, stdout } = await runCommand(['ledger', command, '--help'], { directory: '/' });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Examples?:\\n {2}\\$ cutover ledger ${command}`, 'm'));
  });

  it('lists', async () => {
    const ledgerList = () => Promise.resolve(DONE);
    expect(await runCommand(['ledger', 'list'], { directory: '/', useCases: { ledgerList } })).toMatchObject({
      exitCode: 0,
      stdout: 'done\n',
    });
  });

  it.each([
    [[], null],
    [['--run', 'r1'], 'r1'],
  ])('drops after a question (%j)', async (argv, runId) => {
    const seen: (string | null)[] = [];
    const useCases = {
      ledgerDrop: async (
        options: { readonly runId: string | null },
        ui: { confirm: (question: string) => Promise<void> },
      ) => {
        seen.push(options.runId);
        await ui.confirm('Drop it?');
        return DONE;
      },
    };
    expect((await runCommand(['ledger', 'drop', ...argv], { directory: '/', useCases })).exitCode).toBe(64);
    expect((await runCommand(['ledger', 'drop', '--yes', ...argv], { directory: '/', useCases })).exitCode).toBe(0);
    expect(seen).toEqual([runId, runId]);
  });
});

describe('cutover migrate --restart', () => {
  it('asks the use case to reset an unfinished run first', async () => {
    const seen: MigrateOptions[] = [];
    const migrate = (options: MigrateOptions) => Promise.resolve(seen.push(options)).then(() => DONE);
    for (const argv of [['--restart'], []]) {
      await runCommand(['migrate', ...argv], { directory: temporaryFolder(), useCases: { migrate } });
    }
    expect(seen.map(({ restart }) => restart)).toEqual(['unfinished', 'no']);
  });
});
