import {
  isAllTaken,
  isUnaccounted,
  undecidedRows,
  untakenRows,
  type SourceAccount,
} from '../../../../src/core/run/source-accounts';

const claim = (entity: string, taken: number) => ({ entity, taken, loaded: taken, inRun: true });
const rows = { total: 4_000, once: 3_480, several: 0, leftByChoice: 0, ofOthers: 0, none: 520 };
const persons = (changes: Partial<SourceAccount> = {}): SourceAccount => ({
  ...{ source: 'HOSP.H_PERSON', kind: 'table', mark: null, scn: '4711', rows },
  ...{ claims: [claim('patient', 3_000), claim('doctor', 480)], readBy: [], lookedUpBy: [], reasons: [] },
  problem: null,
  ...changes,
});

describe('rows of a mapped table that no mapping takes', () => {
  it('are untaken, and the source is not all taken', () => {
    expect(untakenRows(persons())).toBe(520);
    expect(isAllTaken([persons()])).toBe(false);
  });

  it('are not accounted for by a query that says it reads the table: which of them it takes is not known', () => {
    const read = persons({ readBy: ['visit'] });
    expect([untakenRows(read), undecidedRows(read), isUnaccounted(read)]).toEqual([0, 520, true]);
    expect(isAllTaken([read])).toBe(false);
  });

  it.each<[string, Partial<SourceAccount>]>([
    ['a reason is given', { readBy: ['visit'], reasons: ['closed files'] }],
    ['none is left', { readBy: ['visit'], rows: { ...rows, once: 4_000, none: 0 } }],
    ['no mapping takes rows of the table itself', { readBy: ['visit'], claims: [] }],
  ])('leave nothing open where %s', (_, changes) => {
    expect(isAllTaken([persons(changes)])).toBe(true);
  });
});
