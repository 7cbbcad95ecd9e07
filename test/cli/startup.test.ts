import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { FROM_SOURCE } from '../support/from-source';
import { ROOT } from '../support/source-files';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder';

const HEAVY = ['typeorm', 'oracledb', 'pg', 'class-validator', 'winston', '@inquirer/prompts'];

interface Startup {
  readonly firstLine: string | null;
  readonly atFirstLine: readonly string[];
  readonly atEnd: readonly string[];
}

/** Runs a command line in an empty folder, without settings: a database that they name might keep it waiting. */
function startup(argv: readonly string[], output: 'pipe' | 'terminal' = 'pipe'): Startup {
  const hook = join(ROOT, 'test/support/startup-hook.js');
  const child = spawnSync(process.execPath, [...FROM_SOURCE, '-r', hook, join(ROOT, 'src/cli.ts'), ...argv], {
    cwd: temporaryFolder(),
    env: { PATH: process.env['PATH'], ...(output === 'terminal' ? { STARTUP_TERMINAL: '1' } : {}) },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  return JSON.parse(child.output[3] ?? '') as Startup;
}

function heavy(packages: readonly string[]): string[] {
  return HEAVY.filter((name) => packages.includes(name));
}

afterAll(removeTemporaryFolders);

describe('the start of the program', () => {
  it.each([
    [['--help']],
    [['--version']],
    [[]],
    [['migrate', '--help']],
    [['rejects', 'retry', '--help']],
    [['migrate', '--no-such-option']],
    [['no-such-command']],
    [['check', '--sample', '1']],
  ])('loads no driver, ORM, logger or prompt for %j', (argv) => {
    const { atEnd } = startup(argv);
    expect(heavy(atEnd)).toEqual([]);
    // The list would be empty, too, if the hook saw no package at all.
    expect(atEnd).toContain('commander');
  });

  it.each([
    [['status'], 'pg'],
    [['migrate'], 'winston'],
  ])('writes the first line of %j on a terminal before it loads any of them', (argv, needed) => {
    const { firstLine, atFirstLine, atEnd } = startup(argv, 'terminal');
    expect(firstLine).toBe('note  starting\n');
    expect(heavy(atFirstLine)).toEqual([]);
    expect(atEnd).toContain(needed);
  });

  it('writes nothing to a stdout that is no terminal', () => {
    expect(startup(['status']).firstLine).toBeNull();
  });
});
