import {
  standingAgainst,
  standingIssues,
  standingVerdict,
  type RunHistory,
} from '../../../../src/report/evidence/standing-verdicts';
import { aComparedVerdict, aStart, aTally, at, aValidation, aVerdict } from '../../../support/a-report';

const missing = { code: 'ROWS_DIFFER', level: 'error', subject: 'coil', message: '1 row missing' } as const;
const clean = (level: 'counts' | 'keys' | 'rows', seconds: number) =>
  aValidation({ level, at: at(seconds), verdicts: [aComparedVerdict('coil', level)] });
const spoilt = (level: 'counts' | 'keys' | 'rows', seconds: number) =>
  aValidation({ level, at: at(seconds), verdicts: [aComparedVerdict('coil', level, { issues: [missing] })] });
const standing = (...validations: RunHistory['validations']) =>
  standingVerdict('coil', {
    state: 'complete',
    validations,
    starts: [aStart(1)],
    repairs: [],
    retries: [],
    resets: [],
  });

describe('standingVerdict', () => {
  it('is none where nothing was validated', () => {
    expect(standing()).toBeNull();
    expect(standing(aValidation({ verdicts: [aVerdict('customer')] }))).toBeNull();
  });

  it('is that of the closest look, with its time', () => {
    expect(standing(clean('rows', 1), clean('counts', 2))).toMatchObject({
      level: 'rows',
      at: at(1),
      issues: [],
    });
  });

  it('does not let counts that agree clear a row that differs', () => {
    expect(standing(spoilt('rows', 1), clean('counts', 2))).toMatchObject({ level: 'rows', issues: [missing] });
  });

  it('lets a later look that is as close clear it', () => {
    expect(standing(spoilt('keys', 1), clean('rows', 2))).toMatchObject({ level: 'rows', issues: [] });
    expect(standing(spoilt('rows', 1), clean('rows', 2))).toMatchObject({ issues: [] });
  });

  it('keeps what later counts have found against an earlier comparison, each finding once', () => {
    expect(standing(spoilt('rows', 1), spoilt('counts', 2))).toMatchObject({ level: 'rows', issues: [missing] });
    expect(standing(clean('rows', 1), spoilt('counts', 2))).toMatchObject({ level: 'rows', issues: [missing] });
  });

  const repaired = { entity: 'coil', inserted: 1, replaced: 0, deleted: 0, undoubled: 0, left: 0 };
  const history = (changes: Partial<RunHistory>): RunHistory => {
    return {
      state: 'complete',
      validations: [],
      starts: [aStart(1)],
      repairs: [],
      retries: [],
      resets: [],
      ...changes,
    };
  };
  const compared = (level: 'counts' | 'keys' | 'rows', issues: (typeof missing)[] = [], changes = {}) =>
    aValidation({ level, verdicts: [aComparedVerdict('coil', level, { issues })], ...changes });

  it.each<[string, Partial<RunHistory>]>([
    ['a later start', { starts: [aStart(1), aStart(2)] }],
    ['a repair of its rows', { repairs: [{ at: at(200), entities: [repaired] }] }],
    ['rejected rows that were loaded later', { retries: [{ entity: 'coil', fingerprint: 'f', rows: 1, at: at(200) }] }],
  ])('of a comparison that found nothing falls with %s', (_, done) => {
    const validations = [compared('rows')];
    expect(standingVerdict('coil', history({ validations }))).not.toBeNull();
    expect(standingVerdict('coil', history({ validations, ...done }))).toBeNull();
  });

  it('of a comparison while the run was at work falls when the run is complete, but for rows of an entity that was loaded', () => {
    const atWork = {
      code: 'RUN_NOT_COMPLETE',
      level: 'error',
      subject: 'run-1',
      message: 'the run is running',
    } as const;
    const pending = { ...atWork, subject: 'coil', message: 'nothing of it is loaded' };
    const stands = (state: RunHistory['state'], verdict: ReturnType<typeof aComparedVerdict>): boolean => {
      const validations = [aValidation({ level: 'rows', issues: [atWork], verdicts: [verdict] })];
      const found = standingIssues(history({ state, validations }));
      expect(found).toEqual(state === 'complete' ? [] : [atWork]);
      return standingVerdict('coil', history({ state, validations })) !== null;
    };
    const half = aTally({ source: 9, read: 4 });
    const verdicts = {
      pending: aComparedVerdict('coil', 'counts', { issues: [pending], tally: half }),
      clean: aComparedVerdict('coil', 'counts'),
      spoilt: aComparedVerdict('coil', 'rows', { issues: [missing] }),
    };
    const all = (state: RunHistory['state']): string[] =>
      Object.entries(verdicts).flatMap(([name, verdict]) => (stands(state, verdict) ? [name] : []));
    expect(all('running')).toEqual(['pending', 'clean', 'spoilt']);
    expect(all('complete')).toEqual(['spoilt']);
  });

  it.each<[string, Partial<RunHistory>]>([
    ['the repair of another entity', { repairs: [{ at: at(200), entities: [{ ...repaired, entity: 'job' }] }] }],
    [
      'a repair that changed nothing',
      { repairs: [{ at: at(200), entities: [{ ...repaired, inserted: 0, left: 1 }] }] },
    ],
    ['a repair made before', { repairs: [{ at: at(1), entities: [repaired] }] }],
  ])('does not fall with %s', (_, done) => {
    expect(standingVerdict('coil', history({ validations: [compared('rows')], ...done }))).not.toBeNull();
  });

  it('tells what came later by what the comparison had seen, whatever the clocks say', () => {
    const repairs = [{ at: at(200), entities: [repaired] }];
    const retries = [{ entity: 'coil', fingerprint: 'f', rows: 2, at: at(200) }];
    const seen = (mark: { repairs: number; retried: Record<string, number> }) => [
      compared('rows', [], { seen: { ...mark, resets: 0 } }),
    ];
    const of = (validations: RunHistory['validations']) =>
      standingVerdict('coil', history({ validations, repairs, retries }));
    expect(of(seen({ repairs: 1, retried: { coil: 2 } }))).not.toBeNull();
    expect(of(seen({ repairs: 0, retried: { coil: 2 } }))).toBeNull();
    expect(of(seen({ repairs: 1, retried: { coil: 1 } }))).toBeNull();
  });

  it.each<[string, Partial<RunHistory>]>([
    ['a later start, where all of it was loaded', { starts: [aStart(1), aStart(2)] }],
    ['a repair, which says nothing of what it left', { repairs: [{ at: at(200), entities: [repaired] }] }],
    ['rejected rows that were loaded later', { retries: [{ entity: 'coil', fingerprint: 'f', rows: 1, at: at(200) }] }],
  ])('of a comparison that found a difference stands after %s', (_, done) => {
    const against = standingAgainst('coil', 'counts', history({ validations: [compared('rows', [missing])], ...done }));
    expect(against).toMatchObject({ level: 'rows', issues: [missing] });
  });

  it('of a difference in an entity that was not wholly loaded falls with a later start', () => {
    const tally = aTally({ read: 5, inserted: 5, rejected: 0 });
    const verdicts = [aComparedVerdict('coil', 'rows', { issues: [missing], tally })];
    const validations = [aValidation({ level: 'rows', verdicts })];
    const starts = [aStart(1), aStart(2)];
    expect(standingAgainst('coil', 'counts', history({ validations }))).not.toBeNull();
    expect(standingAgainst('coil', 'counts', history({ validations, starts }))).toBeNull();
  });

  it.each([
    ['rows', 'counts', true],
    ['rows', 'keys', true],
    ['keys', 'counts', true],
    ['rows', 'rows', false],
    ['keys', 'rows', false],
    ['counts', 'counts', false],
  ] as const)('of a difference that %s have found, against a comparison of %s: %s', (found, level, stands) => {
    const against = standingAgainst('coil', level, history({ validations: [compared(found, [missing])] }));
    expect(against !== null).toBe(stands);
  });

  it('is not against a lower level any more once as close a comparison found nothing, even one that has fallen since', () => {
    const validations = [compared('rows', [missing]), compared('rows')];
    const retries = [{ entity: 'coil', fingerprint: 'f', rows: 1, at: at(200) }];
    expect(standingAgainst('coil', 'counts', history({ validations, retries }))).toBeNull();
  });

  it('does not take a comparison of rows that could not be made for one', () => {
    const changed = { ...missing, code: 'MAPPING_CHANGED' } as const;
    const validations = [aValidation({ level: 'rows', verdicts: [aVerdict('coil', { issues: [changed] })] })];
    expect(standingVerdict('coil', history({ validations }))).toMatchObject({ level: 'counts' });
    expect(standingAgainst('coil', 'counts', history({ validations }))).toBeNull();
  });
});

describe('standingIssues', () => {
  it('leaves out what a report asks the target for itself, whoever has kept it', () => {
    const kept = ['SEQUENCE_BEHIND', 'OBJECTS_MISSING', 'SOURCE_EMPTY'].map((code) => ({ ...missing, code }));
    const validations = (['rows', 'counts'] as const).map((level) => aValidation({ level, issues: kept }));
    expect(standingIssues({ state: 'complete', validations, starts: [aStart(1)] }).map(({ code }) => code)).toEqual([
      'SOURCE_EMPTY',
    ]);
  });
});
