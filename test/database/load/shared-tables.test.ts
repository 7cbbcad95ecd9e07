import { connectionTo } from '../../../src/postgres/session/connection-settings';
import type { RowDifference } from '../../../src/core/comparison/comparison';
import type { DifferenceList } from '../../../src/core/comparison/difference-list';
import type { EntityRun } from '../../../src/postgres/ledger/plan-rows';
import { writingFor } from '../../../src/postgres/ledger/writing-for';
import { recordRewrite } from '../../../src/postgres/ledger/written-by';
import { inTransaction, openSession } from '../../../src/postgres/session/session';
import {
  sliceOf,
  startPeople,
  TABLE_OF,
  type LegacyPerson,
  type PeopleStandin,
  type Recognised,
  type SharedPeople,
} from '../../support/shared-people';
import { removeTemporaryFolders } from '../../support/temporary-folder';

let people: PeopleStandin;

const PEOPLE: LegacyPerson[] = Array.from({ length: 12 }, (_, at) => ({
  id: at + 1,
  kind: at % 2 === 0 ? 'P' : 'D',
  name: `name ${at % 5}`,
  desk: at % 4 === 0 ? null : at % 4,
}));

/** Two of them are the same but for the key, and taken by no other mapping. */
const TWINS: LegacyPerson[] = [101, 102, 103].map((id) => ({
  id,
  kind: 'T',
  name: id === 103 ? 'single' : 'twin',
  desk: null,
}));

beforeAll(async () => {
  people = await startPeople([...PEOPLE, ...TWINS]);
});
afterAll(async () => {
  removeTemporaryFolders();
  await people.stop();
});

const PATIENTS = sliceOf({ entity: 'patient', where: "KIND = 'P'" });
const DOCTORS = sliceOf({ entity: 'doctor', where: "KIND = 'D'" });
const DESKS = 'insert into desk values (1), (2), (3)';
const NOTHING = { patient: { counts: {}, codes: [] }, doctor: { counts: {}, codes: [] } };

/** What an earlier cutover did: rows of both written in one transaction, whose number the ledger notes for both. */
const WRITTEN_UNDER_ONE_NUMBER = `begin; set local cutover.seals = 'on'; update people set name = name where id in (1, 2);
  insert into cutover.rewrite (run, entity, txid, shared) select r.id, e, txid_current(), true from cutover.run r, unnest(array['patient', 'doctor']) e; commit`;

