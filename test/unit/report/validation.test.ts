import { validationReport } from '../../../src/report/validation';
import type { EntityVerdict } from '../../../src/core/outcomes';
import { NOTHING_READ } from '../../../src/core/account';

const DIFFERS: EntityVerdict = {
  entity: 'coil',
  sourceRows: 1,
  targetRows: 1,
  tally: NOTHING_READ,
  orphans: {},
  issues: [
    { code: 'ROWS_DIFFER', level: 'error', subject: 'coil', message: 'rows: 1 different', hint: 'Have them listed.' },
  ],
};

describe('the report of a validation', () => {
  it('advises to have the rows listed, or names the list where it was written', () => {
    expect(validationReport('r1', [DIFFERS]).output).toContain('Have them listed.');
    const { output } = validationReport('r1', [DIFFERS], { differencesFile: '/d.json' });
    expect(output).not.toContain('Have them listed.');
    expect(output).toContain('They are listed with their values in /d.json.');
  });
});
