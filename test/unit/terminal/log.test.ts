import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openLog } from '../../../src/terminal/log';
import type { Verbosity } from '../../../src/terminal/progress';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';

const startedAt = new Date(2026, 10, 20, 7, 5, 9);

async function logged(verbosity: Verbosity): Promise<{ readonly path: string; readonly text: string }> {
  const log = openLog({ directory: temporaryFolder(), verbosity, startedAt });
  log.emit('ledger:upgraded', { from: 0, to: 3 });
  log.emit('run:started', { runId: 'r1', scn: null, resumed: true });
  log.emit('chunk:step', { entity: 'coil', chunk: 7, step: 'fenced' });
  log.emit('chunk:loaded', { entity: 'coil', chunk: 7, read: 10, loaded: 9, skipped: 0, rejected: 1, already: false });
  log.end('exit code 0');
  await log.close();
  return { path: log.path, text: readFileSync(log.path, 'utf8') };
}

afterAll(removeTemporaryFolders);

describe('openLog', () => {
  it('is named for its start and readable by its owner only', async () => {
    const { path } = await logged(1);
    expect(basename(path)).toBe('migration_20261120_070509.log');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('holds everything when it is closed', async () => {
    const { text } = await logged(1);
    expect(text).toMatch(/^\d{4}-\d\d-\d\dT\S+ {2}info {3}run r1 resumed without a snapshot$/m);
    expect(text).toContain('exit code 0');
    expect(text).toContain('the ledger was upgraded from version 0 to version 3');
    expect(text).not.toContain('chunk');
  });

  it('has the chunks from verbosity 2, their steps from 3', async () => {
    expect((await logged(2)).text).toContain('coil  chunk 7  10 read, 9 loaded, 1 rejected');
    expect((await logged(2)).text).not.toContain('fenced');
    expect((await logged(3)).text).toContain('coil  chunk 7  fenced');
  });

  it('states the level of a finding, and of the error at its end, once', async () => {
    const log = openLog({ directory: temporaryFolder(), verbosity: 1, startedAt });
    for (const level of ['info', 'warning', 'error'] as const) {
      log.emit('issue', { code: `A_${level.toUpperCase()}`, level, message: 'is so', subject: 'coil', hint: 'Do it.' });
    }
    log.keep();
    log.fail('error  LOAD_FAILED  broken');
    await log.close();
    const entries = readFileSync(log.path, 'utf8').replaceAll(/^\d{4}-\S+ {2}/gm, '');
    expect(entries.split('\n').filter((line) => !line.startsWith(' '))).toEqual([
      'info   A_INFO  coil: is so',
      'warn   A_WARNING  coil: is so',
      'error  A_ERROR  coil: is so',
      'error  LOAD_FAILED  broken',
      '',
    ]);
  });

  it('is gone again when a command has failed before a run was opened or read, unless it was there before', async () => {
    const directory = temporaryFolder();
    const open = () => openLog({ directory, verbosity: 1, startedAt });
    const failed = open();
    failed.fail('error  SOURCE_UNREACHABLE  away');
    await failed.close();
    expect(readdirSync(directory)).toEqual([]);
    writeFileSync(failed.path, 'of another command\n');
    const again = open();
    again.fail('error  SOURCE_UNREACHABLE  away');
    await again.close();
    expect(readFileSync(failed.path, 'utf8')).toMatch(/^of another command\n.*SOURCE_UNREACHABLE/);
  });

  it('says FILE_NOT_WRITABLE before anything else happens', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    const open = () => openLog({ directory: join(folder, 'file'), verbosity: 1, startedAt });
    expect(open).toThrow(expect.objectContaining({ code: 'FILE_NOT_WRITABLE' }) as Error);
  });

  it('tells once when its disk is full, and ends like any other', async () => {
    const folder = temporaryFolder();
    symlinkSync('/dev/full', join(folder, 'migration_20261120_070509.log'));
    const log = openLog({ directory: folder, verbosity: 1, startedAt });
    const listener = jest.fn();
    log.onFailure(listener);
    const told = new Promise<void>((resolve) => {
      log.onFailure(resolve);
    });
    log.emit('run:started', { runId: 'r1', scn: null, resumed: true });
    await told;
    log.emit('notice', { message: 'the run goes on' });
    log.end('exit code 0');
    await log.close();
    expect(listener).toHaveBeenCalledTimes(1);
  });
});
