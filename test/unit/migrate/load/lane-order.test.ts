import type { EntityJob } from '../../../../src/migrate/jobs/entity-job';
import type { Lane, OpenLane } from '../../../../src/migrate/load/lane';
import type { ChunkQueue } from '../../../../src/migrate/load/prepare-chunks';
import { aRun, type EntityShape } from '../../../support/a-run';

const CHUNK_ROWS = 10;
const SECONDS_A_CHUNK = 1;

/** Time that passes only when everybody waits for it. */
function virtualTime() {
  let now = 0;
  const sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  const sleep = (seconds: number): Promise<void> =>
    new Promise((wake) => {
      sleepers.push({ at: now + seconds, wake });
    });
  const pass = async (): Promise<void> => {
    for (;;) {
      // All that can go on without time has gone on.
      await new Promise((resolve) => setImmediate(resolve));
      sleepers.sort((a, b) => a.at - b.at);
      const next = sleepers.shift();
      if (next === undefined) return;
      now = next.at;
      next.wake();
    }
  };
  return { sleep, pass, now: () => now };
}

type Time = ReturnType<typeof virtualTime>;

/** A lane that needs the same time for each chunk, in place of one that loads. */
function timedLane(time: Time, loaded: (job: EntityJob) => void): Lane {
  return {
    load: async (job: EntityJob, queue: ChunkQueue) => {
      for (let chunk; (chunk = await queue.take()) !== undefined;) {
        await time.sleep(SECONDS_A_CHUNK);
        queue.loaded(chunk.number, 0);
        loaded(job);
      }
    },
    close: () => Promise.resolve(),
  };
}

/** How long the lanes take for all chunks, and in which order they end. */
async function simulate(shapes: readonly EntityShape[], lanes: number) {
  const time = virtualTime();
  const order: string[] = [];
  const openLane: OpenLane = () => timedLane(time, ({ entity }) => order.push(entity));
  const run = aRun(shapes, { lanes, batchSize: CHUNK_ROWS });
  const done = run.start({ openLane });
  const state = { ended: false };
  const watched = done.finally(() => (state.ended = true));
  while (!state.ended) await time.pass();
  await watched;
  return { seconds: time.now(), order: order.filter((entity, index) => entity !== order[index - 1]) };
}

/** The same when each lane that is free takes the first chunk in the order of the list whose parents are loaded. */
function byList(shapes: readonly EntityShape[], lanes: number): number {
  const left = new Map(shapes.map(({ entity, rows }) => [entity, Math.max(1, Math.ceil(rows / CHUNK_ROWS))]));
  const free = ({ parents = [] }: EntityShape): boolean => parents.every((parent) => (left.get(parent) ?? 0) === 0);
  let seconds = 0;
  for (; [...left.values()].some((chunks) => chunks > 0); seconds += SECONDS_A_CHUNK) {
    const open = shapes.filter((shape) => free(shape));
    let hands = lanes;
    for (const { entity } of open) {
      const taken = Math.min(hands, left.get(entity) ?? 0);
      left.set(entity, (left.get(entity) ?? 0) - taken);
      hands -= taken;
    }
  }
  return seconds;
}

const EXAMPLES: readonly (readonly [string, readonly EntityShape[], number])[] = [
  [
    'a small parent of a large child stands last',
    [
      { entity: 'line', rows: 100 },
      { entity: 'carrier', rows: 100 },
      { entity: 'customer', rows: 10 },
      { entity: 'coil', rows: 10, parents: ['customer'] },
      { entity: 'job', rows: 10, parents: ['coil'] },
      { entity: 'skid', rows: 10, parents: ['job'] },
    ],
    3,
  ],
  [
    'the reference application',
    [
      { entity: 'carrier', rows: 10 },
      { entity: 'line', rows: 10 },
      { entity: 'customer', rows: 10 },
      { entity: 'coil', rows: 230, parents: ['customer'] },
      { entity: 'job', rows: 120, parents: ['customer', 'coil'] },
      { entity: 'skid', rows: 50, parents: ['job'] },
      { entity: 'qa', rows: 60, parents: ['job'] },
      { entity: 'shipment', rows: 40, parents: ['carrier', 'customer'] },
    ],
    4,
  ],
  [
    'two large ones',
    [
      { entity: 'coil', rows: 130 },
      { entity: 'job', rows: 70 },
    ],
    2,
  ],
  [
    'a chain beside independent ones',
    [
      { entity: 'skid', rows: 30 },
      { entity: 'qa', rows: 30 },
      { entity: 'coil', rows: 20 },
      { entity: 'job', rows: 20, parents: ['coil'] },
    ],
    2,
  ],
];

describe('the order in which lanes take the entities', () => {
  it.each(EXAMPLES)('ends no later than by the order of the list: %s', async (_, shapes, lanes) => {
    expect((await simulate(shapes, lanes)).seconds).toBeLessThanOrEqual(byList(shapes, lanes));
  });

  it('begins with what the most rows wait for, where there are several lanes', async () => {
    const [, shapes, lanes] = EXAMPLES[0] ?? ['', [], 1];
    expect(byList(shapes, lanes)).toBe(10);
    const { seconds, order } = await simulate(shapes, lanes);
    expect(order[0]).toBe('line');
    expect(seconds).toBe(9);
  });

  it('keeps the order of the list with one lane', async () => {
    const [, shapes] = EXAMPLES[1] ?? ['', []];
    expect((await simulate(shapes, 1)).order).toEqual(shapes.map(({ entity }) => entity));
  });

  it('is found at once where each of many entities has two parents, whose ways multiply', async () => {
    const shapes = Array.from({ length: 60 }, (_, at) => ({
      entity: `e${at}`,
      rows: 1,
      parents: [at - 1, at - 2].filter((parent) => parent >= 0).map((parent) => `e${parent}`),
    }));
    expect((await simulate(shapes, 2)).order).toHaveLength(60);
  });

  it('is the same each time', async () => {
    const [, shapes, lanes] = EXAMPLES[1] ?? ['', [], 1];
    expect(await simulate(shapes, lanes)).toEqual(await simulate(shapes, lanes));
  });
});
