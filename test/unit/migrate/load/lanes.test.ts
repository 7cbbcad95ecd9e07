import type { ChunkStep, Emit } from '../../../../src/core/run/events';
import { MigrationError } from '../../../../src/core/errors';
import { aRun, type EntityShape, countOpenReads } from '../../../support/a-run';

type Run = ReturnType<typeof aRun>;
type Read = Parameters<Run['source']['read']>;

const keys = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** The keys in the target, sorted: lanes commit in any order. */
const loadedKeys = (run: Run, entity: string): number[] =>
  run
    .keysOf(entity)
    .map(Number)
    .sort((a, b) => a - b);

/** An emit that dies at the given step; after that no lane gets any further, as in a killed process. */
function dyingAt(step: ChunkStep, chunk: number): Emit {
  let dead = false;
  return (name, facts) => {
    dead ||= name === 'chunk:step' && 'step' in facts && facts.step === step && facts.chunk === chunk;
    if (dead) throw new Error('killed');
  };
}

/** Fails the reads that `fails` chooses. */
function breakReads(run: Run, fails: (...read: Read) => boolean): void {
  const read = run.source.read.bind(run.source);
  run.source.read = (...request) => {
    if (fails(...request)) throw new MigrationError('SOURCE_READ_FAILED', 'ORA-08103');
    return read(...request);
  };
}

/** Loses the connection of a lane at each chunk, so many times. Returns the lanes whose connections were opened. */
function loseConnections(run: Run, { lane, times }: { readonly lane: number; readonly times: number }): () => number[] {
  let losses = times;
  const opened: number[] = [];
  const open = run.target.loader.bind(run.target);
  run.target.loader = async (plan, context) => {
    opened.push(context.lane);
    const loader = await open(plan, context);
    const load: typeof loader.load = (chunk) => {
      if (context.lane !== lane || (losses -= 1) < 0) return loader.load(chunk);
      return Promise.reject(new MigrationError('TARGET_UNREACHABLE', 'connection lost'));
    };
    return { ...loader, load };
  };
  return () => opened;
}

const entityOf = (facts: object): unknown => ('entity' in facts ? facts.entity : null);

