import { connectionTo } from '../../../src/postgres/session/connection-settings';
import type { RepairOutcome } from '../../../src/app/run-repair';
import type { RowDifference } from '../../../src/core/comparison/comparison';
import type { DifferenceList } from '../../../src/core/comparison/difference-list';
import type { EntityRun } from '../../../src/postgres/ledger/plan-rows';
import { writingFor } from '../../../src/postgres/ledger/writing-for';
import { recordRewrite } from '../../../src/postgres/ledger/written-by';
import { inTransaction, openSession } from '../../../src/postgres/session/session';
import { listOf } from '../../support/list-of';
import {
  comparedOf,
  sliceOf,
  startPeople,
  TABLE_OF,
  type Compared,
  type LegacyPerson,
  type PeopleStandin,
  type Recognised,
  type SharedPeople,
} from '../../support/shared-people';
import { removeTemporaryFolders } from '../../support/temporary-folder';

type Listed = DifferenceList['entities'][number];
type RepairedEntity = RepairOutcome['repair']['entities'][number];

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
const NOTHING = cleanFor('patient', 'doctor');

/** What an earlier cutover did: rows of both written in one transaction, whose number the ledger notes for both. */
const WRITTEN_UNDER_ONE_NUMBER = `begin; set local cutover.seals = 'on'; update people set name = name where id in (1, 2);
  insert into cutover.rewrite (run, entity, txid, shared) select r.id, e, txid_current(), true from cutover.run r, unnest(array['patient', 'doctor']) e; commit`;

