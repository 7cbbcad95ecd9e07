import type { ConflictPolicy } from '../../../src/core/run/conflicts';
import {
  sliceOf,
  startPeople,
  type LegacyPerson,
  type PeopleStandin,
  type Recognised,
} from '../../support/shared-people';
import { removeTemporaryFolders } from '../../support/temporary-folder';

let people: PeopleStandin;

const PEOPLE: LegacyPerson[] = Array.from({ length: 8 }, (_, at) => ({
  id: at + 1,
  kind: 'P',
  name: `name ${at}`,
  // Nobody has desk 9: an orphan, though a table that inherits from the parent's has one of that number.
  desk: at === 4 ? 9 : null,
}));

beforeAll(async () => {
  people = await startPeople(PEOPLE);
});
afterAll(async () => {
  removeTemporaryFolders();
  await people.stop();
});

/** Rows that would be in the way, too many, or a parent, were they rows of the table. */
const HEIRS = [
  `create table vip () inherits (people); insert into vip (id, kind, name) values (1, 'x', 'a'), (2, 'x', 'b'), (900, 'x', 'c')`,
  `create table vip_entry () inherits (entries); insert into vip_entry (nr, id, kind, name) values (5000, 1, 'x', 'a')`,
  'insert into desk values (1); create table standing () inherits (desk); insert into standing values (9)',
];
const RECOGNISED: readonly Recognised[] = ['primary key', 'legacy key'];
const LEFT = `select id, name from vip order by id`;

describe('a table that others inherit from', () => {
  it.each(RECOGNISED)(
    'is loaded, counted, compared, mended and taken back by itself, told by its %s',
    async (recognised) => {
      const table = recognised === 'primary key' ? 'people' : 'entries';
      const target = await people.target([sliceOf({ entity: 'person', where: 'ID > 0', recognised })], ...HEIRS);
      const { client } = target;
      const heirs = (await client.query(LEFT)).rows;
      expect(await target.check()).toContain('TABLE_INHERITED');
      expect(await target.check()).not.toContain('TARGET_NOT_EMPTY');
      const run = await target.migrate({ lanes: 1 });
      const named = { person: { counts: {}, codes: ['TABLE_INHERITED'] } };
      expect(await target.compared()).toEqual(named);
      const { verdicts } = await target.validate();
      expect(verdicts).toMatchObject([
        { targetRows: 7, tally: { inserted: 7, rejected: 1 }, comparison: { expected: 7 } },
      ]);
      expect(verdicts[0]?.issues[0]?.message).toContain(
        recognised === 'primary key' ? 'public.vip)' : 'public.vip_entry',
      );
      // What an heir has counts neither for the sequence nor for the rows that are to be mended.
      if (recognised === 'legacy key')
        expect((await client.query(`select last_value::int as last from entries_nr_seq`)).rows).toEqual([{ last: 8 }]);
      await client.query(`update only ${table} set name = 'x' where id = 1; delete from only ${table} where id = 2`);
      await target.repair(await target.listed());
      expect(await target.compared()).toEqual(named);
      await client.query('insert into desk values (9)');
      await target.retry();
      expect((await target.validate()).verdicts).toMatchObject([
        { targetRows: 8, tally: { inserted: 8, rejected: 0 } },
      ]);
      expect(await target.reset(run)).toEqual({ person: 0 });
      expect((await client.query(`select from only ${table}`)).rowCount).toBe(0);
      expect((await client.query(LEFT)).rows).toEqual(heirs);
    },
  );

  it.each<[ConflictPolicy, Partial<Record<string, number>>]>([
    ['reject', { inserted: 6, rejected: 2 }],
    ['skip', { inserted: 6, skipped: 1, rejected: 1 }],
    ['update', { inserted: 6, updated: 1, rejected: 1 }],
  ])('meets under the policy %s only rows of its own, in a load and in a rehearsal', async (onConflict, fates) => {
    const own = `insert into people values (3, 'app', 'there', null)`;
    const target = await people.target([sliceOf({ entity: 'person', where: 'ID > 0' })], ...HEIRS, own);
    const { outcome } = await target.rehearse({ onConflict });
    expect(outcome?.entities).toMatchObject([{ tally: fates }]);
    await target.migrate({ onConflict });
    const { verdicts } = await target.validate();
    expect(verdicts).toMatchObject([{ tally: fates, comparison: { counts: { missing: 0, extra: 0, different: 0 } } }]);
    expect(verdicts[0]?.issues.map(({ code }) => code)).toEqual(['TABLE_INHERITED']);
  });

  it('is partitioned where its rows are those of its partitions, which is no inheritance', async () => {
    const partitioned = `insert into desk values (1); drop table people; create table people (id int primary key, kind varchar(10) not null, name varchar(20) not null,
      desk_id int references desk) partition by range (id);
      create table people_low partition of people for values from (0) to (4);
      create table people_high partition of people for values from (4) to (100)`;
    const target = await people.target([sliceOf({ entity: 'person', where: 'ID > 0' })], partitioned);
    expect(await target.check()).not.toContain('TABLE_INHERITED');
    const run = await target.migrate();
    expect((await target.validate()).verdicts).toMatchObject([{ targetRows: 7, issues: [] }]);
    await target.client.query(`update people set name = 'x' where id = 1; delete from people where id = 8`);
    await target.repair(await target.listed());
    expect((await target.validate()).verdicts).toMatchObject([{ targetRows: 7, issues: [] }]);
    expect(await target.reset(run)).toEqual({ person: 0 });
  });
});
