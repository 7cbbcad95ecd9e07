import { memorySource } from '../../../support/memory/memory-source';
import { memoryTarget } from '../../../support/memory/memory-target';
import { preparedChunks, type NumberedChunk } from '../../../../src/migrate/load/prepare-chunks';
import { aJob, aTargetTable, sourceTable, stillClock } from '../../../support/a-run';

const SHAPE = { entity: 'coil', rows: 30 };
const CHUNKS: readonly NumberedChunk[] = [0, 1, 2].map((number) => ({
  number,
  bounds: { kind: 'key', after: number === 0 ? null : [String(number * 10)], upTo: [String(number * 10 + 10)] },
}));

/** Counts what chunks hold outside of memory. */
function countedSpills() {
  const open = new Set<number>();
  let made = 0;
  const openSpill = () => {
    const number = (made += 1);
    open.add(number);
    return { append: () => 0, read: () => Buffer.alloc(0), close: () => void open.delete(number) };
  };
  return { open, openSpill };
}

describe('preparedChunks', () => {
  it.each([1, 2, 3])('frees what every chunk holds, also where the load of chunk %d fails', async (failing) => {
    const { open, openSpill } = countedSpills();
    const waiting = [...CHUNKS];
    const reading = {
      source: memorySource([sourceTable(SHAPE)]),
      target: memoryTarget([aTargetTable(SHAPE.entity)]),
      job: aJob(SHAPE),
      scn: '1',
      emit: () => undefined,
      clock: stillClock,
      signal: new AbortController().signal,
      reconnectMs: 0,
      openSpill,
    };
    const queue = {
      take: () => waiting.shift(),
      halted: () => false,
      loaded: () => undefined,
      failed: () => undefined,
    };
    const loading = async (): Promise<void> => {
      let loaded = 0;
      for await (const chunk of preparedChunks(reading, queue)) {
        expect(chunk.read).toBe(10);
        expect(open.size).toBeGreaterThan(0);
        if ((loaded += 1) === failing) throw new Error('the target has refused it');
      }
    };
    await expect(loading()).rejects.toThrow('the target has refused it');
    expect(open.size).toBe(0);
  });
});
