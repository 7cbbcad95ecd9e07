import { PassThrough } from 'node:stream';
import { Terminal } from '@xterm/headless';
import { createColors } from 'picocolors';
import { barProgress } from '../../../src/terminal/progress-bars';
import type { EntityOutcome } from '../../../src/core/run/outcomes';

const REDRAWN_MS = 200;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** The progress of a run on a terminal of this size, and what it shows. */
function onTerminal(columns: number, rows = 24) {
  let nowMs = 0;
  const terminal = new Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns });
  let written = '';
  stream.on('data', (data: Buffer) => (written += data.toString()));
  const { emit, close } = barProgress(stream, { nowMs: () => nowMs, colours: createColors(false) });
  const screen = async (): Promise<string[]> => {
    await jest.advanceTimersByTimeAsync(REDRAWN_MS);
    const taken = new Promise<void>((resolve) => {
      terminal.write(written, resolve);
    });
    written = '';
    await jest.advanceTimersByTimeAsync(REDRAWN_MS);
    await taken;
    const { active } = terminal.buffer;
    const lines = Array.from({ length: active.length }, (_, index) => active.getLine(index));
    const texts: string[] = [];
    for (const line of lines) {
      const text = line?.translateToString(true) ?? '';
      // What the terminal has wrapped is one line to its reader.
      if (line?.isWrapped === true) texts.push((texts.pop() ?? '') + text);
      else texts.push(text);
    }
    return texts.filter((text) => text !== '');
  };
  const plan = (entity: string, total: number): void => {
    emit('entity:planned', { entity, rows: total, chunks: 2, doneChunks: 0, doneRows: 0 });
  };
  const load = (entity: string, read: number): void => {
    emit('chunk:step', { entity, chunk: 0, step: 'reading' });
    nowMs += 1_000;
    emit('chunk:loaded', { entity, chunk: 0, read, loaded: read, skipped: 0, rejected: 0, already: false });
  };
  const finish = (entity: string, rows: number): void => {
    const tally = {
      source: rows,
      read: rows,
      inserted: rows,
      updated: 0,
      skipped: 0,
      rejected: 0,
      filtered: 0,
      checksum: '0',
    };
    const end: EntityOutcome = { entity, state: 'complete', tally, seconds: 2, code: null, because: null };
    emit('entity:finished', end);
  };
  return { screen, plan, load, finish, emit, close };
}

const LONG = 'customer_shipping_address_of_the_former_plant';

describe('the bars of a run', () => {
  it('has one for each entity at work and one for all, with the time that all will take', async () => {
    const { screen, plan, load } = onTerminal(100);
    plan('coil', 1_000);
    plan('job', 3_000);
    load('coil', 500);
    const shown = await screen();
    expect(shown).toHaveLength(2);
    expect(shown[0]).toMatch(/^all entities █+░+ {2}12 % {2}about 7 s left {2}500\/4,000 {2}500 rows\/s$/);
    expect(shown[1]).toMatch(/^coil {9}█+░+ {2}50 % {2}about 1 s left {2}500\/1,000 {2}500 rows\/s$/);
  });

  it('fits 60 columns, long names too', async () => {
    const { screen, plan, load } = onTerminal(60);
    plan(LONG, 1_000);
    plan('job', 3_000);
    load(LONG, 500);
    const shown = await screen();
    expect(shown.map((line) => line.length <= 59)).toEqual([true, true]);
    expect(shown[1]).toMatch(/^customer_s…mer_plant /);
  });

  it('leaves a line for an entity that has ended, so that a hundred of them need no hundred bars', async () => {
    const { screen, plan, load, finish } = onTerminal(80, 10);
    const names = Array.from({ length: 100 }, (_, index) => `entity_${index}`);
    for (const name of names) plan(name, 10);
    for (const name of names) {
      load(name, 10);
      finish(name, 10);
    }
    const shown = await screen();
    expect(shown.slice(0, -1)).toEqual(names.map((name) => `${name}  complete  10 loaded, 0 rejected  2.0 s`));
    expect(shown.at(-1)).toMatch(/^all entities █+ 100 % /);
  });

  it('stay below notes, which are whole however long they are', async () => {
    const { screen, plan, load, emit, finish, close } = onTerminal(60);
    plan('coil', 1_000);
    plan('job', 1_000);
    load('coil', 500);
    load('job', 500);
    await screen();
    const notes = ['short', `the target has not answered since 22:04:10 UTC: ${'x'.repeat(100)}`, 'two\nlines', 'last'];
    for (const message of notes) emit('notice', { message });
    finish('job', 1_000);
    const shown = await screen();
    expect(shown.slice(0, 4)).toEqual([
      'note  short',
      `note  ${notes[1]}`,
      String.raw`note  two\u000alines`,
      'note  last',
    ]);
    expect(shown.slice(4).map((line) => line.split(/ {2,}|█/)[0])).toEqual(['job', 'all entities ', 'coil']);
    emit('notice', { message: 'said at the very end' });
    await close();
    expect(await screen()).toContain('note  said at the very end');
  });
});
