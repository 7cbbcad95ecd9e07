import { comparedOf, sliceOf, startPeople, type LegacyPerson, type PeopleStandin } from '../../support/shared-people';
import type { ConflictPolicy } from '../../../src/core/run/conflicts';
import type { DifferenceList } from '../../../src/core/comparison/difference-list';
import type { Client } from 'pg';
import { runReport } from '../../../src/app/run-report';
import { reportAsMarkdown } from '../../../src/report/evidence/report-as-markdown';
import { runStatus } from '../../../src/app/run-status';
import { removeTemporaryFolders } from '../../support/temporary-folder';
import { column, connected } from '../../support/sql';

let people: PeopleStandin;

const PEOPLE: LegacyPerson[] = Array.from({ length: 12 }, (_, at) => ({
  id: at + 1,
  kind: 'P',
  name: `name ${at}`,
  desk: at % 4 === 0 ? null : at % 4,
}));

beforeAll(async () => {
  people = await startPeople(PEOPLE);
});
afterAll(async () => {
  removeTemporaryFolders();
  await people.stop();
});

const PERSON = sliceOf({ entity: 'person', where: 'ID > 0' });
const DESKS = 'insert into desk values (1), (2), (3)';
const IN_THE_WAY = `insert into people values (3, 'app', 'in the way', null), (7, 'app', 'in the way', null)`;
const CLEAN = { person: { counts: {}, codes: [] } };

