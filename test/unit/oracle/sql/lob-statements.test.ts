import { selectRows } from '../../../../src/oracle/sql/read-statements';
import { lobExtremes, rowsWithLongLob } from '../../../../src/oracle/sql/lob-statements';
import { refusedBy11g } from '../../../support/oracle-11g-lint';

const READ = { table: { owner: 'ABIS', name: 'AB_COIL' }, scn: '12', where: 'COIL_ID > 1' };

describe('statements about LOBs', () => {
  it('ask for lengths alone, at the SCN, in words that 11.2 knows', () => {
    const extremes = lobExtremes(READ, [{ name: 'NOTES', most: 5 }]).sql;
    const rows = rowsWithLongLob({ ...READ, withRowid: true, key: [] }, { name: 'NOTES', most: 5 }, 3).sql;
    expect([extremes, rows].flatMap(refusedBy11g)).toEqual([]);
    expect(extremes).toContain('MAX(DBMS_LOB.GETLENGTH("NOTES"))');
    expect(extremes).toContain('AS OF SCN 12');
    expect(rows).toContain('DBMS_LOB.GETLENGTH("NOTES") > 5');
  });

  it('divide the rows of a chunk in two, whatever the name of a column', () => {
    const sql = (which: 'short' | 'long'): string =>
      selectRows({
        ...{ ...READ, where: null, withRowid: true, bounds: { kind: 'all' }, key: [] },
        columns: [{ name: 'A > B', reader: { sql: '"A > B"', lob: 'text' } }],
        sizes: { which, most: 5 },
      }).sql;
    expect(sql('short')).toContain('WHERE NVL(DBMS_LOB.GETLENGTH("A > B"), 0) <= 5');
    expect(sql('long')).toContain('WHERE (NVL(DBMS_LOB.GETLENGTH("A > B"), 0) > 5)');
  });
});
