import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { givenIn } from '../../src/core/run/given-options';
import { asTyped, namingRun } from '../../src/core/run/printed-commands';
import type { UseCases } from '../../src/app/options';
import { runCommand } from '../support/command-world';
import { sourceFiles } from '../support/source-files';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder';

afterAll(removeTemporaryFolders);

const RUN = '20261120-221500-3fa9';
const COMMAND =
  /(?<=["'`]|: |\$ )cutover (?:check|plan|migrate|status|validate|rejects|repair|report|reset|ledger|demo)\b/g;

/** The commands in the texts of the sources, as they are printed; for each value that is put in, a word. */
function printedCommands(): string[] {
  const found = sourceFiles().flatMap(({ path, text }) => {
    if (path.startsWith('src/standin/')) return [];
    const code = text.replace(/^\s*(?:\/\*\*|\*|\/\/).*$/gm, '');
    return [...code.matchAll(COMMAND)].map(({ index }) => commandAt(code, index));
  });
  return [...new Set(found)];
}

/** From there to the quotation mark that ends it, or the text that it stands in. */
function commandAt(code: string, from: number): string {
  let command = '';
  const before = code.charAt(from - 1);
  const ends = `\n\\${/["'`]/.test(before) ? before : '"\'`'}`;
  for (let at = from; at < code.length; at += 1) {
    if (code.startsWith('${', at)) {
      at = endOfValue(code, at + 2);
      // A value that nothing stands before begins with its own blank, or is nothing.
      if (/[ =]$/.test(command)) command += command.endsWith('--level ') ? 'rows' : "'a value'";
    } else if (ends.includes(code.charAt(at))) break;
    else command += code.charAt(at);
  }
  return command.replace(/[.;]$/, '').trimEnd();
}

function endOfValue(code: string, from: number): number {
  let depth = 1;
  let at = from;
  for (; depth > 0; at += 1) depth += code.charAt(at) === '{' ? 1 : code.charAt(at) === '}' ? -1 : 0;
  return at - 1;
}

/** Programs of these names that note what they are called with. */
function recordingPrograms(): { readonly path: string; readonly calls: () => string[][] } {
  const folder = temporaryFolder();
  const log = join(folder, 'calls');
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const name of ['cutover', 'npx', 'npm']) {
    const script = `#!/bin/sh\nfor word in "$(basename "$0")" "$@"; do printf '%s\\0' "$word"; done >> ${log}\nprintf '\\n' >> ${log}\n`;
    writeFileSync(join(bin, name), script);
    chmodSync(join(bin, name), 0o755);
  }
  const calls = () =>
    readFileSync(log, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split('\0').slice(0, -1));
  return { path: `${bin}:${process.env['PATH'] ?? ''}`, calls };
}

const done = () => Promise.resolve({ output: '', exitCode: 0, facts: {} });
const USE_CASES: UseCases = {
  ...{ scan: done, plan: done, migrate: done, status: done, validate: done, repair: done, report: done, demo: done },
  ...{ rejectsList: done, rejectsExport: done, rejectsRetry: done, reset: done, ledgerList: done, ledgerDrop: done },
  check: () => Promise.resolve([]),
};

describe('every command that the product prints', () => {
  const commands = printedCommands();

  it('is found where it is worded', () => {
    expect(commands.length).toBeGreaterThan(50);
    expect(commands).toContain('cutover migrate --restart --on-conflict skip');
  });

  it.each([
    ['cutover', ['cutover']],
    ['npx cutover', ['npx', 'cutover']],
    ['npm run cutover --', ['npm', 'run', 'cutover', '--']],
  ])('can be typed into a shell as it stands, where the program was started as %s', async (program, begins) => {
    const typed = commands.map((one) =>
      asTyped(namingRun(one, RUN), { program, given: givenIn(['status', '--config', 'my project/cutover.config.ts']) }),
    );
    const { path, calls } = recordingPrograms();
    execFileSync('sh', ['-e'], { input: typed.join('\n'), env: { PATH: path } });
    expect(calls()).toHaveLength(typed.length);
    const directory = temporaryFolder();
    const refused: string[] = [];
    for (const call of calls()) {
      expect(call.slice(0, begins.length)).toEqual(begins);
      const argv = call.slice(begins.length);
      // The program's own parser, which refuses what it does not know.
      const { exitCode, stderr } = await runCommand(argv, { directory, useCases: USE_CASES });
      const lacks = [
        ...(argv[0] !== 'demo' && argv[argv.indexOf('--config') + 1] !== 'my project/cutover.config.ts'
          ? ['--config']
          : []),
        ...((argv.includes('--resume') || argv[0] === 'reset') && !argv.includes('--run') ? ['--run'] : []),
      ];
      if (exitCode !== 0 || lacks.length > 0) refused.push(`${call.join(' ')}: ${stderr}${lacks.join(' ')}`);
    }
    expect(refused).toEqual([]);
  });
});