describe('what a comparison leaves out', () => {
  it('is what the run has skipped, though a transaction older than the run overwrites one of its rows', async () => {
    const target = await people.target([PERSON], DESKS, IN_THE_WAY);
    const early = await connected(target.url);
    await early.query('begin; select txid_current()');
    await target.migrate({ onConflict: 'skip' });
    expect(await target.compared()).toEqual(CLEAN);
    await early.query(`update people set name = 'overwritten' where id = 5; commit`);
    await early.end();
    const { verdicts } = await target.validate();
    expect(verdicts[0]?.comparison).toMatchObject({ expected: 10, skipped: 2, counts: { different: 1 } });
    expect(comparedOf({ verdicts })).toMatchObject({ person: { codes: ['ROWS_DIFFER'] } });
    await target.repair(await target.listed());
    expect(await target.compared()).toEqual(CLEAN);
  });

  it('is not the application’s row that it has changed since, though the run has skipped its key', async () => {
    const target = await people.target([PERSON], DESKS, IN_THE_WAY);
    await target.migrate({ onConflict: 'skip' });
    await target.client.query(`update people set name = 'changed' where id = 3; delete from people where id = 7`);
    expect((await target.compared())['person']?.counts).toEqual({});
    await target.client.query(`insert into people values (7, 'app', 'again', null)`);
    await target.repair(await target.listed());
    expect((await target.client.query('select name from people where id in (3, 7) order by id')).rows).toEqual([
      { name: 'changed' },
      { name: 'again' },
    ]);
  });

  it('is not the application’s row that came after the run began, which no repair takes out', async () => {
    const target = await people.target([PERSON], DESKS);
    const application = await connected(target.url);
    await application.query(`begin; insert into people values (5, 'app', 'came late', null)`);
    const run = target.migrate({ onConflict: 'skip' });
    await waitsForLock(target.client);
    await application.query('commit');
    await run;
    await application.end();
    expect(await target.compared()).toEqual({ person: { counts: {}, codes: ['OTHERS_CHANGED'] } });
    await target.repair(await target.listed());
    expect((await target.client.query('select name from people where id = 5')).rows).toEqual([{ name: 'came late' }]);
  });

  it('is asked of entities of the run only', async () => {
    const target = await people.target([PERSON], DESKS);
    await target.migrate();
    await expect(target.validate(undefined, ['nobody'])).rejects.toMatchObject({
      code: 'USAGE',
      hint: expect.stringContaining('person') as string,
    });
  });

  it('is a row that came from elsewhere, which is named where nobody had rows there before', async () => {
    const target = await people.target([PERSON], DESKS);
    await target.migrate();
    await target.client.query(`insert into people values (500, 'app', 'ghost', null)`);
    const [person] = (await target.validate()).verdicts;
    expect(person?.issues).toMatchObject([
      {
        code: 'COUNT_MISMATCH',
        message: expect.stringMatching(/: 1 row came from elsewhere$/) as string,
        hint: expect.stringMatching(/ by id: \["500"\]\.$/) as string,
      },
      { code: 'ROWS_DIFFER', message: 'rows: 1 extra; first: extra ["500"]' },
    ]);
  });

  it.each([
    ['under a savepoint', `savepoint s; insert into people values (500, 'app', 'ghost', null); release s`, ''],
    [
      'in a block that catches exceptions',
      `do $$ begin begin insert into people values (500, 'app', 'ghost', null);
         exception when unique_violation then null; end; end $$`,
      '',
    ],
    ['after the count', 'lock people in row exclusive mode', `insert into people values (500, 'app', 'ghost', null)`],
  ])('names a row that came between the count and the first chunk: %s', async (_, before, during) => {
    const target = await people.target([PERSON], DESKS);
    const application = await connected(target.url);
    await application.query(`begin; ${before}`);
    const run = target.migrate();
    await waitsForLock(target.client);
    await application.query(`${during}; commit`);
    await application.end();
    await run;
    const [person] = (await target.validate()).verdicts;
    expect(person?.issues).toMatchObject([
      { code: 'COUNT_MISMATCH', hint: expect.stringMatching(/ by id: \["500"\]\.$/) as string },
      { code: 'ROWS_DIFFER', message: 'rows: 1 extra; first: extra ["500"]' },
    ]);
  });

  it('is no row of others that came after the count and was overwritten, at the load or by a retry which says so', async () => {
    const target = await people.target([PERSON], 'insert into desk values (1), (2)');
    const application = await connected(target.url);
    await application.query(`begin; insert into people values (5, 'app', 'came late', null)`);
    const run = target.migrate({ onConflict: 'update' });
    await waitsForLock(target.client);
    await application.query('commit');
    const id = await run;
    const changed = { person: { counts: {}, codes: ['OTHERS_CHANGED'] } };
    expect(await target.compared()).toEqual(changed);
    await application.query(`insert into people values (900, 'app', 'a stranger', null)`);
    expect((await target.compared())['person']?.codes).toContain('COUNT_MISMATCH');
    await application.query('delete from people where id = 900');
    // Orphans of desk 3 until now.
    await application.query(`insert into people values (4, 'app', 'by hand', null); insert into desk values (3)`);
    expect(await target.retry()).toContain('is there by now in the place of one of them is OVERWRITTEN');
    expect(await target.compared()).toEqual(changed);
    expect((await target.validate()).verdicts[0]?.tally).toMatchObject({ inserted: 10, updated: 2, rejected: 0 });
    await application.query(`update people set name = 'changed' where id = 1`);
    expect((await target.compared())['person']?.codes).toEqual(['COUNT_MISMATCH', 'ROWS_DIFFER']);
    await target.repair(await target.listed());
    expect(await target.compared()).toEqual(changed);
    await target.reset(id);
    expect((await application.query('select id, name from people order by id')).rows).toEqual([
      { id: 4, name: 'by hand' },
      { id: 5, name: 'came late' },
    ]);
    await application.end();
  });

  it('is not a row of others that is gone, which is said as their change and not as a fault of the run', async () => {
    const target = await people.target([PERSON], DESKS, IN_THE_WAY);
    const application = await connected(target.url);
    await application.query('begin; delete from people where id = 3');
    const run = target.migrate({ onConflict: 'skip' });
    await waitsForLock(target.client);
    await application.query('commit');
    await run;
    const changed = { person: { counts: {}, codes: ['OTHERS_CHANGED'] } };
    expect(await target.compared()).toEqual(changed);
    expect((await target.validate()).verdicts[0]).toMatchObject({ tally: { inserted: 11, skipped: 1 } });
    await application.query('delete from people where id = 7');
    expect(await target.compared()).toEqual(changed);
    // One of the run's own rows besides.
    await application.query('delete from people where id = 4');
    await application.end();
    expect((await target.compared())['person']?.codes).toEqual(['COUNT_MISMATCH', 'ROWS_DIFFER']);
  });

  it('is not the application’s row where its key, or another unique value, made a row of the run a reject', async () => {
    const unique = 'create unique index on people (name)';
    const target = await people.target([PERSON], DESKS, unique);
    const application = await connected(target.url);
    await application.query(
      `begin; insert into people values (5, 'app', 'came late', null), (500, 'app', 'name 8', null)`,
    );
    const run = target.migrate();
    await waitsForLock(target.client);
    await application.query('commit');
    await run;
    await application.end();
    const { verdicts } = await target.validate();
    expect(verdicts[0]).toMatchObject({ tally: { inserted: 10, rejected: 2 } });
    expect(verdicts[0]?.comparison).toMatchObject({ expected: 10, others: 2, counts: { extra: 0, doubled: 0 } });
    const list = await target.listed();
    const extra = { kind: 'extra', legacyKey: null, rowid: null, chunk: null, properties: [] } as const;
    const [found] = list.entities;
    const differences = [5, 500].map((id) => ({
      ...extra,
      targetKey: [String(id)],
      values: [{ property: 'id', column: 'id', actual: String(id) }],
    }));
    const { repair } = await target.repair({ ...list, entities: [{ ...found, differences }] } as DifferenceList);
    expect(repair.entities).toMatchObject([{ deleted: 0, left: 2 }]);
    await target.retry();
    expect((await target.compared())['person']?.counts).toEqual({});
    await target.client.query('delete from people where id = 500');
    await target.retry();
    expect((await target.validate()).verdicts[0]).toMatchObject({
      tally: { inserted: 11, rejected: 1 },
      comparison: { others: 1, counts: { extra: 0 } },
    });
    expect((await target.client.query('select name from people where id = 5')).rows).toEqual([{ name: 'came late' }]);
  });

  it('is not a row that was entered by hand in the place of one that the run has turned away', async () => {
    const target = await people.target(
      [PERSON],
      'insert into desk values (1), (2)',
      'alter table people add check (id <> 9)',
    );
    await target.migrate();
    await target.client.query('alter table people drop constraint people_id_check');
    await target.client.query(`insert into people values (9, 'app', 'by hand', null), (4, 'app', 'no desk', null)`);
    await target.client.query(`insert into people values (600, 'app', 'of nobody', null)`);
    const { verdicts } = await target.validate();
    // The orphans of desk 3, and the one that the check refused.
    expect(verdicts[0]?.tally).toMatchObject({ inserted: 8, rejected: 4 });
    expect(verdicts[0]?.comparison).toMatchObject({ others: 2, counts: { extra: 1, doubled: 0 } });
    await target.repair(await target.listed());
    expect((await target.client.query(`select id from people where kind = 'app' order by id`)).rows).toEqual([
      { id: 4 },
      { id: 9 },
    ]);
  });

  it('is looked for in the table where an earlier version has only counted it, and any other number is an error', async () => {
    const target = await people.target([PERSON], DESKS, IN_THE_WAY);
    const early = await connected(target.url);
    await early.query('begin; select txid_current()');
    await target.migrate({ onConflict: 'skip' });
    // Nor had it noted which transactions had ended when it counted.
    await target.client.query(
      `delete from cutover.skipped; update cutover.run set settings = settings - 'rowsBeforeAt'`,
    );
    // Which rows the checksum was over is not noted then.
    expect(await target.compared()).toEqual({ person: { codes: ['CHECKSUM_NOT_RECOMPUTED'], counts: {} } });
    await early.query(`update people set name = 'overwritten' where id = 5; commit`);
    await early.end();
    expect((await target.compared())['person']?.codes).toContain('COMPARISON_SHORT');
  });

  it('is an error where the ledger has lost the mark of one row that it has skipped, or has another', async () => {
    const target = await people.target([PERSON], DESKS, IN_THE_WAY);
    await target.migrate({ onConflict: 'skip' });
    for (const marks of ['substring(marks from 9)', `substring(marks from 9) || decode('0011223344556677', 'hex')`]) {
      await target.client.query(
        `create table kept as table cutover.skipped; update cutover.skipped set marks = ${marks}`,
      );
      expect((await target.compared())['person']?.codes).toContain('COMPARISON_SHORT');
      await target.client.query('update cutover.skipped s set marks = k.marks from kept k; drop table kept');
    }
    expect(await target.compared()).toEqual(CLEAN);
  });

  it.each<[ConflictPolicy, number]>([
    ['reject', 10],
    ['skip', 10],
    ['update', 12],
    ['abort', 12],
  ])(
    'agrees with the ledger under the policy %s, and any edit of its account is an error',
    async (onConflict, looked) => {
      const setup = onConflict === 'abort' ? [DESKS] : [DESKS, IN_THE_WAY];
      const target = await people.target([PERSON], ...setup);
      await target.migrate({ onConflict });
      const { verdicts } = await target.validate();
      expect(verdicts[0]?.comparison?.expected).toBe(looked);
      expect(comparedOf({ verdicts })).toEqual(CLEAN);
      const edits = [
        'inserted = inserted - 1',
        'skipped = skipped + 1',
        'skipped = skipped + 1, inserted = inserted - 1',
      ];
      for (const edit of edits) {
        await target.client.query(
          `create table kept as table cutover.chunk_load; update cutover.chunk_load set ${edit}`,
        );
        expect((await target.compared())['person']?.codes).toContain('COMPARISON_SHORT');
        await target.client.query(
          'update cutover.chunk_load l set inserted = k.inserted, skipped = k.skipped from kept k; drop table kept',
        );
      }
      expect(await target.compared()).toEqual(CLEAN);
    },
  );
});

