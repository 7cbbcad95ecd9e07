import { pairedByLikeness, RowGroups, type Row } from '../../../../src/validate/compare/match-rows';
import { digestOf, rowText } from '../../../../src/core/canonical/row-digest';

const expected = (row: Row) => ({
  row,
  digest: digestOf(rowText(row)),
  legacyKey: `["${row[0]}"]`,
  rowid: null,
  chunk: 0,
});
const actual = (row: Row, own = true) => ({ row, digest: digestOf(rowText(row)), own });

function differences(source: readonly Row[], target: readonly Row[], others: readonly Row[] = []) {
  const groups = new RowGroups();
  for (const row of target) groups.addActual(String(row[0]), actual(row));
  for (const row of source) groups.addExpected(String(row[0]), expected(row));
  for (const row of others) groups.addActual(String(row[0]), actual(row, false));
  return [...groups.differences()].map(({ kind, positions }) => [kind, ...positions]);
}

describe('RowGroups', () => {
  it('forget what agrees and tell four kinds of differences apart', () => {
    expect(differences([['1', 'a']], [['1', 'a']])).toEqual([]);
    expect(differences([['1', 'a']], [])).toEqual([['missing']]);
    expect(differences([], [['1', 'a']])).toEqual([['extra']]);
    expect(differences([['1', 'a']], [['1', 'a'], ['1', 'a']])).toEqual([['doubled']]); // prettier-ignore
    expect(differences([['1', 'a', 'x']], [['1', 'b', null]])).toEqual([['different', 1, 2]]);
  });

  it('pair a row with the one that is nearest to it', () => {
    const found = differences([['1', 'a', 'x', 'y']], [['1', 'b', 'c', 'd'], ['1', 'a', 'x', 'z']]); // prettier-ignore
    expect(found).toEqual([['different', 3], ['doubled']]);
  });

  it('let rows that are not of the run count only as changed ones of its own', () => {
    expect(differences([], [], [['1', 'a']])).toEqual([]);
    expect(differences([['1', 'a']], [], [['1', 'b']])).toEqual([['different', 1]]);
    expect(differences([['1', 'a']], [['1', 'a']], [['1', 'a']])).toEqual([]);
  });

  it('match a row of the run before an equal one that was there, in whatever order they come', () => {
    const orders: ('expected' | 'own' | 'other')[][] = [
      ['other', 'own', 'expected'],
      ['other', 'expected', 'own'],
      ['expected', 'other', 'own'],
      ['own', 'other', 'expected'],
    ];
    for (const order of orders) {
      const groups = new RowGroups();
      for (const which of order) {
        if (which === 'expected') groups.addExpected('1', expected(['1', 'a']));
        else groups.addActual('1', actual(['1', 'a'], which === 'own'));
      }
      const found = [...groups.differences()].map(({ kind }) => kind);
      expect({ order, found, ...pick(groups) }).toEqual({ order, found: [], standIns: 0, unmatched: 1 });
    }
  });

  it('name the row that nobody in the ledger has written, of two equal ones, as the one too many', () => {
    for (const order of [
      [true, false],
      [false, true],
    ]) {
      const groups = new RowGroups();
      groups.addExpected('1', expected(['1', 'a']));
      for (const nobodys of order) groups.addActual('1', { ...actual(['1', 'a']), nobodys });
      expect([...groups.differences()]).toMatchObject([{ kind: 'doubled', actual: { nobodys: true } }]);
    }
  });
});

const pick = ({ standIns, unmatched }: RowGroups) => ({ standIns, unmatched });

describe('pairedByLikeness', () => {
  it('makes one changed row of a missing and an extra one that differ in one column', () => {
    const groups = new RowGroups();
    for (const row of [['a', '1'], ['b', '2']]) groups.addExpected(rowText(row), expected(row)); // prettier-ignore
    for (const row of [['a', '9'], ['c', '3']]) groups.addActual(rowText(row), actual(row)); // prettier-ignore
    const found = pairedByLikeness([...groups.differences()]).map(({ kind, positions }) => [kind, ...positions]);
    expect(found).toEqual([['different', 1], ['missing'], ['extra']]);
  });
});
