import {
  isAllTaken,
  isUnaccounted,
  latestAccounts,
  stateText,
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

describe('the accounts of a run as they were counted last', () => {
  const entities = ['patient', 'doctor'];
  const of = (names: readonly string[], ...sources: readonly SourceAccount[]) => ({
    sources,
    verdicts: names.map((entity) => ({ entity })),
  });
  const log = persons({ source: 'HOSP.H_LOG', claims: [] });

  it('are those of a validation of all entities where the run kept none, for an earlier cutover has loaded it', () => {
    const found = latestAccounts(null, [of(entities, persons())], entities);
    expect(found).toEqual([persons()]);
    expect(stateText('complete', found)).toBe('loaded, but not complete');
  });

  it('are not known by validations of some of its entities, which count their tables alone', () => {
    const found = latestAccounts(null, [of(['patient'], persons({ reasons: ['closed'] }))], entities);
    expect(found).toBeNull();
    expect(stateText('complete', found)).toBe('loaded; which rows no mapping takes is not known');
    expect(latestAccounts(null, [of(entities)], entities)).toBeNull();
  });

  it('take over each source that is counted again, and one that only a later validation knows', () => {
    const mended = persons({ reasons: ['closed'] });
    const later = [of(entities, persons(), log), of(['patient'], mended)];
    expect(latestAccounts(null, later, entities)).toEqual([mended, log]);
    expect(latestAccounts([persons()], later, entities)).toEqual([mended, log]);
    expect(stateText('complete', latestAccounts([mended], [of([], log)], entities))).toBe('loaded, but not complete');
  });
});
