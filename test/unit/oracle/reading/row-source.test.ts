import { encodeRowid } from '../../../../src/oracle/sql/rowid';
import { KEYED_COIL, sourceOver } from '../../../support/oracle-source-over';

describe('a table that was rebuilt after its chunks were planned', () => {
  const plan = {
    ...{ entity: 'coil', source: { owner: null, name: 'AB_COIL' }, where: null, key: ['COIL_ID'] },
    columns: [{ name: 'COIL_ID', as: 'text' as const }],
  };
  const chunkOf = (object: number) =>
    ({ kind: 'rowid', from: encodeRowid({ object, file: 1, block: 8, row: 0 }), before: null }) as const;
  const read = async (object: number, scn: string | null) => {
    const source = await sourceOver([{ ...KEYED_COIL, dataObjectId: '73001' }], () => []);
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
