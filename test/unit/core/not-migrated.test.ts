import fc from 'fast-check';
import { namesTable, reasonsFor } from '../../../src/core/not-migrated';

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

  it('gives each of its reasons once', () => {
    const notMigrated = { 'HOSP.H_LOG': 'archive', '%LOG': 'archive', 'H%': 'old' };
    expect(reasonsFor(notMigrated, table('H_LOG'))).toEqual(['archive', 'old']);
    expect(reasonsFor(notMigrated, table('X'))).toEqual([]);
  });
});
