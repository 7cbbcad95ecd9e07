import { MigrationError } from '../../../../src/core/errors';
import type { ChunkBounds, ChunkRead } from '../../../../src/core/ports/legacy-source';
import { aRun } from '../../../support/a-run';

type Run = ReturnType<typeof aRun>;

const keys = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
const sorted = (run: Run, entity: string): string[] => run.keysOf(entity).sort((a, b) => Number(a) - Number(b));
const notices = (run: Run): string[] =>
  run.events.flatMap(({ facts }) => ('message' in facts && !('code' in facts) ? [facts.message] : []));

const gone = (): MigrationError =>
  new MigrationError('TARGET_UNREACHABLE', 'gone', { hint: 'Check that the target server is up and reachable.' });
const undoLost = (): MigrationError =>
  new MigrationError('SNAPSHOT_LOST', 'undo is overwritten', {
    facts: { number: 'ORA-01555' },
    remedy: 'smaller-pieces',
  });

/** Makes one method of a port fail the first `times` times. */
function failFirst(port: object, method: string, { times, error }: { times: number; error: () => Error }): void {
  const methods = port as Record<string, (...given: unknown[]) => Promise<unknown>>;
  const works = methods[method]?.bind(port);
  let left = times;
  methods[method] = (...given) => {
    left -= 1;
    return left >= 0 || works === undefined ? Promise.reject(error()) : works(...given);
  };
}

describe('a target that does not answer for a while', () => {
  it.each([
    'install',
    'createRun',
    'findPlan',
    'savePlan',
    'saveCounts',
    'loadedChunks',
    'progress',
    'setState',
  ] as const)('is waited for when the ledger is asked to %s', async (method) => {
    const run = aRun([{ entity: 'coil', rows: 25 }]);
    failFirst(run.target.ledger, method, { times: 3, error: gone });
    expect(await run.start()).toMatchObject({ state: 'complete' });
    expect(run.keysOf('coil')).toEqual(keys(1, 25));
    expect(notices(run)).toHaveLength(3);
  });

  it.each([
    'claimRun',
    'count',
    'setForeignKeysAside',
    'setObjectsAside',
    'loader',
    'restoreForeignKeys',
    'restoreObjects',
    'advanceSequences',
  ] as const)('is waited for at %s', async (method) => {
    const run = aRun([{ entity: 'coil', rows: 25 }]);
    failFirst(run.target, method, { times: 2, error: gone });
    expect(await run.start()).toMatchObject({ state: 'complete' });
    expect(run.keysOf('coil')).toEqual(keys(1, 25));
  });

  it('is given up in the end, with the command to resume in the hint, and not waited for twice', async () => {
    const run = aRun([{ entity: 'coil', rows: 25 }]);
    const answers = run.target.ledger.progress.bind(run.target.ledger);
    run.target.loader = () => Promise.reject(gone());
    run.target.ledger.progress = (runId) => (notices(run).length > 0 ? Promise.reject(gone()) : answers(runId));
    await expect(run.start({ reconnectMs: 10_000 })).rejects.toMatchObject({
      code: 'TARGET_UNREACHABLE',
      hint: expect.stringContaining('cutover migrate --resume --run run-1') as string,
    });
    const waits = notices(run);
    expect(waits[0]).toBe('loading coil, chunk 0: TARGET_UNREACHABLE, trying again in 0.25 s');
    expect(waits.every((text) => text.startsWith('loading coil'))).toBe(true);
  });

  it('is not promised to be resumable after a rehearsal', async () => {
    const run = aRun([{ entity: 'coil', rows: 25 }]);
    run.target.setForeignKeysAside = () => Promise.reject(gone());
    const failure = run.start({ reconnectMs: 0, mode: 'rehearse' }).catch((error: unknown) => error);
    expect(((await failure) as MigrationError).hint).not.toContain('--resume');
  });

  it('may have created the run although its answer was lost', async () => {
    const run = aRun([{ entity: 'coil', rows: 5 }]);
    const create = run.target.ledger.createRun.bind(run.target.ledger);
    const created: string[] = [];
    run.target.ledger.createRun = async (setup) => {
      created.push(setup.id);
      await create(setup);
      throw gone();
    };
    expect(await run.start()).toMatchObject({ state: 'complete' });
    expect(created).toEqual(['run-1']);
  });
});

