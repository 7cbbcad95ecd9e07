import fc from 'fast-check';
import { EntityGauges } from '../../../src/terminal/entity-gauge';

const chunk = (read: number, already = false) => ({
  entity: 'coil',
  chunk: 0,
  read,
  loaded: read,
  skipped: 0,
  rejected: 0,
  already,
});

describe('EntityGauges', () => {
  it('never passes 100 %, and says 100 only when nothing is left', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(20_000), fc.array(fc.nat(5_000)), (rows, doneRows, reads) => {
        const gauges = new EntityGauges(() => 0);
        gauges.plan({ entity: 'coil', rows, chunks: 1, doneChunks: 0, doneRows });
        for (const read of reads) gauges.add(chunk(read));
        const { percent, done, total } = gauges.reading('coil')!;
        expect(percent).toBeLessThanOrEqual(100);
        expect(done).toBeLessThanOrEqual(total);
        expect(percent === 100).toBe(done === total);
      }),
    );
  });

  it('takes the rate and the time left from the rows of this start', () => {
    let nowMs = 0;
    const gauges = new EntityGauges(() => nowMs);
    gauges.plan({ entity: 'coil', rows: 1000, chunks: 10, doneChunks: 0, doneRows: 500 });
    gauges.begin('coil');
    nowMs = 2000;
    gauges.add(chunk(100));
    gauges.add(chunk(100, true));
    expect(gauges.reading('coil')).toEqual({
      entity: 'coil',
      done: 600,
      total: 1000,
      percent: 60,
      rowsPerSecond: 50,
      secondsLeft: 8,
    });
  });

  it('ignores entities that were not planned', () => {
    const gauges = new EntityGauges(() => 0);
    gauges.add(chunk(1));
    expect(gauges.reading('coil')).toBeNull();
  });
});
