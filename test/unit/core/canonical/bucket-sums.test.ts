import fc from 'fast-check';
import { BucketSums } from '../../../../src/core/canonical/bucket-sums';
import { digestOf, spread } from '../../../../src/core/canonical/row-digest';

function sumsOf(rows: readonly string[]): BucketSums {
  const sums = new BucketSums(16);
  for (const row of rows) sums.add(spread(row) % 16, digestOf(row));
  return sums;
}

describe('BucketSums', () => {
  it('agree for the same rows in any order, and differ only in the buckets of others', () => {
    const rows = fc.array(fc.string(), { maxLength: 40 });
    fc.assert(
      fc.property(rows, fc.option(fc.string()), (common, more) => {
        const added = more === null ? [] : [more];
        const differing = sumsOf([...common, ...added]).differing(sumsOf([...common].reverse()));
        expect(differing).toEqual(added.map((row) => spread(row) % 16));
      }),
    );
  });

  it('tell a row that is there twice', () => {
    expect(sumsOf(['a', 'a']).differing(sumsOf(['a']))).toHaveLength(1);
  });
});
