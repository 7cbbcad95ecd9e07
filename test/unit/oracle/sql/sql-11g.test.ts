import * as checks from '../../../../src/oracle/sql/check-statements';
import * as dictionary from '../../../../src/oracle/sql/dictionary-statements';
import * as session from '../../../../src/oracle/sql/session-statements';
import type { Statement } from '../../../../src/oracle/sql/statement';
import { quoteName } from '../../../../src/oracle/sql/statement';
import { refusedBy11g } from '../../../support/oracle-11g-lint';

const name = { owner: 'LEGACY', name: 'AB_COIL' };

const isStatement = (value: unknown): value is Statement =>
  typeof value === 'object' && value !== null && 'sql' in value;

describe('the statements of src/oracle/sql', () => {
  const fixed = [...Object.values(checks), ...Object.values(session)].filter(isStatement);
  const built = Object.values(dictionary).map((build) => build(name));

  it('are legal on 11.2 (those built for reads are checked where they are sent, in oracle-source.test.ts)', () => {
    const statements = [...fixed, ...built].map(({ sql }) => sql);
    expect(statements.length).toBeGreaterThanOrEqual(16);
    expect(statements.flatMap(refusedBy11g)).toEqual([]);
  });
});

describe('refusedBy11g', () => {
  it.each([
    'SELECT A FROM T ORDER BY A OFFSET 5 ROWS',
    'SELECT A FROM T FETCH FIRST 5 ROWS ONLY',
    'CREATE TABLE T (A NUMBER GENERATED ALWAYS AS IDENTITY)',
    "SELECT LISTAGG(A, ',' ON OVERFLOW TRUNCATE) WITHIN GROUP (ORDER BY A) FROM T",
    "SELECT STANDARD_HASH(A, 'MD5') FROM T",
    'SELECT 1 FROM T, LATERAL (SELECT 1 FROM U)',
    "SELECT JSON_VALUE(A, '$.b') FROM T",
    'SELECT IDENTITY_COLUMN FROM ALL_TAB_COLS',
    'SELECT A FROM T WHERE ROWNUM <= 5 ORDER BY A',
    'SELECT THIS_NAME_HAS_MORE_THAN_THIRTY_BYTES FROM T',
    `SELECT A FROM T WHERE A IN (${Array.from({ length: 1001 }, String).join(',')})`,
  ])('refuses %.60s', (sql) => {
    expect(refusedBy11g(sql)).toHaveLength(1);
  });

  it('lets ROWNUM stand outside the ordered subquery', () => {
    expect(refusedBy11g('SELECT A FROM (SELECT A FROM T ORDER BY A) WHERE ROWNUM <= 5')).toEqual([]);
  });
});

describe('quoteName', () => {
  it('quotes what Oracle would fold or reserve, and refuses what cannot be quoted', () => {
    expect(quoteName('Coil Notes')).toBe('"Coil Notes"');
    expect(() => quoteName('a"b')).toThrow('cannot be quoted');
    expect(() => quoteName('')).toThrow('cannot be quoted');
  });
});