describe('migrate with several lanes', () => {
  const start = (shapes: readonly EntityShape[], lanes: number): Run => aRun(shapes, { lanes });

  it('loads every row once, and every lane has its share', async () => {
    const run = start([{ entity: 'coil', rows: 95 }], 3);
    const loader = jest.spyOn(run.target, 'loader');
    const outcome = await run.start();
    expect(outcome.state).toBe('complete');
    expect(loadedKeys(run, 'coil')).toEqual(keys(1, 95));
    expect(loader.mock.calls.map(([, { lane }]) => lane).sort()).toEqual([0, 1, 2]);
  });

  it.each(['before-fence', 'fenced', 'mid-copy', 'copied', 'committed'] as const)(
    'resumes to the same rows when it dies at the step %s with two lanes',
    async (step) => {
      const run = start([{ entity: 'coil', rows: 95 }], 2);
      await expect(run.start({ emit: dyingAt(step, 4) })).rejects.toThrow('killed');
      expect(loadedKeys(run, 'coil').length).toBeLessThan(95);
      await run.start({ resume: {}, lanes: 3 });
      expect(loadedKeys(run, 'coil')).toEqual(keys(1, 95));
    },
  );

  it('holds at most the chunk in hand and one read ahead for each lane', async () => {
    const run = aRun([{ entity: 'coil', rows: 8_000 }], { lanes: 2, batchSize: 400 });
    let held = 0;
    let most = 0;
    const read = run.source.read.bind(run.source);
    run.source.read = (...request) => {
      held += 1;
      most = Math.max(most, held);
      return read(...request);
    };
    const emit: Emit = (name) => {
      if (name === 'chunk:loaded') held -= 1;
    };
    await run.start({ emit });
    expect(most).toBe(4);
  });

  it('begins an entity when its parents have ended, and an independent one at once', async () => {
    const run = start(
      [
        { entity: 'customer', rows: 25 },
        { entity: 'coil', rows: 25, parents: ['customer'] },
        { entity: 'line', rows: 5 },
      ],
      4,
    );
    const order: string[] = [];
    let begin = (): void => undefined;
    const lineBegun = new Promise<void>((resolve) => (begin = resolve));
    const read = run.source.read.bind(run.source);
    run.source.read = async function* (...request) {
      const { entity } = request[0].plan;
      order.push(`read ${entity}`);
      if (entity === 'line') begin();
      // With the customers held back until then, the line can only be read beside them.
      if (entity === 'customer') await lineBegun;
      yield* read(...request);
    };
    const emit: Emit = (name, facts) => {
      if (name === 'chunk:loaded') order.push(`loaded ${String(entityOf(facts))}`);
    };
    expect((await run.start({ emit })).state).toBe('complete');
    expect(order.indexOf('read coil')).toBeGreaterThan(order.lastIndexOf('loaded customer'));
  });

  it('blocks the dependants of a failed entity by name and goes on with the others', async () => {
    const run = start(
      [
        { entity: 'customer', rows: 45 },
        { entity: 'coil', rows: 25, parents: ['customer'] },
        { entity: 'skid', rows: 25, parents: ['coil'] },
        { entity: 'line', rows: 25 },
      ],
      3,
    );
    breakReads(run, ({ plan }, chunk) => plan.entity === 'customer' && chunk.kind === 'key' && chunk.upTo === null);
    const outcome = await run.start();
    expect(outcome.state).toBe('failed');
    expect(outcome.entities).toMatchObject([
      { entity: 'customer', state: 'failed', code: 'SOURCE_READ_FAILED' },
      { entity: 'coil', state: 'blocked', because: 'blocked by customer' },
      { entity: 'skid', state: 'blocked', because: 'blocked by coil' },
      { entity: 'line', state: 'complete' },
    ]);
    expect([run.keysOf('coil'), run.keysOf('skid')]).toEqual([[], []]);
  });

  it('drops the chunks left of an entity that failed, and a resumed run loads them', async () => {
    const run = start([{ entity: 'coil', rows: 200 }], 3);
    let broken = true;
    breakReads(run, (_, chunk) => broken && chunk.kind === 'key' && chunk.after?.[0] === '10');
    const outcome = await run.start();
    expect(outcome.entities).toMatchObject([{ state: 'failed', code: 'SOURCE_READ_FAILED' }]);
    expect(loadedKeys(run, 'coil').length).toBeLessThanOrEqual(50);
    broken = false;
    expect((await run.start({ resume: {} })).state).toBe('complete');
    expect(loadedKeys(run, 'coil')).toEqual(keys(1, 200));
  });

  it('stops every lane after its chunk in hand when interrupted', async () => {
    const run = start(
      [
        { entity: 'coil', rows: 95 },
        { entity: 'line', rows: 5 },
      ],
      2,
    );
    const interrupting: Emit = (name) => {
      if (name === 'chunk:loaded') run.interrupt.abort();
    };
    const outcome = await run.start({ emit: interrupting });
    expect(outcome.entities.map(({ state }) => state)).toEqual(['interrupted', 'not-started']);
    expect(loadedKeys(run, 'coil').length).toBeLessThanOrEqual(20);
    expect(loadedKeys(run, 'coil').length % 10).toBe(0);
  });

  it('stops the run when more rows are rejected than allowed; only the entity that passed the limit has failed', async () => {
    const run = start(
      [
        { entity: 'coil', rows: 5, bad: [1, 2, 3] },
        { entity: 'line', rows: 95 },
        // What waits for the coils makes them the first to be loaded.
        { entity: 'skid', rows: 195, parents: ['coil'] },
      ],
      2,
    );
    const outcome = await run.start({ rejectLimit: { kind: 'rows', rows: 2 } });
    expect(outcome.state).toBe('failed');
    expect(outcome.entities).toMatchObject([
      { state: 'failed', code: 'TOO_MANY_REJECTS' },
      { state: 'interrupted', code: null },
      { state: 'not-started', code: null },
    ]);
  });

  it('replaces the connection of a lane that is lost, and sends the chunk in hand again', async () => {
    const run = start([{ entity: 'coil', rows: 95 }], 3);
    const opened = loseConnections(run, { lane: 1, times: 2 });
    expect((await run.start()).state).toBe('complete');
    expect(loadedKeys(run, 'coil')).toEqual(keys(1, 95));
    expect(opened().filter((lane) => lane === 1)).toHaveLength(3);
    expect(run.events.filter(({ name }) => name === 'notice')).toHaveLength(2);
  });

  it('stops when the retries of one lane are used up; the others finish their chunk, and a resumed run the rest', async () => {
    const run = start(
      [
        { entity: 'coil', rows: 195 },
        { entity: 'line', rows: 5 },
      ],
      3,
    );
    loseConnections(run, { lane: 1, times: 1_000 });
    const outcome = await run.start();
    expect(outcome.entities).toMatchObject([
      { state: 'failed', code: 'TARGET_UNREACHABLE' },
      { state: 'not-started', code: null },
    ]);
    expect(loadedKeys(run, 'coil').length).toBeLessThan(195);
    expect(loadedKeys(run, 'coil').length % 5).toBe(0);
    expect((await run.start({ resume: {}, lanes: 1 })).state).toBe('complete');
    expect(loadedKeys(run, 'coil')).toEqual(keys(1, 195));
  });

  it.each([
    ['a fault of the program', new TypeError('bug')],
    ['a failure of the entity', new MigrationError('LOAD_FAILED', 'refused')],
  ])('loads no chunk that is only read ahead after %s on another lane', async (_, fault) => {
    const run = start([{ entity: 'coil', rows: 195 }], 3);
    let failed = false;
    const begunAfter: unknown[] = [];
    const emit: Emit = (name, facts) => {
      if (name !== 'chunk:step' || !('step' in facts) || facts.step !== 'before-fence') return;
      if (failed) begunAfter.push(facts.chunk);
      if (facts.chunk !== 1) return;
      failed = true;
      throw fault;
    };
    await run.start({ emit }).catch(() => undefined);
    // Each of the two other lanes may still be reading what is then its chunk in hand.
    expect(begunAfter.length).toBeLessThanOrEqual(2);
    expect(loadedKeys(run, 'coil').length).toBeLessThanOrEqual(30);
  });

  it('has stopped reading ahead on all lanes when it ends because a chunk cannot be loaded', async () => {
    const run = start([{ entity: 'coil', rows: 95 }], 3);
    const openReads = countOpenReads(run.source);
    await expect(run.start({ emit: dyingAt('fenced', 1) })).rejects.toThrow('killed');
    expect(openReads()).toBe(0);
  });

  it('ends entities that point to each other', async () => {
    const run = start(
      [
        { entity: 'coil', rows: 25, parents: ['skid'] },
        { entity: 'skid', rows: 25, parents: ['coil'] },
      ],
      3,
    );
    expect((await run.start()).state).toBe('complete');
  });
});
