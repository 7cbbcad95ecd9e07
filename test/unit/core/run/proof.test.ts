import { levelReached, provenBy, qualificationsOf, weakest, type Qualification } from '../../../../src/core/run/proof';
import { aComparedVerdict } from '../../../support/a-report';

const byText: Qualification = { code: 'TYPE_BY_TEXT', text: 'compared as the server writes it', provenFrom: null };
const fromRows: Qualification = { code: 'X', text: 'its triggers fired', provenFrom: 'rows' };

describe('provenBy', () => {
  it.each([
    ['counts', [], null],
    ['keys', [], 'keys'],
    ['rows', [], 'rows'],
    ['keys', [fromRows], null],
    ['rows', [fromRows], 'rows'],
    ['rows', [byText], null],
    ['rows', [fromRows, byText], null],
  ] as const)('of a comparison of %s qualified by %j is %s', (level, qualifications, proven) => {
    expect(provenBy(level, qualifications)).toBe(proven);
  });
});

describe('qualificationsOf', () => {
  const found = (subject: string, code = 'TYPE_BY_TEXT') =>
    ({ code, level: 'warning', subject, message: 'm' }) as const;

  it('takes findings about the entity and its properties, each once, and no others', () => {
    const issues = [
      found('coil'),
      found('coil.shape'),
      found('coils'),
      found('job.coil'),
      found('coil', 'KEY_UNPROVEN'),
    ];
    expect(qualificationsOf('coil', issues)).toEqual([byText]);
    expect(qualificationsOf('job', issues)).toEqual([byText]);
    expect(qualificationsOf('skid', issues)).toEqual([]);
  });
});

describe('the level of a comparison', () => {
  it('is the one that it has reached, and of several the weakest', () => {
    expect(levelReached(aComparedVerdict('coil', 'rows'))).toBe('rows');
    expect(levelReached(aComparedVerdict('coil', 'counts'))).toBe('counts');
    expect(weakest(['rows', 'keys'])).toBe('keys');
    expect(weakest([])).toBe('counts');
  });
});
