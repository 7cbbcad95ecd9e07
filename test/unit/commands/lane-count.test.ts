import { laneCount } from '../../../src/commands/lane-count';
import { errorOf } from '../../support/error-of';

describe('laneCount', () => {
  it('is one where none is asked for, and what is asked for up to eight', () => {
    expect([laneCount(), laneCount(1), laneCount(8)]).toEqual([1, 1, 8]);
  });

  it.each([0, 9, 1.5, Number.NaN])('refuses %d', (lanes) => {
    expect(errorOf(() => laneCount(lanes))).toMatchObject({ code: 'USAGE' });
  });
});
