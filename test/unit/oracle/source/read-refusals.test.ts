import { openOracleSource } from '../../../../src/oracle/source/oracle-source';
import { encodeRowid } from '../../../../src/oracle/sql/rowid';
import { answering, type FakeTable } from '../../../support/oracle-dictionary';
import { refusedBy11g } from '../../../support/oracle-11g-lint';
import { recordingDriver, type Answer } from '../../../support/recording-oracle-driver';

const COIL: FakeTable = { owner: 'LEGACY', name: 'AB_COIL', columns: [['COIL_ID', 'NUMBER', 'N']] };

async function sourceOver(tables: readonly FakeTable[], rest: Answer) {
  const driver = recordingDriver(answering(tables, rest));
  const settings = { user: 'legacy', password: 'tiger', host: 'db', service: 'ABIS' };
  return Object.assign(await openOracleSource(settings, { driver: driver.driver }), { driver });
}

describe('readRefusals', () => {
  const refusing =
    (number: string, when: RegExp): Answer =>
    (sql) => {
      if (sql.startsWith('SELECT COUNT(*) FROM "') && when.test(sql)) throw new Error(`${number}: refused`);
      return sql.startsWith('SELECT COUNT(*) FROM "') ? [['0']] : [];
    };
  const name = { owner: null, name: 'AB_COIL' };

  it('asks for no row at the SCN, and names the grant that is missing', async () => {
    const source = await sourceOver([COIL], refusing('ORA-01031', / AS OF SCN /));
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
    const source = await sourceOver([COIL], refusing('ORA-08187', / AS OF SCN /));
    expect(await source.readRefusals(name, '7')).toMatchObject([
      { refused: 'read-at-scn', hint: expect.stringContaining('Read the base tables') as string },
    ]);
  });

  it('throws when the connection is lost meanwhile', async () => {
    const source = await sourceOver([COIL], refusing('ORA-03113', / AS OF SCN /));
    await expect(source.readRefusals(name, '7')).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
  });
});

describe('a table that was rebuilt after its chunks were planned', () => {
  const plan = {
    ...{ entity: 'coil', source: { owner: null, name: 'AB_COIL' }, where: null, key: ['COIL_ID'] },
    columns: [{ name: 'COIL_ID', as: 'text' as const }],
  };
  const chunkOf = (object: number) =>
    ({ kind: 'rowid', from: encodeRowid({ object, file: 1, block: 8, row: 0 }), before: null }) as const;
  const read = async (object: number, scn: string | null) => {
    const source = await sourceOver([{ ...COIL, dataObjectId: '73001' }], () => []);
    for await (const rows of source.read({ plan, scn }, chunkOf(object))) expect(rows).toEqual([]);
  };

  it.each([
    ['at a snapshot: they are read anew at another', '4711', 'cutover migrate --resume --new-snapshot'],
    ['without a snapshot, which a run cannot take later', null, 'cutover migrate --resume'],
  ])('has its rows taken back and read anew %s', async (_, scn, command) => {
    await expect(read(73_000, scn)).rejects.toMatchObject({
      code: 'SOURCE_READ_FAILED',
      message: 'AB_COIL was rebuilt after its chunks were planned',
      hint: `Its rows have other addresses now: take them back with "cutover reset --entity coil", then read them anew with "${command}".`,
      facts: { table: 'AB_COIL', entity: 'coil' },
    });
  });

  it('is read where the chunks were planned after that', async () => {
    await expect(read(73_001, '4711')).resolves.toBeUndefined();
  });
});
