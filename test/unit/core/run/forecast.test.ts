import { conflictTally, forecastDuration } from '../../../../src/core/run/forecast';
import type { ChunkTime } from '../../../../src/core/run/evidence';

const chunk = (entity: string, number: number, read: number, ms: number): ChunkTime => ({
  entity,
  chunk: number,
  lane: 0,
  read,
  loaded: read,
  fromMs: 1_000,
  toMs: 1_000 + ms,
});
const complete = { state: 'complete', seconds: 100 } as const;

describe('forecastDuration', () => {
  it('takes the time of the rehearsal, give or take a fifth where all chunks went alike', () => {
    const chunks = [1, 2, 3, 4, 5, 6].map((number) => chunk('coil', number, 100 * number, 10 * number));
    expect(forecastDuration(complete, chunks)).toEqual({ seconds: 100, fromSeconds: 80, toSeconds: 120, chunks: 6 });
  });

  it('is as uncertain as the chunks of an entity were uneven, whatever the entities differ by', () => {
    const uneven = [10, 30, 10, 30].map((ms, number) => chunk('coil', number, 100, ms));
    const even = [20, 20].map((ms, number) => chunk('job', number, 1, ms));
    // 10 ms off the mean in each of four chunks, of 120 ms in all.
    const { fromSeconds, toSeconds } = forecastDuration(complete, [...uneven, ...even])!;
    expect([fromSeconds, toSeconds].map((seconds) => Math.round(seconds))).toEqual([67, 133]);
  });

  it('claims no precision from a handful of chunks, and none at all from an unfinished rehearsal', () => {
    expect(forecastDuration(complete, [chunk('coil', 0, 10, 10)])).toMatchObject({ fromSeconds: 50, toSeconds: 150 });
    expect(forecastDuration(complete, [])).toMatchObject({ fromSeconds: 50, toSeconds: 150 });
    expect(forecastDuration({ state: 'interrupted', seconds: 1 }, [])).toBeNull();
  });
});

describe('conflictTally', () => {
  it('sums the chunks by index and fate, one that was done twice once', () => {
    const tally = conflictTally();
    const met = (rows: number, keys: readonly string[]) => [
      { constraint: 'pk', fate: 'skipped', rows, sampleKeys: keys } as const,
    ];
    tally.add('coil', 0, met(9, ['[1]', '[2]']));
    tally.add('coil', 0, met(2, ['[1]', '[2]']));
    tally.add('coil', 1, met(5, ['[3]', '[4]', '[5]', '[6]']));
    tally.add('job', 1, met(1, ['[7]']));
    expect(tally.conflicts()).toEqual([
      { entity: 'coil', constraint: 'pk', fate: 'skipped', rows: 7, sampleKeys: ['[1]', '[2]', '[3]', '[4]', '[5]'] },
      { entity: 'job', constraint: 'pk', fate: 'skipped', rows: 1, sampleKeys: ['[7]'] },
    ]);
  });
});