describe('two mappings that fill one table', () => {
  it('keep their rows apart after one repair of both, and are taken back whole', async () => {
    const target = await people.target([PATIENTS, DOCTORS], DESKS);
    const run = await target.migrate();
    await target.client.query(
      `update people set name = 'damaged' where id in (1, 2); delete from people where id in (3, 4)`,
    );
    const damaged = await target.listed();
    expect(kindsIn(damaged)).toEqual(
      [
        ['missing', 'different'],
        ['missing', 'different'],
      ].map((kinds) => expect.arrayContaining(kinds) as string[]),
    );
    await target.repair(damaged);
    expect(await target.compared()).toEqual(NOTHING);
    expect(kindsIn(await target.listed())).toEqual([[], []]);
    expect((await target.client.query('select from people')).rowCount).toBe(12);
    expect(await target.reset(run)).toEqual({ doctor: 0, patient: 0 });
    expect((await target.client.query('select from people')).rowCount).toBe(0);
  });

  it('name the one whose rows were changed, and no other, where a reset takes both back', async () => {
    const target = await people.target([PATIENTS, DOCTORS], DESKS);
    const run = await target.migrate();
    await target.client.query(`update people set name = 'by hand' where id = 1`);
    await expect(target.reset(run)).rejects.toMatchObject({
      code: 'RESET_BLOCKED',
      facts: { entities: 'patient (1)' },
    });
    await target.client.query(`update people set name = 'by hand' where id in (2, 4)`);
    expect(await target.reset(run, [], 'leave')).toEqual({ doctor: 2, patient: 1 });
    expect((await target.client.query('select from people')).rowCount).toBe(3);
  });

  it('say of rows that an earlier version wrote under one number that they cannot be told apart, and never delete them', async () => {
    const target = await people.target([PATIENTS, DOCTORS], DESKS);
    const run = await target.migrate();
    const clean = await target.listed();
    await target.client.query(WRITTEN_UNDER_ONE_NUMBER);
    const undecided = { counts: {}, codes: ['ROWS_UNDECIDED'] };
    expect(await target.compared()).toEqual({ patient: undecided, doctor: undecided });
    // The list that the earlier version made of this: each entity calls the other's row extra.
    const [patient, doctor] = [1, 2].map((id) => extraRow(PEOPLE[id - 1]));
    const entities = clean.entities.map((found) => ({
      ...found,
      differences: found.entity === 'patient' ? [doctor] : [patient],
    }));
    const { repair } = await target.repair({ ...clean, entities } as DifferenceList);
    expect(repair.entities).toMatchObject([
      { deleted: 0, left: 1 },
      { deleted: 0, left: 1 },
    ]);
    expect((await target.client.query('select from people')).rowCount).toBe(12);
    await expect(target.reset(run, ['doctor'])).rejects.toMatchObject({
      code: 'RESET_IMPOSSIBLE',
      hint: expect.stringContaining('--entity doctor patient') as string,
    });
    // A row that is damaged is still mended where its key says which one it is.
    await target.client.query(`begin; set local cutover.seals = 'on'; update people set name = 'x' where id = 1;
      insert into cutover.rewrite (run, entity, txid, shared) select r.id, e, txid_current(), true from cutover.run r, unnest(array['patient', 'doctor']) e; commit`);
    await target.repair(await target.listed());
    expect(await target.compared()).toEqual({ patient: undecided, doctor: undecided });
    expect(await target.reset(run, ['doctor', 'patient'])).toEqual({ doctor: 0, patient: 0 });
    expect((await target.client.query('select from people')).rowCount).toBe(0);
  });

  it('never take the row of the other one for their own, where both bring the same legacy row', async () => {
    const twins = ['first', 'second'].map((entity) =>
      sliceOf({ entity, where: 'ID < 7', recognised: 'legacy key', kind: 'same' }),
    );
    const target = await people.target(twins, DESKS);
    const run = await target.migrate();
    const clean = { first: { counts: {}, codes: [] }, second: { counts: {}, codes: [] } };
    expect(await target.compared()).toEqual(clean);
    const own = `xmin::text::bigint in (select written_by[1] from cutover.chunk_load where entity = 'first')`;
    await target.client.query(`delete from entries where id in (2, 3) and ${own}`);
    expect(await target.compared()).toMatchObject({ first: { counts: { missing: 2 } }, second: { counts: {} } });
    await target.repair(await target.listed());
    expect(await target.compared()).toEqual(clean);
    expect(await target.reset(run, ['first'])).toEqual({ first: 0 });
    expect((await target.client.query('select from entries')).rowCount).toBe(6);
  });

  it('find a missing row although the other one has its like, where nothing but the whole row tells them', async () => {
    const twins = ['first', 'second'].map((entity) =>
      sliceOf({ entity, where: 'ID < 5', recognised: 'whole row', kind: 'same' }),
    );
    const target = await people.target(twins, DESKS);
    await target.migrate();
    const own = `xmin::text::bigint in (select written_by[1] from cutover.chunk_load where entity = 'second')`;
    await target.client.query(`delete from marks where name = 'name 2' and ${own}`);
    expect(await target.compared()).toMatchObject({ first: { counts: {} }, second: { counts: { missing: 1 } } });
    await target.repair(await target.listed());
    expect(await target.compared()).toEqual({ first: { counts: {}, codes: [] }, second: { counts: {}, codes: [] } });
  });

  it('may be of two runs, and of two projects that do not know each other', async () => {
    const target = await people.target([PATIENTS], DESKS);
    const first = await target.migrate();
    const other = target.by([DOCTORS]);
    const second = await other.migrate();
    expect(await target.compared(first)).toEqual({ patient: NOTHING.patient });
    expect(await other.compared(second)).toEqual({ doctor: NOTHING.doctor });
    await target.client.query(
      `delete from people where id = 1; insert into people values (1, 'doctor', 'name 0', null)`,
    );
    expect(await target.compared(first)).toMatchObject({ patient: { counts: { different: 1 } } });
    await target.repair(await target.listed(first));
    expect(await target.compared(first)).toEqual({ patient: NOTHING.patient });
    expect(await target.reset(first)).toEqual({ patient: 0 });
    // Its account says how many rows the table had before it, and those are gone.
    expect(await other.compared(second)).toEqual({ doctor: { counts: {}, codes: ['OTHERS_CHANGED'] } });
    expect(await other.reset(second)).toEqual({ doctor: 0 });
    expect((await target.client.query('select from people')).rowCount).toBe(0);
  });

  it('are compared where one of them brings no row at all', async () => {
    const none = sliceOf({ entity: 'nobody', where: "KIND = 'X'" });
    const target = await people.target([PATIENTS, none], DESKS);
    const run = await target.migrate();
    expect(await target.compared()).toEqual({ patient: NOTHING.patient, nobody: { counts: {}, codes: [] } });
    expect(await target.reset(run, ['patient'])).toEqual({ patient: 0 });
  });

  it('leave a row alone that another run has written since a list was made of it', async () => {
    const target = await people.target([PATIENTS], DESKS);
    await target.migrate();
    await target.client.query(`insert into people values (2, 'doctor', 'name 1', 1)`);
    const list = await target.listed();
    expect(kindsIn(list)).toEqual([['extra']]);
    await target.client.query('delete from people where id = 2');
    const other = target.by([sliceOf({ entity: 'doctor', where: 'ID = 2' })]);
    const second = await other.migrate();
    expect((await target.repair(list)).repair.entities).toMatchObject([{ deleted: 0, left: 1 }]);
    expect(await other.compared(second)).toEqual({ doctor: NOTHING.doctor });
  });
});

