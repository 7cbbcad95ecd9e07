import { needSessionsForLanes, needSessionsForLookups } from '../../../../src/app/project/lane-count';
import { legacyTable } from '../../../../src/core/mapping/legacy-table';
import { errorOf } from '../../../support/error-of';

describe('needSessionsForLanes', () => {
  it.each([1, 8])('agrees to %d', (lanes) => {
    expect(
      errorOf(() => {
        needSessionsForLanes(lanes);
      }),
    ).toBeUndefined();
  });

  it.each([0, 9, 1.5, Number.NaN])('refuses %d', (lanes) => {
    expect(
      errorOf(() => {
        needSessionsForLanes(lanes);
      }),
    ).toMatchObject({ code: 'USAGE' });
  });

  it('refuses several lanes that would wait for each other at the pool of the source', () => {
    expect(
      errorOf(() => {
        needSessionsForLanes(4, { poolMax: 5 });
      }),
    ).toMatchObject({
      code: 'USAGE',
      message: '4 lanes need 6 Oracle sessions, and poolMax allows 5',
    });
    expect(
      errorOf(() => {
        needSessionsForLanes(4, { poolMax: 6 });
      }),
    ).toBeUndefined();
    expect(
      errorOf(() => {
        needSessionsForLanes(1, { poolMax: 2 });
      }),
    ).toBeUndefined();
  });
});

describe('needSessionsForLookups', () => {
  class Item {
    name!: string;
  }
  const items = legacyTable<{ CODE: string }>('ITEMS', { key: ['CODE'] });
  const codes = legacyTable<{ CODE: string; NAME: string }>('CODES', { key: ['CODE'] });
  const looking = items.mapTo(Item, { name: items.lookup('CODE', codes.values('NAME', { by: ['CODE'] })) });
  const plain = items.mapTo(Item, { name: items.from('CODE') });

  it('refuses a pool of one session for a mapping with lookups, which would wait for itself until NJS-040', () => {
    expect(
      errorOf(() => {
        needSessionsForLookups([plain, looking], 1);
      }),
    ).toMatchObject({
      code: 'USAGE',
      message: 'item looks values up while it is read, which needs 2 Oracle sessions',
    });
  });

  it('lets it be where nothing is looked up, and where there is a session more', () => {
    expect(() => {
      needSessionsForLookups([plain], 1);
      needSessionsForLookups([looking], 2);
      needSessionsForLookups([looking]);
    }).not.toThrow();
  });
});