describe('an entity of which chunks are still to be loaded', () => {
  it('is not compared, and what was found while the run was at work does not stand against it afterwards', async () => {
    const target = await people.target([PERSON], DESKS);
    await target.migrate();
    const { client } = target;
    await client.query(`set cutover.seals = 'on'; create table kept as table cutover.chunk_load;
      update cutover.run set state = 'running'; delete from cutover.chunk_load`);
    const { issues, verdicts, findings } = await target.validate();
    const ofRun = issues.filter(({ code }) => code === 'RUN_NOT_COMPLETE');
    expect(ofRun).toMatchObject([{ hint: expect.stringContaining('cutover migrate --resume --run') as string }]);
    expect(verdicts).toMatchObject([{ pending: true, orphans: {}, issues: [{ code: 'RUN_NOT_COMPLETE' }] }]);
    expect(verdicts[0]).not.toHaveProperty('comparison');
    expect(verdicts[0]?.issues[0]).not.toHaveProperty('hint');
    expect(findings).toEqual([]);
    const said = async (): Promise<boolean[]> => {
      const texts = [await runReport(target, null), await runStatus(target, null)].map((found) =>
        JSON.stringify(found),
      );
      return texts.map((text) => text.includes('RUN_NOT_COMPLETE') || text.includes('the run is running'));
    };
    expect((await said())[0]).toBe(true);
    const page = reportAsMarkdown(await runReport(target, null));
    expect(page).toContain('not loaded yet');
    expect(page).not.toContain('DIFFERS');
    await client.query(`insert into cutover.chunk_load table kept; update cutover.run set state = 'complete'`);
    expect(await said()).toEqual([false, false]);
    expect(await target.compared()).toEqual(CLEAN);
  });
});

