import type { NotedReject } from '../../../../src/core/ports/reject-loader';
import type { Target } from '../../../../src/core/ports/target';
import { VALUE_LIMITS } from '../../../../src/core/rows/value-limits';
import type { RejectStage } from '../../../../src/core/run/outcomes';
import { rejectsAtOnce } from '../../../../src/validate/compare/rejects-at-once';

const reject = (ordinal: number, stage: RejectStage = 'load', raw = '{}') => ({ ordinal, stage, raw }) as NotedReject;

async function batchesOf(rejects: readonly NotedReject[]): Promise<number[][]> {
  async function* rejectsOf(): AsyncGenerator<NotedReject> {
    yield* await Promise.resolve(rejects);
  }
  const target = { ledger: { rejectsOf } } as unknown as Target;
  const batches: number[][] = [];
  for await (const batch of rejectsAtOnce({ plan: { entity: 'coil' }, target, runId: 'r1' })) {
    batches.push(batch.map(({ ordinal }) => ordinal));
  }
  return batches;
}

describe('rejectsAtOnce', () => {
  it('gives each reject once and in order, 500 at a time', async () => {
    const batches = await batchesOf(Array.from({ length: 1_201 }, (_, ordinal) => reject(ordinal)));
    expect(batches.map(({ length }) => length)).toEqual([500, 500, 201]);
    expect(batches.flat()).toEqual(Array.from({ length: 1_201 }, (_, ordinal) => ordinal));
  });

  it('gives fewer where they are long', async () => {
    const long = 'x'.repeat(VALUE_LIMITS.batch / 2);
    const batches = await batchesOf([0, 1, 2, 3].map((ordinal) => reject(ordinal, 'load', long)));
    expect(batches).toEqual([[0, 1, 2], [3]]);
  });

  it('leaves out orphans, which were loaded, and gives nothing where nothing is left', async () => {
    expect(await batchesOf([reject(0, 'orphan'), reject(1, 'transform'), reject(2, 'orphan')])).toEqual([[1]]);
    expect(await batchesOf([reject(0, 'orphan')])).toEqual([]);
  });
});
