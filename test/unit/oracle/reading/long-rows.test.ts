import { bytesOf, joined } from '../../../../src/oracle/reading/long-rows';
import { VALUE_LIMITS } from '../../../../src/core/rows/value-limits';

describe('the bytes of a batch', () => {
  it('are those of its values in memory, where a text has up to two for each unit', () => {
    expect(bytesOf(['AAA', null, Buffer.alloc(5), '😀'])).toBe(3 * 2 + 5 + 2 * 2);
  });

  it('end it when they are enough, whatever characters its texts are of', () => {
    const { add, rest } = joined(1_000);
    const half = [['x'.repeat(VALUE_LIMITS.batch / 4)]];
    expect(add(half)).toBeNull();
    expect(add(half)).toHaveLength(2);
    expect(add(half)).toBeNull();
    expect(rest()).toHaveLength(1);
  });
});
