import { TYPE_ZOO } from '../../../../src/oracle/sql/check-statements';
import { plainDigits, zooIssues } from '../../../../src/oracle/source/type-zoo';

const good = TYPE_ZOO.map(({ as, expected }) => (as === 'bytes' ? Buffer.from(expected, 'hex') : expected));

describe('zooIssues', () => {
  it('finds nothing when every case arrives as it should', () => {
    expect(zooIssues(good)).toEqual([]);
  });

  it('names each case that arrives otherwise', () => {
    const row = good.map((value, index) => (index === 0 ? '1E+38' : index === 7 ? 'ab' : value));
    const issues = zooIssues(row);
    expect(issues.map(({ code, level }) => [code, level])).toEqual([
      ['SOURCE_TYPE_ZOO', 'error'],
      ['SOURCE_TYPE_ZOO', 'error'],
    ]);
    expect(issues[1]?.message).toBe("CHAR padding arrives as 'ab' instead of 'ab   '");
  });

  it('tells NULL from text', () => {
    expect(zooIssues(good.map(() => null))).toHaveLength(TYPE_ZOO.length);
  });
});

describe('plainDigits', () => {
  it.each([
    ['.5', '0.5'],
    ['-.5', '-0.5'],
    ['1E-3', '0.001'],
    ['9.99E+2', '999'],
    ['1.5e1', '15'],
    ['00.10', '0.1'],
    ['0', '0'],
    ['~', '~'],
  ])('writes %p as %p', (text, plain) => {
    expect(plainDigits(text)).toBe(plain);
  });
});
