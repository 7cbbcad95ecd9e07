import { CHANGE_NAMES } from '../../../../src/core/run/change-names';
import { changesDiffer } from '../../../../src/validate/compare/change-issues';
import { NO_SETTINGS } from '../../../../src/core/run/run-settings';

const earlier = { settings: NO_SETTINGS };
const now = { settings: { ...NO_SETTINGS, changeNames: CHANGE_NAMES } };
const defaults = { property: 'isVip', kind: '.or', inLedger: 0, counted: 7 };
const lists = { property: 'tags', kind: 'column transformer', inLedger: 4, counted: 0 };
const codes = (
  run: Parameters<typeof changesDiffer>[2],
  ...differences: Parameters<typeof changesDiffer>[1]
): string[] => changesDiffer('customer', differences, run).map(({ code, level }) => `${code} ${level}`);

describe('changesDiffer', () => {
  it('says of a run of an earlier cutover which changes were counted otherwise then', () => {
    expect(changesDiffer('customer', [defaults, lists], earlier)).toMatchObject([
      {
        code: 'CHANGES_RENAMED',
        level: 'warning',
        message:
          'the run was begun by an earlier cutover, and since then the defaults that `.or` gives are counted; a list that TypeORM only' +
          ' writes otherwise is not counted as changed by a column transformer: isVip .or 0, now 7; tags column transformer 4, now 0',
      },
    ]);
  });

  it('stays an error where that is no reason: another name, the other direction, a run that counts as now', () => {
    const trimmed = { property: 'name', kind: 'trimmed', inLedger: 1, counted: 2 };
    expect(codes(earlier, defaults, trimmed)).toEqual(['CHANGES_RENAMED warning', 'CHANGES_DIFFER error']);
    expect(codes(earlier, { ...defaults, inLedger: 9 })).toEqual(['CHANGES_DIFFER error']);
    expect(codes(earlier, { ...lists, counted: 9 })).toEqual(['CHANGES_DIFFER error']);
    expect(codes(now, defaults, lists)).toEqual(['CHANGES_DIFFER error']);
    expect(codes(now)).toEqual([]);
  });
});
