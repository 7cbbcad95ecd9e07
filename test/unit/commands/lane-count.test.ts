import { laneCount } from '../../../src/commands/lane-count';
import { errorOf } from '../../support/error-of';

describe('laneCount', () => {
  it('is one where none is asked for, and what is asked for up to eight', () => {
    expect([laneCount(), laneCount(1), laneCount(8)]).toEqual([1, 1, 8]);
  });

  it.each([0, 9, 1.5, Number.NaN])('refuses %d', (lanes) => {
    expect(errorOf(() => laneCount(lanes))).toMatchObject({ code: 'USAGE' });
  });

  it('refuses several lanes that would wait for each other at the pool of the source', () => {
    expect(errorOf(() => laneCount(4, { poolMax: 5 }))).toMatchObject({
      code: 'USAGE',
      message: '4 lanes need 6 Oracle sessions, and poolMax allows 5',
    });
    expect([laneCount(4, { poolMax: 6 }), laneCount(1, { poolMax: 2 }), laneCount(8)]).toEqual([4, 1, 8]);
  });
});