describe.each<[Recognised, string]>([
  ['legacy key', 'id in (102, 103)'],
  ['whole row', `name = 'single' or ctid = (select min(ctid) from marks where name = 'twin')`],
])('two lists of one damage, rows recognised by %s', (recognised, damaged) => {
  const table = TABLE_OF[recognised];
  const clean = { twin: { counts: {}, codes: [] } };
  const damage = `delete from ${table} where ${damaged}`;
  let target: SharedPeople;

  beforeAll(async () => {
    target = await people.target([sliceOf({ entity: 'twin', where: "KIND = 'T'", recognised })], DESKS);
    await target.migrate();
  });

  it('bring each missing row back once, and again only after it was lost again', async () => {
    await target.client.query(damage);
    const [first, second] = [await target.listed(), await target.listed()];
    expect((await target.repair(first)).repair.entities).toMatchObject([{ inserted: 2, left: 0 }]);
    expect((await target.repair(second)).repair.entities).toMatchObject([{ inserted: 0, left: 2 }]);
    expect(await target.compared()).toEqual(clean);
    await target.client.query(damage);
    expect((await target.repair(await target.listed())).repair.entities).toMatchObject([{ inserted: 2, left: 0 }]);
    expect(await target.compared()).toEqual(clean);
  });

  it('bring back what only the second one names, also where both rows of a pair are missing by now', async () => {
    await target.client.query(damage);
    const first = await target.listed();
    await target.client.query(`delete from ${table} where name = 'twin'`);
    const second = await target.listed();
    expect((await target.repair(first)).repair.entities).toMatchObject([{ inserted: 2, left: 0 }]);
    expect((await target.repair(second)).repair.entities).toMatchObject([{ inserted: 1, left: 2 }]);
    expect(await target.compared()).toEqual(clean);
  });

  it('insert nothing twice where the application, or one operator after another, has brought rows back', async () => {
    await target.client.query(damage);
    const lists = [await target.listed(), await target.listed()];
    const ends = await Promise.allSettled(lists.map((list) => target.repair(list)));
    expect(ends.filter(({ status }) => status === 'fulfilled')).not.toEqual([]);
    for (const end of ends) if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'RUN_ACTIVE' });
    expect(await target.compared()).toEqual(clean);
    await target.client.query(`create table kept as table ${table}; ${damage}`);
    const late = await target.listed();
    await target.client.query(`truncate ${table}; insert into ${table} overriding system value table kept`);
    await target.client.query('drop table kept');
    expect((await target.repair(late)).repair.entities).toMatchObject([{ inserted: 0, left: 2 }]);
    expect((await target.client.query(`select from ${table}`)).rowCount).toBe(3);
  });
});

describe.each<[Recognised, string]>([
  ['legacy key', 'id = 102'],
  ['whole row', `name = 'single'`],
])('two lists of one doubled row, rows recognised by %s', (recognised, row) => {
  const table = TABLE_OF[recognised];
  const clean = { twin: { counts: {}, codes: [] } };

  it('take out the row that is too many, and not the one that is left', async () => {
    const target = await people.target([sliceOf({ entity: 'twin', where: "KIND = 'T'", recognised })], DESKS);
    await target.migrate();
    const columns = recognised === 'legacy key' ? 'id, kind, name' : 'kind, name';
    const double = `insert into ${table} (${columns}) select ${columns} from ${table} where ${row} limit 1`;
    await target.client.query(double);
    const [first, second] = [await target.listed(), await target.listed()];
    expect(kindsIn(first)).toEqual([['doubled']]);
    expect((await target.repair(first)).repair.entities).toMatchObject([{ undoubled: 1, left: 0 }]);
    expect((await target.repair(second)).repair.entities).toMatchObject([{ undoubled: 0, left: 1 }]);
    expect(await target.compared()).toEqual(clean);
    for (let more = 0; more < 2; more += 1) await target.client.query(double);
    const third = await target.listed();
    await target.client.query(`delete from ${table} where ctid = (select max(ctid) from ${table} where ${row})`);
    expect((await target.repair(third)).repair.entities).toMatchObject([{ undoubled: 1, left: 1 }]);
    expect(await target.compared()).toEqual(clean);
  });
});