describe('a reset by a ledger of which rows were removed', () => {
  it.each(['replaced', 'entity_table', 'chunk_load'])('is refused, and removes nothing (%s)', async (table) => {
    const target = await people.target([PERSON], DESKS, IN_THE_WAY);
    const id = await target.migrate({ onConflict: 'update' });
    const rows = async (): Promise<unknown> => (await target.client.query('select * from people order by id')).rows;
    const loaded = await rows();
    await target.client.query(`create table kept as table cutover.${table}; delete from cutover.${table}`);
    for (const changed of ['refuse', 'leave'] as const) {
      await expect(target.reset(id, [], changed)).rejects.toMatchObject({
        code: 'RESET_IMPOSSIBLE',
        message: expect.stringContaining('in the ledger: somebody has edited it') as string,
      });
    }
    expect(await rows()).toEqual(loaded);
    await target.client.query(`insert into cutover.${table} table kept`);
    await target.reset(id);
    expect(await rows()).toMatchObject([
      { id: 3, kind: 'app' },
      { id: 7, kind: 'app' },
    ]);
  });
});

describe('a reset by a ledger that still adds up although rows of it were removed', () => {
  const FEW_DESKS = 'insert into desk values (1), (2)';
  const AGAIN = 'insert into desk values (3)';
  type Target = Awaited<ReturnType<typeof people.target>>;
  const retried = async (target: Target): Promise<void> => {
    await target.client.query(AGAIN);
    await target.retry();
  };
  const failed = async (target: Target): Promise<void> => {
    await target.client.query(`set cutover.seals = 'on'; update cutover.run set state = 'failed'; reset cutover.seals`);
  };
  it('goes on where told to, where the edited rows still add up, and the run keeps which they were', async () => {
    const target = await people.target([PERSON], FEW_DESKS, IN_THE_WAY);
    const id = await target.migrate({ onConflict: 'update' });
    await target.client.query(`update cutover.chunk_load set skipped = skipped + 1 where chunk = 0`);
    const refused = {
      code: 'RESET_IMPOSSIBLE',
      hint: expect.stringContaining(`--run ${id} --accept-edited`) as string,
    };
    await expect(target.reset(id)).rejects.toMatchObject(refused);
    expect(await target.reset(id, [], 'accept edited')).toEqual({ person: 0 });
    const { rows } = await target.client.query('select * from people order by id');
    expect(rows).toMatchObject([
      { id: 3, kind: 'app' },
      { id: 7, kind: 'app' },
    ]);
    const said = await column(target.client, `select settings ->> 'editedAtReset' from cutover.run`);
    expect(said).toEqual(['chunk 0 of person']);
  });

  it.each([
    ['the run has orphans', 'replaced', () => Promise.resolve()],
    ['rejects of it were loaded later', 'replaced', retried],
    ['it is not complete', 'chunk_load', failed],
  ])('is refused where %s (%s)', async (_, table, before) => {
    const target = await people.target([PERSON], FEW_DESKS, IN_THE_WAY);
    const id = await target.migrate({ onConflict: 'update' });
    await before(target);
    const rows = async (): Promise<unknown> => (await target.client.query('select * from people order by id')).rows;
    const loaded = await rows();
    await target.client.query(`create table kept as table cutover.${table}; delete from cutover.${table}`);
    for (const scope of [[], ['person']]) {
      await expect(target.reset(id, scope, 'leave')).rejects.toMatchObject({
        code: 'RESET_IMPOSSIBLE',
        message: expect.stringContaining('somebody has edited the ledger: chunk 0 of person') as string,
      });
    }
    expect(await rows()).toEqual(loaded);
    await target.client.query(`insert into cutover.${table} table kept`);
    expect(await target.reset(id)).toEqual({ person: 0 });
    expect(await rows()).toMatchObject([
      { id: 3, kind: 'app' },
      { id: 7, kind: 'app' },
    ]);
  });
});

/** Until a session of that database waits for another one. */
async function waitsForLock(client: Client): Promise<void> {
  const waiting = `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await column(client, waiting))[0] === '0') await client.query('select pg_sleep(0.02)');
}
