import { validationReport } from '../../../../src/report/screen/validation';
import { toBeListed } from '../../../../src/core/comparison/listing';
import type { EntityVerdict } from '../../../../src/core/run/outcomes';
import { mismatch } from '../../../../src/validate/mismatch';
import { NOTHING_READ } from '../../../../src/core/run/account';
import { aComparedVerdict, aVerdict } from '../../../support/a-report';

const DIFFERS: EntityVerdict = {
  entity: 'coil',
  sourceRows: 1,
  targetRows: 1,
  tally: NOTHING_READ,
  orphans: {},
  issues: [
    {
      ...{ code: 'ROWS_DIFFER', level: 'error', subject: 'coil', message: 'rows: 1 different' },
      hint: toBeListed('them with their values'),
    },
  ],
};

describe('the report of a validation', () => {
  it('advises to have the rows listed, or names the list where it was written', () => {
    expect(validationReport('r1', [DIFFERS]).output).toContain(
      '--differences differences.json" lists them with their values',
    );
    const { output } = validationReport('r1', [DIFFERS], { differencesFile: '/d.json' });
    expect(output).not.toContain('--differences differences.json" lists them with their values');
    expect(output).toContain('They are listed with their values in /d.json');
  });

  it('names the list that was just written in every hint that would have one written', () => {
    const gone = mismatch('gone', 'coil', '1 row is gone since');
    const orphans = mismatch('orphans', 'coil.customerId', '2 orphans');
    const verdict = { ...DIFFERS, issues: [...DIFFERS.issues, gone, orphans] };
    const { output } = validationReport('r1', [verdict], { differencesFile: '/of the night.json' });
    expect(output).toContain(
      `/of the night.json lists rows that are missing: "cutover repair --from '/of the night.json'" repairs them.`,
    );
    expect(output).toContain('/of the night.json lists parents that are missing: ');
    expect(output).not.toContain('differences.json');
    expect(validationReport('r1', [verdict]).output).toContain('--level rows --differences differences.json" lists');
  });

  it('says of an entity whose load is not complete that it is not loaded yet: no orphans, and never that it differs', () => {
    const issue = {
      code: 'RUN_NOT_COMPLETE',
      level: 'error',
      subject: 'coil',
      message: '2 of 5 chunks are loaded',
    } as const;
    const pending = { ...aVerdict('coil'), pending: true, issues: [issue] };
    const { output, exitCode } = validationReport('r1', [aVerdict('customer', { orphans: { townId: 0 } }), pending]);
    expect(output).toMatch(/^coil .* - +not loaded yet$/m);
    expect(output).not.toContain('DIFFERS');
    expect(exitCode).not.toBe(0);
  });

  const verdictOf = (level: 'counts' | 'keys' | 'rows', issues: EntityVerdict['issues'] = []): EntityVerdict =>
    aComparedVerdict('coil', level, { issues });
  const warning = (code: string) => ({ code, level: 'warning', subject: 'coil.shape', message: 'm' }) as const;
  const linesOf = (...of: Parameters<typeof validationReport>) => validationReport(...of).output.split('\n');

  it.each([
    ['counts', 'counts agree', 'The counts agree; no value was compared.'],
    [
      'keys',
      'proven by keys',
      'Proven by keys: every key was compared, and none differs; other values were not compared.',
    ],
    ['rows', 'proven by rows', 'Proven by rows: every value was compared, and nothing differs.'],
  ] as const)('says of %s what they prove, for the entity and for all', (level, ofEntity, ofAll) => {
    const lines = linesOf('r1', [verdictOf(level)]);
    expect(lines[3]).toMatch(new RegExp(`${ofEntity}$`));
    expect(lines.at(-2)).toBe(ofAll);
    if (level === 'counts') expect(lines.join(' ')).not.toMatch(/proven|validated/i);
  });

  it('says no more of all than of the entity that was looked at least closely', () => {
    const verdicts = [verdictOf('rows'), aVerdict('job')];
    expect(linesOf('r1', verdicts).at(-2)).toBe(
      'Nothing differs, but not everything is proven: proven by rows: coil; counted only: job.',
    );
  });

  it.each([
    ['the comparison', [warning('TYPE_BY_TEXT')], []],
    ['the pre-flight', [], [warning('TYPE_BY_TEXT')]],
  ])('does not call proven what a finding of %s qualifies', (_, issues, foundBefore) => {
    const report = validationReport('r1', [verdictOf('rows', issues)], { foundBefore });
    expect(report.output).toContain('not proven: compared as the server writes it');
    expect(report.output).toContain(
      'Nothing differs, but not everything is proven: compared as the server writes it: coil.',
    );
    expect(report.facts).toMatchObject({ provenBy: { coil: null } });
  });

  it('names what was done to the run beside its load', () => {
    const history = ['the run was resumed once'];
    expect(linesOf('r1', [verdictOf('rows')], { history })).toContain('Beside the load: the run was resumed once.');
  });

  it('gives the rows of a table that several entities fill once, and as those of none', () => {
    const filledBy = ['patient', 'doctor'];
    const verdicts = filledBy.map((entity) => aVerdict(entity, { targetRows: 348, filledBy }));
    const lines = linesOf('r1', verdicts);
    expect(lines.filter((line) => line.includes('348'))).toEqual(['the table of patient, doctor has 348 rows']);
  });
});
