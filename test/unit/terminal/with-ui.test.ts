import { EventEmitter } from 'node:events';
import { runCommand } from '../../support/command-world';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';

afterAll(removeTemporaryFolders);

describe('Ctrl-C', () => {
  it.each([
    ['while there is work, stops after it', 'work', 'stopping after the work in hand'],
    ['once the work is done, only shuts down', 'afterwards', 'interrupted: shutting down;'],
  ])('%s', async (_, when, said) => {
    const signals = new EventEmitter();
    const interruptIn = (place: string): Promise<void> => {
      if (place === when) signals.emit('SIGINT');
      return Promise.resolve();
    };
    const demo = async () => {
      await interruptIn('work');
      return { output: 'done\n', exitCode: 0, facts: {}, afterwards: () => interruptIn('afterwards') };
    };
    const { stdout } = await runCommand(['demo'], { directory: temporaryFolder(), signals, useCases: { demo } });
    expect(stdout).toContain(said);
  });
});

describe('cutover demo', () => {
  it.each([
    [[], { target: 'migrated', after: 'remove' }],
    [['--keep'], { target: 'migrated', after: 'keep' }],
    [['--empty'], { target: 'empty', after: 'keep' }],
  ])('takes %j', async (argv, expected) => {
    const seen: unknown[] = [];
    const demo = (options: unknown) =>
      Promise.resolve(seen.push(options)).then(() => ({ output: '', exitCode: 0, facts: {} }));
    await runCommand(['demo', ...argv], { directory: temporaryFolder(), useCases: { demo } });
    expect(seen).toMatchObject([expected]);
  });
});