describe('a source that does not answer for a while', () => {
  const away = (): MigrationError => new MigrationError('SOURCE_UNREACHABLE', 'away');

  it.each(['takeScn', 'count', 'planChunks'] as const)('is waited for at %s', async (method) => {
    const run = aRun([{ entity: 'coil', rows: 25 }]);
    failFirst(run.source, method, { times: 2, error: away });
    expect(await run.start()).toMatchObject({ state: 'complete' });
  });

  it('stops the run when the time is over; the accounts of the target are there', async () => {
    const run = aRun([{ entity: 'coil', rows: 25 }]);
    run.source.read = () => {
      throw away();
    };
    expect(await run.start({ reconnectMs: 5_000 })).toMatchObject({
      state: 'failed',
      entities: [{ state: 'failed', code: 'SOURCE_UNREACHABLE', tally: { source: 25 } }],
    });
  });
});

describe('a chunk whose undo is overwritten while it is read', () => {
  const sizeOf = (chunk: ChunkBounds): number =>
    chunk.kind === 'key' ? Number(chunk.upTo?.[0] ?? 40) - Number(chunk.after?.[0] ?? 0) : 40;

  /** Reads of more than `most` rows lose their undo after they have given some. */
  function losingUndo(run: Run, most: number): ChunkBounds[] {
    const read = run.source.read.bind(run.source);
    const asked: ChunkBounds[] = [];
    run.source.read = async function* (request: ChunkRead, chunk: ChunkBounds) {
      asked.push(chunk);
      for await (const rows of read(request, chunk)) {
        yield sizeOf(chunk) > most ? rows.slice(0, 1) : rows;
        if (sizeOf(chunk) > most) throw undoLost();
      }
    };
    return asked;
  }

  it.each([
    ['once', 10, 20],
    ['three times', 3, 20],
  ])('is cut smaller %s and stays one chunk', async (_, most, batchSize) => {
    const run = aRun([{ entity: 'coil', rows: 40 }], { batchSize });
    losingUndo(run, most);
    expect(await run.start()).toMatchObject({ state: 'complete', entities: [{ tally: { read: 40, inserted: 40 } }] });
    expect(sorted(run, 'coil')).toEqual(keys(1, 40));
    expect(await run.target.ledger.loadedChunks('run-1', 'coil')).toEqual(new Set([0, 1]));
    expect(notices(run).filter((text) => text.includes('in smaller pieces'))).toHaveLength(2);
  });

  it('stops the run when sixteenths do not help, and what is left can be read at a new SCN by an explicit flag only', async () => {
    const run = aRun(
      [
        { entity: 'line', rows: 5 },
        { entity: 'coil', rows: 40 },
        { entity: 'job', rows: 5 },
      ],
      { batchSize: 20 },
    );
    const read = run.source.read.bind(run.source);
    run.source.read = (request, chunk) => {
      if (request.plan.entity === 'coil' && request.scn === '1000' && chunk.kind === 'key' && chunk.after !== null) {
        throw undoLost();
      }
      return read(request, chunk);
    };
    expect(await run.start()).toMatchObject({
      state: 'failed',
      entities: [{ state: 'complete' }, { state: 'failed', code: 'SNAPSHOT_LOST' }, { state: 'not-started' }],
    });
    expect(await run.start({ resume: {} })).toMatchObject({ state: 'failed', scn: '1000' });

    run.source.takeScn = () => Promise.resolve('2000');
    const counted: (string | null)[] = [];
    const count = run.source.count.bind(run.source);
    run.source.count = (request) => {
      counted.push(`${request.plan.entity} at ${request.scn ?? ''}`);
      return count(request);
    };
    expect(await run.start({ resume: { snapshot: 'new' } })).toMatchObject({
      state: 'complete',
      scn: '2000',
      entities: [
        { entity: 'line', snapshots: ['1000'] },
        { entity: 'coil', snapshots: ['1000', '2000'] },
        { entity: 'job', snapshots: ['2000'] },
      ],
    });
    expect(counted).toEqual(['coil at 2000', 'job at 2000']);
    expect(sorted(run, 'coil')).toEqual(keys(1, 40));
  });

  it('refuses a new SCN for a run that has none', async () => {
    const run = aRun([{ entity: 'coil', rows: 40, bad: [1] }], { snapshot: 'none' });
    await run.start();
    await expect(run.start({ resume: { snapshot: 'new' } })).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('a run whose claim another operator has taken over in mid-run', () => {
  it('stops, and leaves the state of the run to that operator', async () => {
    const run = aRun([
      { entity: 'coil', rows: 25 },
      { entity: 'line', rows: 5 },
    ]);
    const taken = (): MigrationError => new MigrationError('RUN_ACTIVE', 'another operator is at work on this target');
    const states: string[] = [];
    run.target.ledger.setState = (_, state) => {
      states.push(state);
      return Promise.resolve();
    };
    failFirst(run.target, 'loader', { times: 9, error: taken });
    await expect(run.start()).rejects.toMatchObject({ code: 'RUN_ACTIVE' });
    expect(states).toEqual([]);
    expect(run.keysOf('line')).toEqual([]);
  });
});
