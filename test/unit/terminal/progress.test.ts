import type { Issue } from '../../../src/core/issues';
import type { EntityOutcome } from '../../../src/core/run/outcomes';
import { progressFor, type ProgressOptions } from '../../../src/terminal/progress';
import { captured } from '../../support/command-world';

const ANSI = new RegExp(String.fromCharCode(27));
const tally = {
  source: 1000,
  read: 1000,
  inserted: 990,
  updated: 0,
  skipped: 0,
  rejected: 10,
  filtered: 0,
  checksum: '0',
};
const finished: EntityOutcome = { entity: 'coil', state: 'complete', tally, seconds: 2, code: null, because: null };

function play(
  change: Partial<ProgressOptions> & {
    readonly isTTY?: boolean;
    readonly msPerChunk?: number;
    readonly level?: Issue['level'];
    readonly stays?: 'unfinished';
  } = {},
) {
  let nowMs = 0;
  const stdout = captured({ isTTY: change.isTTY ?? false });
  const streams = { stdin: captured(), stdout, stderr: captured() };
  const progress = progressFor({
    streams,
    format: 'text',
    verbosity: 1,
    colour: 'auto',
    nowMs: () => nowMs,
    ...change,
  });
  progress.emit('run:started', { runId: 'r1', scn: '42', resumed: false });
  progress.emit('issue', { code: 'A_CODE', level: change.level ?? 'warning', message: 'is so', subject: 'coil' });
  progress.emit('entity:planned', { entity: 'coil', rows: 1000, chunks: 100, doneChunks: 0, doneRows: 0 });
  for (let chunk = 0; chunk < 101; chunk += 1) {
    progress.emit('chunk:step', { entity: 'coil', chunk, step: 'fenced' });
    nowMs += change.msPerChunk ?? 10;
    progress.emit('chunk:loaded', {
      entity: 'coil',
      chunk,
      read: 10,
      loaded: 10,
      skipped: 0,
      rejected: 0,
      already: false,
    });
  }
  if (change.stays === undefined) progress.emit('entity:finished', finished);
  return progress.close().then(() => stdout.text());
}

describe('progressFor', () => {
  it.each([
    ['plain lines', { format: 'text' }, false, 'note  the ledger was upgraded from version 0 to version 3'],
    ['bars', { format: 'text' }, true, 'note  the ledger was upgraded from version 0 to version 3'],
    ['NDJSON', { format: 'json' }, false, '"event":"ledger:upgraded"'],
  ] as const)('says an upgrade of the ledger, as %s', async (_how, change, isTTY, line) => {
    const stdout = captured({ isTTY });
    const streams = { stdin: captured(), stdout, stderr: captured() };
    const progress = progressFor({ streams, verbosity: 1, colour: 'auto', nowMs: () => 0, ...change });
    progress.emit('ledger:upgraded', { from: 0, to: 3 });
    await progress.close();
    expect(stdout.text() + streams.stderr.text()).toContain(line);
  });

  it('writes plain lines where there is no terminal, at most one a second and one per tenth', async () => {
    const fast = await play();
    const slow = await play({ msPerChunk: 1_000 });
    expect(fast.match(/^coil {2}\d+ %/gm)).toEqual(['coil  1 %', 'coil  100 %']);
    expect(slow.match(/^coil {2}\d+ %/gm)?.length).toBeLessThanOrEqual(11);
    expect(fast).not.toMatch(ANSI);
    expect(slow).toContain('coil  10 %  100 of 1,000 rows  10 rows/s  about 1 min 30 s left');
    expect(fast).toContain('run r1 started at SCN 42');
    expect(fast).toContain('coil  complete  990 loaded, 10 rejected  2.0 s');
  });

  it('writes the line of the last chunk however soon it comes', async () => {
    const text = await play({ msPerChunk: 1 });
    expect(text.match(/^coil {2}\d+ %.*$/gm)).toEqual([
      expect.stringContaining('coil  1 %'),
      'coil  100 %  1,000 of 1,000 rows  10,000 rows/s',
    ]);
  });

  it.each([true, false])('shows findings that are mere facts from verbosity 2 on (terminal: %s)', async (isTTY) => {
    expect(await play({ isTTY, level: 'info' })).not.toContain('A_CODE');
    expect(await play({ isTTY, level: 'info', verbosity: 2 })).toContain('A_CODE');
    expect(await play({ isTTY })).toContain('A_CODE');
    expect(await play({ isTTY, level: 'info', format: 'json' })).toContain('A_CODE');
  });

  it('speaks at least once a minute however slow it goes', async () => {
    expect((await play({ msPerChunk: 61_000 })).match(/^coil {2}\d+ %/gm)).toHaveLength(101);
  });

  it('draws bars with rate and time left on a terminal', async () => {
    const text = await play({ isTTY: true, stays: 'unfinished' });
    expect(text).toMatch(ANSI);
    expect(text).toContain('1,000/1,000');
    expect(text).toContain('rows/s');
  });

  it('never shows more than 100 %', async () => {
    for (const text of [await play({ isTTY: true, stays: 'unfinished' }), await play({ msPerChunk: 1_000 })]) {
      const percents = [...text.matchAll(/(\d+) %/g)].map((match) => Number(match[1]));
      expect(Math.max(...percents)).toBe(100);
    }
  });

  it('writes nothing but NDJSON for machines', async () => {
    const lines = (await play({ format: 'json', isTTY: true })).trimEnd().split('\n');
    const events = lines.map((line) => JSON.parse(line) as { event: string; at: string; facts: object });
    expect(events[0]).toMatchObject({ event: 'run:started', facts: { runId: 'r1' } });
    expect(events.filter(({ event }) => event === 'chunk:loaded')).toHaveLength(101);
  });

  it('keeps to errors at verbosity 0', async () => {
    expect(await play({ verbosity: 0 })).toBe('');
  });

  it('shows an empty entity as done', async () => {
    const stdout = captured({ isTTY: true });
    const streams = { stdin: captured(), stdout, stderr: captured() };
    const progress = progressFor({ streams, format: 'text', verbosity: 1, colour: 'never', nowMs: () => 0 });
    progress.emit('entity:planned', { entity: 'line', rows: 0, chunks: 1, doneChunks: 0, doneRows: 0 });
    progress.emit('chunk:step', { entity: 'line', chunk: 0, step: 'reading' });
    await progress.close();
    expect(stdout.text()).toContain('100 %');
    expect(stdout.text()).not.toContain('NaN');
  });
});
