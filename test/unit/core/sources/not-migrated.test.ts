import fc from 'fast-check';
import { namesTable, reasonsFor } from '../../../../src/core/sources/not-migrated';

const table = (name: string, owner = 'HOSP') => ({ owner, name });

describe('a pattern of notMigrated', () => {
  it.each([
    ['HOSP.H_LOG', 'H_LOG', true],
    ['HOSP.H_LOG', 'HXLOG', false],
    ['HOSP.H\\_LOG', 'H_LOG', true],
    ['OTHER.H_LOG', 'H_LOG', false],
    ['H_LOG', 'H_LOG', true],
    ['h_log', 'H_LOG', false],
    ['HOSP.TMP_%', 'TMP_A', true],
    ['HOSP.TMP_%', 'TMP_', true],
    ['HOSP.TMP_%', 'TMPXA', false],
    ['%LOG', 'H_LOG', true],
    ['HOSP.%', 'ANY', true],
    ['%', 'ANY', true],
    ['A\\%', 'A%', true],
    ['A\\%', 'AB', false],
    ['SYS_C$.*', 'SYS_C$.*', false],
    ['HOSP.A$(1)', 'A$(1)', true],
    ['HOSP.LOG', 'H_LOG', false],
  ])('%s names HOSP.%s: %s', (pattern, name, named) => {
    expect(namesTable(pattern, table(name))).toBe(named);
  });

  it('without % names exactly the table that it spells', () => {
    const name = fc.stringMatching(/^[A-Z][A-Z0-9_$#]{0,12}$/);
    fc.assert(
      fc.property(name, name, (pattern, other) => {
        expect(namesTable(`HOSP.${pattern}`, table(other))).toBe(pattern === other);
      }),
      { seed: 12 },
    );
  });

  it('with % names what the expression that means the same names, also where pieces overlap', () => {
    const letters = (most: number): fc.Arbitrary<string> =>
      fc.string({ unit: fc.constantFrom('A', 'B'), maxLength: most });
    const patterns = fc.array(fc.oneof(fc.constant('%'), letters(2)), { maxLength: 7 }).map((parts) => parts.join(''));
    let named = 0;
    fc.assert(
      fc.property(patterns, letters(8), (pattern, name) => {
        const expected = new RegExp(`^${pattern.replaceAll('%', '.*')}$`).test(name);
        expect(namesTable(pattern, table(name))).toBe(expected);
        named += Number(expected);
      }),
      { seed: 13, numRuns: 2000 },
    );
    expect(named).toBeGreaterThan(200);
  });

  it('looks for each of its pieces once, where a name nearly fits as many % as it has letters', () => {
    const searched = jest.spyOn(String.prototype, 'indexOf');
    const isNamed = namesTable(`${'%A'.repeat(30)}B`, table(`${'A'.repeat(29)}B`));
    const searches = searched.mock.calls.length;
    searched.mockRestore();
    expect(isNamed).toBe(false);
    expect(searches).toBeLessThanOrEqual(30);
    expect(namesTable(`${'%A'.repeat(30)}%`, table('A'.repeat(30)))).toBe(true);
  });

  it('gives each of its reasons once', () => {
    const notMigrated = { 'HOSP.H_LOG': 'archive', '%LOG': 'archive', 'H%': 'old' };
    expect(reasonsFor(notMigrated, table('H_LOG'))).toEqual(['archive', 'old']);
    expect(reasonsFor(notMigrated, table('X'))).toEqual([]);
  });
});
