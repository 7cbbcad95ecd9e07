import type { Emit } from '../../../../src/core/run/events';
import { aRun } from '../../../support/a-run';

/** What of each chunk has been fetched, with the batches that the oracle reader fetches while another is used. */
function countFetched(run: ReturnType<typeof aRun>): ReadonlyMap<string, number> {
  const fetched = new Map<string, number>();
  const read = run.source.read.bind(run.source);
  run.source.read = async function* (request, chunk) {
    const name = JSON.stringify(chunk);
    const batches: (readonly (readonly unknown[])[])[] = [];
    for await (const rows of read(request, chunk)) batches.push(rows);
    const fetch = (index: number): void => {
      fetched.set(name, (fetched.get(name) ?? 0) + (batches[index]?.length ?? 0));
    };
    fetch(0);
    for (const [index, rows] of batches.entries()) {
      fetch(index + 1);
      yield rows as Awaited<ReturnType<typeof read>> extends AsyncIterable<infer Batch> ? Batch : never;
    }
  };
  return fetched;
}

describe('reading ahead', () => {
  it.each([500, 2_000, 3_333])(
    'fetches at most half of the next chunk before the one in hand is committed (%d rows)',
    async (rows) => {
      const run = aRun([{ entity: 'coil', rows: rows * 8 }], { batchSize: rows });
      const fetched = countFetched(run);
      const fetchedInAll = (): number => [...fetched.values()].reduce((sum, each) => sum + each, 0);
      let committed = 0;
      const ahead: number[] = [];
      const emit: Emit = (name, facts) => {
        if (name === 'chunk:loaded') committed += 1;
        if (name === 'chunk:step' && 'step' in facts && facts.step === 'copied') {
          ahead.push(fetchedInAll() - (committed + 1) * rows);
        }
      };
      // A target that takes its time: whatever may be read ahead is read.
      const open = run.target.loader.bind(run.target);
      run.target.loader = async (plan, context) => {
        const loader = await open(plan, context);
        return {
          ...loader,
          load: async (chunk) => {
            for (let tick = 0; tick < 100; tick += 1) await Promise.resolve();
            return loader.load(chunk);
          },
        };
      };
      expect((await run.start({ emit })).state).toBe('complete');
      expect(Math.max(...ahead)).toBeLessThanOrEqual(rows / 2);
      // It does read ahead.
      expect(Math.max(...ahead)).toBeGreaterThan(rows / 3);
      expect(run.keysOf('coil')).toHaveLength(rows * 8);
    },
  );

  it('reads a chunk of any size after an empty one in whole batches', async () => {
    const run = aRun([{ entity: 'coil', rows: 3_000 }], { batchSize: 1_000 });
    const read = run.source.read.bind(run.source);
    const asked: (number | undefined)[] = [];
    run.source.read = async function* (request, chunk) {
      asked.push(request.batchRows);
      if (chunk.kind === 'key' && chunk.after !== null) yield* read(request, chunk);
    };
    expect((await run.start()).state).toBe('complete');
    expect(run.keysOf('coil')).toHaveLength(2_000);
    expect(asked).toEqual([Infinity, Infinity, 250]);
  });
});
