import { chooseBuckets, type SideSize } from '../../../../src/validate/compare/choose-buckets';

function side(counts: readonly number[], characters = 0): SideSize {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  return { sums: { counts: Uint32Array.from(counts) }, rows, characters };
}

describe('chooseBuckets', () => {
  it('looks into all buckets that differ where they fit the memory', () => {
    const sides = { expected: side([5, 5, 5]), actual: side([5, 4, 5]), columns: 3 };
    expect(chooseBuckets([1], sides)).toEqual({ chosen: new Set([1]), left: null });
  });

  it('looks into the smallest, and counts what is left, where they do not', () => {
    const counts = [150_000, 40_000, 60_000];
    const sides = { expected: side(counts), actual: side(counts), columns: 3 };
    expect(chooseBuckets([0, 1, 2], sides)).toEqual({ chosen: new Set([1, 2]), left: { groups: 1, rows: 300_000 } });
  });

  it('holds fewer rows where they are wide, LOBs not counted in full', () => {
    const counts = [10_000, 10_000];
    const wide = { expected: side(counts, 60_000_000), actual: side(counts, 60_000_000), columns: 2 };
    expect(chooseBuckets([0, 1], wide).left).toEqual({ groups: 1, rows: 20_000 });
    const lobs = { expected: side([1_000], 9e9), actual: side([1_000], 9e9), columns: 2 };
    expect(chooseBuckets([0], lobs).left).toBeNull();
  });

  it('looks into one bucket at least', () => {
    const sides = { expected: side([900_000]), actual: side([0]), columns: 3 };
    expect(chooseBuckets([0], sides)).toEqual({ chosen: new Set([0]), left: null });
  });
});
