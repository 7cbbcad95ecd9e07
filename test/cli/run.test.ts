import { EventEmitter } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MigrationError } from '../../src/core/errors';
import type { MigrateOptions } from '../../src/app/options';
import type { Ui } from '../../src/app/ui';
import { runCommand, type World } from '../support/command-world';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder';

const COMMANDS = ['check', 'plan', 'migrate', 'status', 'validate', 'report', 'reset', 'ledger', 'demo'];
const DONE = { output: 'all done\n', exitCode: 0, facts: { state: 'complete' } };
const ANSI = new RegExp(String.fromCharCode(27));

/** Runs `migrate` and gives back the options that reached the use case. */
async function migrateOptions(...argv: readonly string[]) {
  const seen: MigrateOptions[] = [];
  const directory = temporaryFolder();
  const migrate = (options: MigrateOptions) => Promise.resolve(seen.push(options)).then(() => DONE);
  const ran = await runCommand(['migrate', ...argv], { directory, useCases: { migrate } });
  return { ...ran, directory, options: seen[0] };
}

afterAll(removeTemporaryFolders);

describe('the command line', () => {
  it.each(COMMANDS)('explains %s with an example', async (command) => {
    const { exitCode, stdout, stderr } = await runCommand([command, '--help'], { directory: '/' });
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^Examples?:\\n {2}\\$ cutover ${command}`, 'm'));
  });

  it('lists every command in its own help, and tells its version', async () => {
    const { stdout } = await runCommand(['--help'], { directory: '/' });
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { version: string };
    expect(await runCommand(['--version'], { directory: '/' })).toEqual({
      exitCode: 0,
      stdout: `${version}\n`,
      stderr: '',
    });
  });

  it.each([
    [['migrat'], 'Did you mean migrate?'],
    [['migrate', '--dryrun'], 'Did you mean --dry-run?'],
    [['migrate', '--batch-size', '10'], 'from 500 to 200000'],
    [['migrate', '--batch-size'], 'cutover migrate --help'],
    [['migrate', '--dry-run', '--check-only'], 'cannot be used with'],
    [['migrate', '--resume', '--dry-run'], 'cannot be used with'],
    [['migrate', '--run', 'r1'], 'Add --resume'],
    [['migrate', '--restart', '--resume'], 'cannot be used with'],
    [['migrate', '--restart', '--dry-run'], 'cannot be used with'],
    [['demo', '--keep', '--empty'], 'cannot be used with'],
    [['ledger', 'drop', '--entity', 'coil'], 'cutover ledger --help'],
    [['migrate', 'coil'], 'too many arguments'],
    [['plan', '--verbosity', '4'], 'from 0 to 3'],
  ])('refuses %j with USAGE and says how it is meant', async (argv, help) => {
    const { exitCode, stdout, stderr } = await runCommand(argv, { directory: '/' });
    expect([exitCode, stdout]).toEqual([64, '']);
    expect(stderr).toMatch(/^error {2}USAGE {2}.*\nhint {3}.*\ncause {2}\(none\) {2}docs\/ERRORS\.md#usage\n$/);
    expect(stderr).toContain(help);
  });

  it('shows its help when no command is given', async () => {
    const { exitCode, stderr } = await runCommand([], { directory: '/' });
    expect(exitCode).toBe(64);
    expect(stderr).toContain('Usage: cutover');
  });
});

describe('cutover migrate', () => {
  it('has the defaults of the help page', async () => {
    const { options, directory } = await migrateOptions();
    expect(options).toMatchObject({
      directory,
      configPath: null,
      entities: [],
      where: {},
      resume: 'no',
      mode: 'load',
      validate: 'no',
      logDirectory: directory,
    });
    // Those of the run to resume, if there is one.
    for (const kept of ['rejectLimit', 'batchSize', 'lanes', 'reconnectMs', 'snapshot', 'onConflict'])
      expect(options).not.toHaveProperty(kept);
  });

  it('resumes a run with nothing of its own, so that the run keeps what it was started with', async () => {
    const { options } = await migrateOptions('--resume');
    for (const kept of ['rejectLimit', 'batchSize', 'lanes', 'reconnectMs', 'snapshot', 'onConflict', 'validate'])
      expect(options).not.toHaveProperty(kept);
    expect((await migrateOptions('--resume', '--no-validate')).options).toHaveProperty('validate', 'no');
  });

  it('reads all of its options', async () => {
    const { options, directory } = await migrateOptions(
      ...[
        '--entity',
        'coil',
        'job',
        '--entity',
        'skid',
        '--batch-size',
        '500',
        '--lanes',
        '3',
        '--where',
        'coil=A > 1',
        '--resume',
      ],
      ...[
        '--run',
        'r1',
        '--no-snapshot',
        '--max-rejects',
        '5',
        '--on-conflict',
        'update',
        '--validate',
        '--config',
        'a/b.ts',
        '--log-dir',
        'logs',
      ],
    );
    expect(options).toMatchObject({
      configPath: join(directory, 'a/b.ts'),
      entities: ['coil', 'job', 'skid'],
      batchSize: 500,
      lanes: 3,
      where: { coil: 'A > 1' },
      resume: { runId: 'r1' },
      snapshot: 'none',
      rejectLimit: { kind: 'rows', rows: 5 },
      onConflict: 'update',
      validate: 'after',
      logDirectory: join(directory, 'logs'),
    });
  });

  it('keeps a log of the run, its output and its exit code', async () => {
    const { directory, stdout } = await migrateOptions();
    expect(stdout).toBe('all done\n');
    expect(readdirSync(directory)).toEqual(['migration_20261120_221500.log']);
    expect(readFileSync(join(directory, 'migration_20261120_221500.log'), 'utf8')).toContain('exit code 0\nall done');
  });

  it('takes the modes apart', async () => {
    expect((await migrateOptions('--dry-run')).options?.mode).toBe('rehearse');
    expect((await migrateOptions('--check-only')).options?.mode).toBe('check-only');
  });
});

describe('what a use case meets', () => {
  const migrating = (
    work: (ui: Ui) => Promise<typeof DONE>,
    world: Partial<World> = {},
    argv: readonly string[] = [],
  ) => {
    const migrate = (_options: MigrateOptions, ui: Ui) => work(ui);
    return runCommand(['migrate', ...argv], { directory: temporaryFolder(), useCases: { migrate }, ...world });
  };

  it('asks for confirmation, which nobody can give without a terminal', async () => {
    const work = async (ui: Ui) => ui.confirm('Migrate into remote?').then(() => DONE);
    expect(await migrating(work)).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('--yes') as string });
    expect((await migrating(work, {}, ['--yes'])).exitCode).toBe(0);
  });

  it('is told of the first Ctrl-C; the second ends the process', async () => {
    const signals = new EventEmitter();
    const exits: number[] = [];
    const work = (ui: Ui) => {
      signals.emit('SIGINT');
      const { aborted } = ui.signal;
      signals.emit('SIGINT');
      return Promise.resolve({ ...DONE, output: `aborted: ${String(aborted)}\n` });
    };
    const { stdout } = await migrating(work, { signals, exit: (code) => exits.push(code) });
    expect(stdout).toContain('aborted: true');
    expect(exits).toEqual([130]);
    expect(signals.eventNames()).toEqual([]);
  });

  it('writes NDJSON and nothing else with --json, the result or the error last', async () => {
    const work = (ui: Ui) => {
      ui.emit('notice', { message: 'first' });
      return Promise.resolve(DONE);
    };
    const fail = () => Promise.reject(new MigrationError('LOAD_FAILED', 'broken'));
    for (const [task, last] of [
      [work, 'result'],
      [fail, 'error'],
    ] as const) {
      const { stdout } = await migrating(task, {}, ['--json']);
      const lines = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { event: string });
      expect(lines.at(-1)?.event).toBe(last);
    }
  });

  it('never lets a secret of the environment out, in text, NDJSON, stacks or log', async () => {
    const environment = { ORACLE_PASSWORD: 'planted-secret', DATABASE_URL: 'postgres://u:planted%2Dsecret@h/d' };
    const directory = temporaryFolder();
    const cause = new RangeError('no postgres://u:planted%2Dsecret@h/d with planted-secret');
    const fail = (ui: Ui) => {
      ui.keepLog?.();
      return Promise.reject(new MigrationError('TARGET_UNREACHABLE', String(cause), { cause, hint: cause.message }));
    };
    const { stdout, stderr } = await migrating(fail, { environment, directory }, ['--json', '--debug']);
    const log = readFileSync(join(directory, 'migration_20261120_221500.log'), 'utf8');
    for (const text of [stdout, stderr, log]) {
      expect(text).toContain('TARGET_UNREACHABLE');
      expect(text).not.toMatch(/planted(-|%2D)secret/);
    }
  });

  it('prints the details above the output from verbosity 2 on, and keeps them in the log', async () => {
    const work = () => Promise.resolve({ ...DONE, details: 'by property\n' });
    const directory = temporaryFolder();
    expect((await migrating(work, { directory })).stdout).toBe('all done\n');
    const log = readFileSync(join(directory, 'migration_20261120_221500.log'), 'utf8');
    expect(log).toContain('exit code 0\nby property\n\nall done');
    expect((await migrating(work, {}, ['--verbosity', '2'])).stdout).toBe('by property\n\nall done\n');
  });

  it('writes no colour into a pipe', async () => {
    const work = (ui: Ui) => {
      ui.emit('issue', { code: 'A_CODE', level: 'error', message: 'is so', subject: 's' });
      return Promise.resolve(DONE);
    };
    expect((await migrating(work)).stdout).not.toMatch(ANSI);
  });

  it('ends with the exit code of its outcome, or of its error', async () => {
    expect((await migrating(() => Promise.resolve({ ...DONE, exitCode: 3 }))).exitCode).toBe(3);
    expect((await migrating(() => Promise.reject(new MigrationError('RUN_ACTIVE', 'busy')))).exitCode).toBe(75);
    expect((await migrating(() => Promise.reject(new RangeError('odd')))).exitCode).toBe(70);
  });
});

describe('cutover check', () => {
  it('ends with the exit code of an unreachable database', async () => {
    const issue = { code: 'TARGET_UNREACHABLE', level: 'error' as const, message: 'is gone', subject: 'target' };
    const check = () => Promise.resolve([issue]);
    expect((await runCommand(['check'], { directory: '/', useCases: { check } })).exitCode).toBe(69);
  });

  it('prints the findings and ends with 65 when one is an error', async () => {
    const check = () => Promise.resolve([{ code: 'A_CODE', level: 'error' as const, message: 'is so', subject: 's' }]);
    const { exitCode, stdout } = await runCommand(['check'], { directory: '/', useCases: { check } });
    expect([exitCode, stdout]).toEqual([65, expect.stringContaining('A_CODE  s: is so')]);
  });
});
