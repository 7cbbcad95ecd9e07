import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCheckpoint, type Checkpoint } from '../../../src/files/checkpoint';
import { mirrorCheckpoint } from '../../../src/files/checkpoint-mirror';
import type { Clock } from '../../../src/core/clock';
import type { RunEvents } from '../../../src/core/run/events';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';

/** A clock whose sleepers wake when a test moves it. */
function handClock(): Clock & { advance: (ms: number) => void; setBack: (ms: number) => void; sleeps: number[] } {
  let nowMs = Date.UTC(2026, 10, 20);
  let elapsedMs = 0;
  let sleepers: (() => void)[] = [];
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => new Date(nowMs),
    elapsedMs: () => elapsedMs,
    setBack: (ms) => {
      nowMs -= ms;
    },
    sleep: (ms) => {
      sleeps.push(ms);
      return new Promise((resolve) => sleepers.push(resolve));
    },
    advance: (ms) => {
      nowMs += ms;
      elapsedMs += ms;
      for (const wake of sleepers) wake();
      sleepers = [];
    },
  };
}

const STARTED = { runId: 'r1', scn: '42', resumed: false };
const PLANNED = { entity: 'coil', rows: 300, chunks: 3, doneChunks: 0, doneRows: 0 };
const chunk = (number: number): RunEvents['chunk:loaded'] => ({
  entity: 'coil',
  chunk: number,
  read: 100,
  loaded: 99,
  skipped: 0,
  rejected: 1,
  already: false,
});

function mirror(folder: string, failures: unknown[] = []) {
  const clock = handClock();
  const path = join(folder, 'migration_checkpoint.json');
  const opened = mirrorCheckpoint({ path, clock, onFailure: (error) => failures.push(error) });
  const content = (): Checkpoint => JSON.parse(readFileSync(path, 'utf8')) as Checkpoint;
  return { ...opened, clock, path, content };
}

afterAll(removeTemporaryFolders);

describe('mirrorCheckpoint', () => {
  it('does not say that a run goes on which broke off', async () => {
    const { emit, close, content } = mirror(temporaryFolder());
    emit('run:started', STARTED);
    emit('run:failed', { runId: 'r1', code: 'LOAD_FAILED' });
    await close();
    expect(content().state).toBe('failed');
  });

  it('holds what the events told, and how to go on', async () => {
    const { emit, close, content, path } = mirror(temporaryFolder());
    emit('run:started', STARTED);
    emit('entity:planned', PLANNED);
    emit('chunk:loaded', chunk(0));
    emit('chunk:loaded', { ...chunk(1), already: true, loaded: 0, rejected: 0 });
    await close();
    expect(content()).toMatchObject({
      runId: 'r1',
      scn: '42',
      state: 'running',
      resume: 'cutover migrate --resume --run r1',
      entities: {
        coil: {
          state: 'loading',
          chunks: { planned: 3, loaded: 2 },
          rows: { source: null, filtered: null, expected: 300, read: 100, loaded: 99, rejected: 1 },
        },
      },
    });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('takes the states and tallies of the end from the outcome', async () => {
    const { emit, close, content } = mirror(temporaryFolder());
    const tally = {
      source: 340,
      read: 340,
      inserted: 290,
      updated: 0,
      skipped: 0,
      rejected: 10,
      filtered: 40,
      checksum: '0',
    };
    const entity = { entity: 'coil', state: 'complete', tally, seconds: 1, code: null, because: null } as const;
    emit('run:started', STARTED);
    emit('entity:planned', PLANNED);
    emit('entity:finished', entity);
    emit('run:finished', {
      runId: 'r1',
      state: 'complete',
      scn: '42',
      entities: [entity],
      orphans: [],
      rejects: { rejected: 10, allowed: 10 },
      seconds: 1,
    });
    await close();
    expect(content()).toMatchObject({
      state: 'complete',
      entities: {
        coil: { state: 'complete', rows: { source: 340, filtered: 40, read: 340, loaded: 290, rejected: 10 } },
      },
    });
  });

  it('waits out the second between writes of chunks', async () => {
    const { emit, close, clock } = mirror(temporaryFolder());
    emit('run:started', STARTED);
    await close();
    clock.advance(400);
    emit('chunk:loaded', chunk(0));
    await Promise.resolve();
    expect(clock.sleeps).toEqual([600]);
    await close();
  });

  it('waits no longer than that when the calendar is set back', async () => {
    const { emit, close, clock } = mirror(temporaryFolder());
    emit('run:started', STARTED);
    await close();
    clock.setBack(3_600_000);
    clock.advance(400);
    emit('chunk:loaded', chunk(0));
    await Promise.resolve();
    expect(clock.sleeps).toEqual([600]);
    await close();
  });

  it('tells once when the file cannot be written, and goes on', async () => {
    const failures: unknown[] = [];
    const { emit, close } = mirror(join(temporaryFolder(), 'no', 'such'), failures);
    emit('run:started', STARTED);
    await close();
    emit('entity:planned', PLANNED);
    await close();
    expect(failures).toEqual([expect.objectContaining({ code: 'FILE_NOT_WRITABLE' })]);
  });

  it('leaves no temporary file behind', async () => {
    const folder = temporaryFolder();
    const { emit, close } = mirror(folder);
    emit('run:started', STARTED);
    await close();
    expect(readdirSync(folder)).toEqual(['migration_checkpoint.json']);
  });
});

describe('readCheckpoint', () => {
  it('is null where there is none', async () => {
    expect(await readCheckpoint(join(temporaryFolder(), 'none.json'))).toBeNull();
  });

  it.each(['{"runId": "r1"', '[]', '{"runId": 1}'])('makes an issue of %s', async (text) => {
    const path = join(temporaryFolder(), 'c.json');
    writeFileSync(path, text);
    expect(await readCheckpoint(path)).toMatchObject({ code: 'CHECKPOINT_CORRUPT', level: 'warning' });
  });

  it('reads what the mirror wrote', async () => {
    const { emit, close, path, content } = mirror(temporaryFolder());
    emit('run:started', STARTED);
    await close();
    expect(await readCheckpoint(path)).toEqual(content());
  });
});
