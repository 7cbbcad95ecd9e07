import { standingVerdict } from '../../../../src/report/evidence/standing-verdicts';
import { aStart, at, aValidation, aVerdict } from '../../../support/a-report';

const missing = { code: 'ROWS_DIFFER', level: 'error', subject: 'coil', message: '1 row missing' } as const;
const clean = (level: 'counts' | 'keys' | 'rows', seconds: number) =>
  aValidation({ level, at: at(seconds), verdicts: [aVerdict('coil')] });
const spoilt = (level: 'counts' | 'keys' | 'rows', seconds: number) =>
  aValidation({ level, at: at(seconds), verdicts: [aVerdict('coil', { issues: [missing] })] });
const standing = (...validations: Parameters<typeof standingVerdict>[1]) =>
  standingVerdict('coil', validations, [aStart(1)]);

describe('standingVerdict', () => {
  it('is none where nothing was validated', () => {
    expect(standing()).toBeNull();
    expect(standing(aValidation({ verdicts: [aVerdict('customer')] }))).toBeNull();
  });

  it('is that of the closest look, with its time', () => {
    expect(standing(clean('rows', 1), clean('counts', 2))).toMatchObject({
      level: 'rows',
      at: at(1),
      verdict: 'proven',
    });
  });

  it('does not let counts that agree clear a row that differs', () => {
    expect(standing(spoilt('rows', 1), clean('counts', 2))).toMatchObject({ verdict: 'differs', issues: [missing] });
  });

  it('lets a later look that is as close clear it', () => {
    expect(standing(spoilt('keys', 1), clean('rows', 2))).toMatchObject({ verdict: 'proven', issues: [] });
    expect(standing(spoilt('rows', 1), clean('rows', 2))).toMatchObject({ verdict: 'proven' });
  });

  it('keeps what later counts have found against an earlier comparison, each finding once', () => {
    expect(standing(spoilt('rows', 1), spoilt('counts', 2))).toMatchObject({ level: 'rows', issues: [missing] });
    expect(standing(clean('rows', 1), spoilt('counts', 2))).toMatchObject({ level: 'rows', verdict: 'differs' });
  });
});
