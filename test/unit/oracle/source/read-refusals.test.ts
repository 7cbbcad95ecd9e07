import { refusedBy11g } from '../../../support/oracle-11g-lint';
import { KEYED_COIL, sourceOver } from '../../../support/oracle-source-over';
import type { Answer } from '../../../support/recording-oracle-driver';

describe('readRefusals', () => {
  const refusing =
    (number: string, when: RegExp): Answer =>
    (sql) => {
      if (sql.startsWith('SELECT COUNT(*) FROM "') && when.test(sql)) throw new Error(`${number}: refused`);
      return sql.startsWith('SELECT COUNT(*) FROM "') ? [['0']] : [];
    };
  const name = { owner: null, name: 'AB_COIL' };

  it('asks for no row at the SCN, and names the grant that is missing', async () => {
    const source = await sourceOver([KEYED_COIL], refusing('ORA-01031', / AS OF SCN /));
    expect(await source.readRefusals(name, '7')).toMatchObject([
      {
        table: 'LEGACY.AB_COIL',
        refused: 'read-at-scn',
        hint: expect.stringContaining('GRANT FLASHBACK ON') as string,
      },
    ]);
    expect(source.driver.sent.map(({ sql }) => sql)).toContain(
      'SELECT COUNT(*) FROM "LEGACY"."AB_COIL" AS OF SCN 7 WHERE 1 = 0',
    );
    expect(source.driver.sent.flatMap(({ sql }) => refusedBy11g(sql))).toEqual([]);
    expect(await source.readRefusals(name, null)).toEqual([]);
    expect(await source.readRefusals({ owner: null, name: 'NOWHERE' }, '7')).toEqual([]);
  });

  it('advises no grant where that is not what is missing', async () => {
    const source = await sourceOver([KEYED_COIL], refusing('ORA-08187', / AS OF SCN /));
    expect(await source.readRefusals(name, '7')).toMatchObject([
      { refused: 'read-at-scn', hint: expect.stringContaining('Read the base tables') as string },
    ]);
  });

  it('throws when the connection is lost meanwhile', async () => {
    const source = await sourceOver([KEYED_COIL], refusing('ORA-03113', / AS OF SCN /));
    await expect(source.readRefusals(name, '7')).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
  });
});
