import { EventEmitter } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { UseCases } from '../../../src/app/options';
import type { Ui } from '../../../src/app/ui';
import { MigrationError } from '../../../src/core/errors';
import { anyText } from '../../support/any-text';
import { buildProgram } from '../../../src/commands/program';
import { run } from '../../../src/terminal/run';
import { captured, commandContext, runCommand } from '../../support/command-world';
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

const ENTITY = {
  state: 'failed',
  code: 'LOAD_FAILED',
  seconds: 1,
  snapshots: [],
  tally: { source: 1, read: 1, inserted: 1, updated: 0, skipped: 0, rejected: 0, filtered: 0, checksum: '0' },
} as const;
const begun = { runId: 'r1', scn: '7', resumed: false };
const DONE = { output: '', exitCode: 0, facts: {} };
const failure = (): Promise<never> =>
  Promise.reject(new MigrationError('CONFIG_INVALID', 'no', { hint: 'See "cutover check", or "cutover status".' }));

describe('the second Ctrl-C', () => {
  it.each([
    ['a run', [], /go on with: npx cutover migrate --config c.ts --log-dir logs --resume --run r1\n/],
    [
      'a rehearsal',
      ['--dry-run'],
      /nothing of the rehearsal is kept: the next "npx cutover migrate --config c.ts --log-dir logs" removes/,
    ],
  ])('says how to go on with %s', async (_, argv, said) => {
    const signals = new EventEmitter();
    const exits: number[] = [];
    const migrate: UseCases['migrate'] = (options, ui) => {
      ui.emit('run:started', begun);
      signals.emit('SIGINT');
      signals.emit('SIGINT');
      return Promise.resolve(DONE);
    };
    const command = ['migrate', '--config', 'c.ts', '--log-dir', 'logs', ...argv];
    const world = {
      directory: temporaryFolder(),
      program: 'npx cutover',
      signals,
      exit: (code: number) => exits.push(code),
    };
    const { stdout } = await runCommand(command, { ...world, useCases: { migrate } });
    expect(exits).toEqual([130]);
    expect(stdout).toMatch(said);
  });

  it('leaves no log of a command that has opened no run', async () => {
    const signals = new EventEmitter();
    const directory = temporaryFolder();
    const seen: string[][] = [];
    const migrate = () => {
      signals.emit('SIGINT');
      signals.emit('SIGINT');
      return failure();
    };
    const exit = (): void => {
      seen.push(readdirSync(directory));
    };
    await runCommand(['migrate'], { directory, signals, exit, useCases: { migrate } });
    expect(seen).toEqual([[]]);
  });
});

describe('the log of a command that fails', () => {
  it.each([
    ['is not left where no run was opened or read', () => undefined, 0],
    [
      'stays where a run had begun',
      (ui: Ui) => {
        ui.emit('run:started', begun);
      },
      1,
    ],
    ['stays where a run was read', (ui: Ui) => ui.keepLog?.(), 1],
  ])('%s', async (_, before, files) => {
    const directory = temporaryFolder();
    const migrate: UseCases['migrate'] = (options, ui) => {
      before(ui);
      return failure();
    };
    await runCommand(['migrate'], { directory, useCases: { migrate } });
    expect(readdirSync(directory)).toHaveLength(files);
  });
});

describe('on a terminal', () => {
  it('a command says that it starts before its use case is called; not in a pipe, with --json or with --quiet', async () => {
    for (const [argv, isTTY, first] of [
      [['status'], true, 'note  starting\n'],
      [['status'], false, ''],
      [['status', '--json'], true, ''],
      [['status', '--quiet'], true, ''],
    ] as const) {
      const context = commandContext({ directory: temporaryFolder() });
      const stdout = captured({ isTTY });
      let before = '';
      const status = () => {
        before = stdout.text();
        return Promise.resolve(DONE);
      };
      const useCases = { ...context.useCases, status };
      await run(argv, { ...context, streams: { ...context.streams, stdout }, useCases }, buildProgram);
      expect(before).toBe(first);
    }
  });
});

describe('a printed command', () => {
  it('is as it is typed here, and names the run, on the terminal, in the log and in JSON', async () => {
    const typed = 'npx cutover status --config my.ts --run r1';
    const hint = 'See "cutover status".';
    const migrate: UseCases['migrate'] = (options, ui) => {
      ui.emit('run:started', begun);
      ui.emit('notice', { message: hint });
      ui.emit('issue', { code: 'A', level: 'error', subject: 's', message: 'm', hint });
      expect(ui.asTyped?.({ hint })).toEqual({ hint: `See "${typed}".` });
      return Promise.resolve({ output: `${hint}\n`, exitCode: 0, facts: { runId: 'r1', hint } });
    };
    for (const json of [[], ['--json']]) {
      const directory = temporaryFolder();
      const argv = ['migrate', '--config', 'my.ts', ...json];
      const { stdout } = await runCommand(argv, { directory, program: 'npx cutover', useCases: { migrate } });
      const [log = ''] = readdirSync(directory);
      const text = stdout + readFileSync(join(directory, log), 'utf8');
      expect(text).not.toMatch(/(?<!npx )cutover status/);
      expect(text.replaceAll('\\"', '"').split(typed).length - 1).toBe(6);
    }
  });

  it('of an error is as it is typed here', async () => {
    const world = { directory: temporaryFolder(), program: 'npm run cutover --', useCases: { migrate: failure } };
    const { stderr } = await runCommand(['migrate', '--config=a b.ts'], world);
    expect(stderr).toContain(
      `See "npm run cutover -- check --config 'a b.ts'", or "npm run cutover -- status --config 'a b.ts'".`,
    );
  });
});

describe('whatever text of a database or a user', () => {
  const isSeen = (line: string): boolean => !/[\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u.test(line);

  it('is seen on every way out, and cannot begin a line of its own', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.constantFrom<string[]>([], ['--json']), async (text, json) => {
        const evil = `${text}\n\u001b[2JFORGED\u202e\u009b`;
        const migrate: UseCases['migrate'] = (options, ui) => {
          ui.emit('run:started', begun);
          ui.emit('notice', { message: evil });
          ui.emit('issue', {
            code: 'A',
            level: 'error',
            subject: evil,
            message: evil,
            hint: evil.replaceAll('\n', ''),
          });
          ui.emit('entity:planned', { entity: evil, rows: 1, chunks: 1, doneChunks: 0, doneRows: 0 });
          ui.emit('chunk:loaded', {
            entity: evil,
            chunk: 0,
            read: 1,
            loaded: 1,
            skipped: 0,
            rejected: 0,
            already: false,
          });
          ui.emit('entity:finished', { ...ENTITY, entity: evil, because: evil });
          return Promise.reject(
            new MigrationError('LOAD_FAILED', evil, { cause: new Error(evil), hint: text.replaceAll('\n', '') }),
          );
        };
        const directory = temporaryFolder();
        const ran = await runCommand(['migrate', ...json], { directory, useCases: { migrate } });
        const [log = ''] = readdirSync(directory);
        for (const out of [ran.stdout, ran.stderr, readFileSync(join(directory, log), 'utf8')]) {
          const lines = out.split('\n');
          expect(lines.filter((line) => !isSeen(line))).toEqual([]);
          expect(lines.filter((line) => line.startsWith('FORGED'))).toEqual([]);
        }
      }),
      { numRuns: 40 },
    );
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
