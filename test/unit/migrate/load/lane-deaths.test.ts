import { MigrationError } from '../../../../src/core/errors';
import { openLane, type OpenLane } from '../../../../src/migrate/load/lane';
import type { NumberedChunk } from '../../../../src/migrate/load/prepare-chunks';
import { aRun } from '../../../support/a-run';

/** Whether a lane dies with this chunk in hand; null: before it has one. */
type Dies = (lane: number, chunk: NumberedChunk | null) => boolean;

/** Lanes that die when they are handed certain chunks, as threads do: nothing of what they have taken is loaded. */
function dyingLanes(dies: Dies): OpenLane {
  return (context, number) => {
    const lane = openLane(context, number);
    const lost = new MigrationError('LANE_LOST', `lane ${number} died`);
    return {
      ...lane,
      load: async (job, queue) => {
        if (dies(number, null)) throw lost;
        const inHand = new Set<number>();
        const death = { is: false };
        await lane.load(job, {
          ...queue,
          take: async () => {
            const chunk = death.is ? undefined : await queue.take();
            death.is ||= chunk !== undefined && dies(number, chunk);
            if (chunk !== undefined) inHand.add(chunk.number);
            return death.is ? undefined : chunk;
          },
        });
        if (death.is) throw lost;
      },
    };
  };
}

const keys = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index + 1)).sort();
const once = (dies: Dies): Dies => {
  let died = false;
  return (...at) => !died && (died = dies(...at));
};

describe('a lane that dies', () => {
  it.each([1, 2, 3])('leaves its chunk to another one, or to itself anew, with %d lanes', async (lanes) => {
    const run = aRun([{ entity: 'coil', rows: 95 }], { lanes });
    const outcome = await run.start({ openLane: dyingLanes(once((_, chunk) => chunk?.number === 4)) });
    expect(outcome.state).toBe('complete');
    expect(run.keysOf('coil').sort()).toEqual(keys(95));
    const notices = run.events.filter(({ name }) => name === 'notice');
    expect(notices).toEqual([
      {
        name: 'notice',
        facts: { message: expect.stringMatching(/^lane \d died; chunk .*4 of coil goes to/) as string },
      },
    ]);
  });

  it('is made good when it had the last chunk of the run', async () => {
    const run = aRun([{ entity: 'coil', rows: 20 }], { lanes: 2 });
    const outcome = await run.start({ openLane: dyingLanes(once((_, chunk) => chunk?.number === 1)) });
    expect(outcome.state).toBe('complete');
    expect(run.keysOf('coil').sort()).toEqual(keys(20));
  });

  it('fails the entity when it is the second over the same chunk; the others go on and a resumed run loads the rest', async () => {
    const run = aRun(
      [
        { entity: 'coil', rows: 95 },
        { entity: 'skid', rows: 25, parents: ['coil'] },
        { entity: 'line', rows: 25 },
      ],
      { lanes: 2 },
    );
    const outcome = await run.start({ openLane: dyingLanes((_, chunk) => chunk?.number === 4) });
    expect(outcome.entities).toMatchObject([
      { entity: 'coil', state: 'failed', code: 'LANE_LOST' },
      { entity: 'skid', state: 'blocked' },
      { entity: 'line', state: 'complete' },
    ]);
    expect((await run.start({ resume: {} })).state).toBe('complete');
    expect(run.keysOf('coil').sort()).toEqual(keys(95));
  });

  it('is not begun anew without end when it dies before it has a chunk', async () => {
    const run = aRun([{ entity: 'coil', rows: 95 }], { lanes: 1 });
    const outcome = await run.start({ openLane: dyingLanes((_, chunk) => chunk === null) });
    expect(outcome.entities).toMatchObject([{ state: 'failed', code: 'LANE_LOST' }]);
  });

  it('leaves an interrupted entity when the run is stopped before another takes its chunk', async () => {
    const run = aRun([{ entity: 'coil', rows: 95 }], { lanes: 1 });
    const dies = once((_, chunk) => {
      if (chunk?.number !== 4) return false;
      run.interrupt.abort();
      return true;
    });
    const outcome = await run.start({ openLane: dyingLanes(dies) });
    expect(outcome.entities).toMatchObject([{ state: 'interrupted', code: null }]);
  });
});