describe('two mappings that fill one table', () => {
  /** Both of a pair bring the same legacy rows. */
  const pairOf = (entities: readonly string[], where: string, recognised: Recognised) =>
    entities.map((entity) => sliceOf({ entity, where, recognised, kind: 'same' }));
  const mappings = [
    ...[PATIENTS, DOCTORS, sliceOf({ entity: 'nobody', where: "KIND = 'X'" })],
    ...pairOf(['first', 'second'], 'ID < 7', 'legacy key'),
    ...pairOf(['third', 'fourth'], 'ID < 5', 'whole row'),
  ];
  const clean = cleanFor('patient', 'doctor', 'nobody', 'first', 'second', 'third', 'fourth');
  const writtenFor = (entity: string): string =>
    `xmin::text::bigint in (select written_by[1] from cutover.chunk_load where entity = '${entity}')`;
  let target: SharedPeople;
  let runId: string;

  beforeAll(async () => {
    target = await people.target(mappings, DESKS);
    runId = await target.migrate();
  });

  it('note the number of a transaction for the rows of one entity alone, and are compared where one of them brings no row at all', async () => {
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
    expect(await target.compared()).toEqual(clean);
  });

  it('keep their rows apart after one repair of both, whatever tells the rows of one from those of the other', async () => {
    await target.client.query(
      `update people set name = 'damaged' where id in (1, 2); delete from people where id in (3, 4);
       delete from entries where id in (2, 3) and ${writtenFor('first')};
       delete from marks where name = 'name 2' and ${writtenFor('fourth')}`,
    );
    const damaged = await target.validate();
    const both = { counts: { missing: 1, different: 1 } };
    const lacking = (missing: number) => ({ counts: { missing } });
    expect(comparedOf(damaged)).toMatchObject({ patient: both, doctor: both });
    // Neither takes the row of the other one for its own.
    expect(comparedOf(damaged)).toMatchObject({ first: lacking(2), second: { counts: {} } });
    // A row is missing although the other one has its like.
    expect(comparedOf(damaged)).toMatchObject({ third: { counts: {} }, fourth: lacking(1) });
    const kinds = expect.arrayContaining(['missing', 'different']) as string[];
    expect(kindsByEntity(await listOf(damaged))).toMatchObject({ patient: kinds, doctor: kinds });
    await target.repair(await listOf(damaged));
    const repaired = await target.validate();
    expect(comparedOf(repaired)).toEqual(clean);
    expect(kindsIn(await listOf(repaired))).toEqual(mappings.map(() => []));
    expect((await target.client.query('select from people')).rowCount).toBe(12);
  });

  it('are taken back whole after that, and one of them leaves the rows of the other one', async () => {
    expect(await target.reset(runId, ['patient'])).toEqual({ patient: 0 });
    expect((await target.client.query('select from people')).rowCount).toBe(6);
    expect(await target.reset(runId, ['doctor', 'first'])).toEqual({ doctor: 0, first: 0 });
    expect((await target.client.query('select from people')).rowCount).toBe(0);
    expect((await target.client.query('select from entries')).rowCount).toBe(6);
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

  it('may be of two runs, and of two projects that do not know each other', async () => {
    const target = await people.target([PATIENTS], DESKS);
    const first = await target.migrate();
    await target.client.query(`insert into people values (2, 'doctor', 'name 1', 1)`);
    const early = await target.listed();
    expect(kindsIn(early)).toEqual([['extra']]);
    await target.client.query('delete from people where id = 2');
    const other = target.by([DOCTORS]);
    const second = await other.migrate();
    // The list was made before the other run wrote the row.
    expect((await target.repair(early)).repair.entities).toMatchObject([{ deleted: 0, left: 1 }]);
    expect(await target.compared(first)).toEqual({ patient: NOTHING['patient'] });
    expect(await other.compared(second)).toEqual({ doctor: NOTHING['doctor'] });
    await target.client.query(
      `delete from people where id = 1; insert into people values (1, 'doctor', 'name 0', null)`,
    );
    const changed = await target.validate(first);
    expect(comparedOf(changed)).toMatchObject({ patient: { counts: { different: 1 } } });
    await target.repair(await listOf(changed));
    expect(await target.compared(first)).toEqual({ patient: NOTHING['patient'] });
    expect(await target.reset(first)).toEqual({ patient: 0 });
    // Its account says how many rows the table had before it, and those are gone.
    expect(await other.compared(second)).toEqual({ doctor: { counts: {}, codes: ['OTHERS_CHANGED'] } });
    expect(await other.reset(second)).toEqual({ doctor: 0 });
    expect((await target.client.query('select from people')).rowCount).toBe(0);
  });
});

describe('lists of one damage, by every way in which rows are recognised', () => {
  const ENTITIES = { keyed: 'primary key', entered: 'legacy key', marked: 'whole row' } as const;
  const clean = cleanFor('keyed', 'entered', 'marked');
  /** The primary key lets no row in twice. */
  const DOUBLE = ['entries', 'marks'];
  const DAMAGE = `delete from entries where id in (102, 103);
    delete from marks where name = 'single' or ctid = (select min(ctid) from marks where name = 'twin')`;
  const ROW = { entries: 'id = 102', marks: `name = 'single'` };
  let target: SharedPeople;

  const repaired = async (list: DifferenceList): Promise<Record<string, unknown>> => {
    const { repair } = await target.repair(list);
    return Object.fromEntries(repair.entities.map((done) => [done.entity, done]));
  };
  const both = (done: Partial<RepairedEntity>) => ({ entered: done, marked: done });

  beforeAll(async () => {
    const slices = Object.entries(ENTITIES).map(([entity, recognised]) =>
      sliceOf({ entity, where: "KIND = 'T'", recognised }),
    );
    target = await people.target(slices, DESKS);
    await target.migrate();
  });

  it('bring each missing row back once, and again only after it was lost again', async () => {
    await target.client.query(DAMAGE);
    const [first, second] = [await target.listed(), await target.listed()];
    expect(await repaired(first)).toMatchObject(both({ inserted: 2, left: 0 }));
    expect(await repaired(second)).toMatchObject(both({ inserted: 0, left: 2 }));
    expect(await target.compared()).toEqual(clean);
    await target.client.query(DAMAGE);
    expect(await repaired(await target.listed())).toMatchObject(both({ inserted: 2, left: 0 }));
    expect(await target.compared()).toEqual(clean);
  });

  it('bring back what only the second one names, also where both rows of a pair are missing by now', async () => {
    await target.client.query(DAMAGE);
    const first = await target.listed();
    await target.client.query(`delete from entries where name = 'twin'; delete from marks where name = 'twin'`);
    const second = await target.listed();
    expect(await repaired(first)).toMatchObject(both({ inserted: 2, left: 0 }));
    expect(await repaired(second)).toMatchObject(both({ inserted: 1, left: 2 }));
    expect(await target.compared()).toEqual(clean);
  });

  it('take no row out that the source accounts for where they are edited, be it called extra or given up for another one', async () => {
    for (const recognised of Object.values(ENTITIES)) {
      const key = recognised === 'whole row' ? ['', ''] : ['id, ', '900, '];
      await target.client.query(`insert into ${TABLE_OF[recognised]} (${key[0]}kind, name) values (${key[1]}'x', 'odd');
        delete from ${TABLE_OF[recognised]} where name = 'single'`);
    }
    const list = await target.listed();
    const entities: Listed[] = [];
    for (const found of list.entities) {
      entities.push(await edited(found, ENTITIES[found.entity as keyof typeof ENTITIES]));
    }
    const done = { deleted: 1, replaced: 0, left: 3 };
    expect(await repaired({ ...list, entities })).toMatchObject({ keyed: done, ...both(done) });
    const found = await target.validate();
    const lacking = { counts: { missing: 1 } };
    expect(comparedOf(found)).toMatchObject({ keyed: lacking, entered: lacking, marked: lacking });
    await target.repair(await listOf(found));
    expect(await target.compared()).toEqual(clean);
  });

  /** With the extra row, each of the twins called extra, and one of them said to stand for the missing row. */
  async function edited(found: Listed, recognised: Recognised): Promise<Listed> {
    const named = (kind: RowDifference['kind']) => found.differences.find((one) => one.kind === kind);
    const [extra, missing] = [named('extra'), named('missing')];
    if (extra === undefined || missing === undefined) throw new RangeError(JSON.stringify(found));
    const key = recognised === 'whole row' ? '' : 'id::text, ';
    const twins = await target.client.query<Record<string, string | null>>(
      `select ${key}kind, name, desk_id::text from ${TABLE_OF[recognised]} where name = 'twin'`,
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
    return { ...found, differences };
  }

  it('insert nothing twice where the application, or one operator after another, has brought rows back', async () => {
    await target.client.query(DAMAGE);
    const lists = [await target.listed(), await target.listed()];
    const ends = await Promise.allSettled(lists.map((list) => target.repair(list)));
    expect(ends.filter(({ status }) => status === 'fulfilled')).not.toEqual([]);
    for (const end of ends) if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'RUN_ACTIVE' });
    expect(await target.compared()).toEqual(clean);
    const onBoth = (sql: (table: string) => string) => target.client.query(DOUBLE.map(sql).join('; '));
    await onBoth((table) => `create table kept_${table} as table ${table}`);
    await target.client.query(DAMAGE);
    const late = await target.listed();
    await onBoth(
      (table) => `truncate ${table}; insert into ${table} overriding system value table kept_${table};
        drop table kept_${table}`,
    );
    expect(await repaired(late)).toMatchObject(both({ inserted: 0, left: 2 }));
    for (const table of DOUBLE) expect((await target.client.query(`select from ${table}`)).rowCount).toBe(3);
  });

  it('take out the row that is too many, and not the one that is left', async () => {
    const double = `insert into entries (id, kind, name) select id, kind, name from entries where ${ROW.entries} limit 1;
      insert into marks (kind, name) select kind, name from marks where ${ROW.marks} limit 1`;
    await target.client.query(double);
    const [first, second] = [await target.listed(), await target.listed()];
    expect(kindsByEntity(first)).toMatchObject({ entered: ['doubled'], marked: ['doubled'] });
    expect(await repaired(first)).toMatchObject(both({ undoubled: 1, left: 0 }));
    expect(await repaired(second)).toMatchObject(both({ undoubled: 0, left: 1 }));
    expect(await target.compared()).toEqual(clean);
    for (let more = 0; more < 2; more += 1) await target.client.query(double);
    const third = await target.listed();
    for (const [table, row] of Object.entries(ROW)) {
      await target.client.query(`delete from ${table} where ctid = (select max(ctid) from ${table} where ${row})`);
    }
    expect(await repaired(third)).toMatchObject(both({ undoubled: 1, left: 1 }));
    expect(await target.compared()).toEqual(clean);
  });
});

function kindsIn({ entities }: DifferenceList): string[][] {
  return entities.map(({ differences }) => differences.map(({ kind }) => kind));
}

function kindsByEntity(list: DifferenceList): Record<string, string[]> {
  return Object.fromEntries(
    list.entities.map(({ entity, differences }) => [entity, differences.map(({ kind }) => kind)]),
  );
}

/** As a comparison finds these entities when nothing is amiss. */
function cleanFor(...entities: readonly string[]): Record<string, Compared> {
  return Object.fromEntries(entities.map((entity) => [entity, { counts: {}, codes: [] }]));
}

/** As a comparison lists a row that should not be there. */
function extraRow(person: LegacyPerson | undefined): RowDifference {
  const { id = 0, kind = '', name = '', desk = null } = person ?? {};
  const entity = kind === 'P' ? 'patient' : 'doctor';
  const row = { id: String(id), kind: entity, name, desk_id: desk === null ? null : String(desk) };
  const values = Object.entries(row).map(([column, actual]) => ({ property: column, column, actual }));
  return { kind: 'extra', legacyKey: null, rowid: null, chunk: null, targetKey: [String(id)], properties: [], values };
}