describe.each<Recognised>(['primary key', 'legacy key', 'whole row'])(
  'an edited list, rows recognised by %s',
  (recognised) => {
    const table = TABLE_OF[recognised];
    const key = recognised === 'whole row' ? '' : 'id, ';

    it('takes no row out that the source accounts for, be it called extra or given up for another one', async () => {
      const target = await people.target([sliceOf({ entity: 'twin', where: "KIND = 'T'", recognised })], DESKS);
      await target.migrate();
      await target.client.query(`insert into ${table} (${key}kind, name) values (${key && '900, '}'x', 'odd');
      delete from ${table} where name = 'single'`);
      const list = await target.listed();
      const [found] = list.entities;
      const named = (kind: RowDifference['kind']) => found?.differences.find((one) => one.kind === kind);
      const [extra, missing] = [named('extra'), named('missing')];
      if (found === undefined || extra === undefined || missing === undefined)
        throw new RangeError(JSON.stringify(list));
      const twins = await target.client.query<Record<string, string | null>>(
        `select ${key && 'id::text, '}kind, name, desk_id::text from ${table} where name = 'twin'`,
      );
      const ofTwin = (row: Record<string, string | null>, of: RowDifference): RowDifference => {
        const text = (column: string): string | null => row[column] ?? null;
        const values = of.values.map((value) => ({ ...value, actual: text(value.column) }));
        return { ...of, targetKey: recognised === 'whole row' ? null : [text('id')], values };
      };
      const differences = [
        extra,
        ...twins.rows.map((row) => ofTwin(row, extra)),
        ofTwin(twins.rows[0] ?? {}, { ...missing, kind: 'different' }),
      ];
      const { repair } = await target.repair({ ...list, entities: [{ ...found, differences }] });
      expect(repair.entities).toMatchObject([{ deleted: 1, replaced: 0, left: 3 }]);
      expect((await target.compared())['twin']?.counts).toEqual({ missing: 1 });
      await target.repair(await target.listed());
      expect(await target.compared()).toEqual({ twin: { counts: {}, codes: [] } });
    });
  },
);

describe('the number of a transaction', () => {
  it('is noted for the rows of one entity alone', async () => {
    const target = await people.target([PATIENTS, DOCTORS], DESKS);
    const runId = await target.migrate();
    const of = (entity: string): EntityRun => ({ runId, entity });
    const session = await openSession(connectionTo({ url: target.url }));
    const twice = <T>(work: () => Promise<T>): Promise<T> => inTransaction(session, work);
    try {
      await twice(async () => {
        await recordRewrite(session, 'cutover', of('patient'));
        await recordRewrite(session, 'cutover', of('patient'));
      });
      await expect(
        twice(async () => {
          await recordRewrite(session, 'cutover', of('patient'));
          await recordRewrite(session, 'cutover', of('doctor'));
        }),
      ).rejects.toThrow(/rewrite_number_once/);
      // A chunk's transaction writes for no other entity either.
      await expect(
        twice(async () => {
          await session.query(
            `update cutover.chunk_load set written_by = array[txid_current()] where entity = 'doctor'`,
          );
          await recordRewrite(session, 'cutover', of('patient'));
        }),
      ).rejects.toMatchObject({ code: 'INTERNAL', facts: { entity: 'patient' } });
      const numbers = await twice(async () => {
        for (const entity of ['patient', 'doctor', 'patient']) {
          await writingFor(session, 'cutover', {
            owner: of(entity),
            work: () => session.query(`update people set name = name where kind = $1`, [entity]),
          });
        }
        return session.query<{ kind: string; told: boolean }>(
          `select distinct kind, xmin::text::bigint = any (select txid % 4294967296 from cutover.rewrite where entity = kind) as told,
             xmin::text::bigint = any (select txid % 4294967296 from cutover.rewrite where entity <> kind) as others from people order by kind`,
        );
      });
      expect(numbers.rows).toEqual([
        { kind: 'doctor', told: true, others: false },
        { kind: 'patient', told: true, others: false },
      ]);
    } finally {
      await session.close();
    }
    expect(await target.compared()).toEqual(NOTHING);
    expect(await target.reset(runId)).toEqual({ doctor: 0, patient: 0 });
  });
});

function kindsIn({ entities }: DifferenceList): string[][] {
  return entities.map(({ differences }) => differences.map(({ kind }) => kind));
}

/** As a comparison lists a row that should not be there. */
function extraRow(person: LegacyPerson | undefined): RowDifference {
  const { id = 0, kind = '', name = '', desk = null } = person ?? {};
  const entity = kind === 'P' ? 'patient' : 'doctor';
  const row = { id: String(id), kind: entity, name, desk_id: desk === null ? null : String(desk) };
  const values = Object.entries(row).map(([column, actual]) => ({ property: column, column, actual }));
  return { kind: 'extra', legacyKey: null, rowid: null, chunk: null, targetKey: [String(id)], properties: [], values };
}
