import type { Client } from 'pg';
import type { TableName, Target } from '../../../src/core/ports/target';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import { freshDatabase, type FreshDatabase } from '../../support/databases';
import { aChunk, aLoaderContext, aLoadPlan, A_RUN } from '../../support/postgres-load';
import { column, connected } from '../../support/sql';

let database: FreshDatabase;
let client: Client;
let target: Target;

const named = (name: string): TableName => ({ schema: 'public', name });

beforeEach(async () => {
  database = await freshDatabase();
  client = await connected(database.url);
  await client.query(`create table customer (id int4 primary key); create table coil (id int4 primary key, customer_id int4 references customer);
    create table visit (customer_id int4 references customer)`);
  target = await openPostgresTarget({ url: database.url });
  await target.ledger.install();
  for (const id of ['run-1', 'run-2']) {
    await target.ledger.createRun({ ...A_RUN, id });
  }
});

afterEach(async () => {
  await target.close();
  await client.end();
  await database.drop();
});

/** Loads one customer and one coil of it, with the keys of both tables aside. */
async function load(): Promise<void> {
  await target.setForeignKeysAside('run-1', ['customer', 'coil'].map(named));
  for (const [entity, columns, row] of [
    ['customer', ['id'], [1]],
    ['coil', ['id', 'customer_id'], [10, 1]],
  ] as const) {
    const loader = await target.loader(aLoadPlan(entity, columns), aLoaderContext());
    await loader.load(aChunk(entity, [row]));
    await loader.close();
  }
}

const reset = (scope: 'all' | readonly string[], edited: 'refuse' | 'accept' = 'refuse') =>
  target.reset({ runId: 'run-1', scope, changed: 'refuse', edited }, () => undefined);

const keys = () =>
  column(client, `select conname from pg_constraint where contype = 'f' and conrelid = 'coil'::regclass`);

describe('a reset while keys are aside', () => {
  it('is refused where rows refer to the run by a key that another run holds', async () => {
    await load();
    await client.query('insert into visit values (1)');
    await target.setForeignKeysAside('run-2', [named('visit')]);
    const refused = { code: 'RESET_BLOCKED', message: expect.stringMatching(/public\.visit by .* \(1\b/) as string };
    await expect(reset('all')).rejects.toMatchObject(refused);
    await expect(reset(['customer'])).rejects.toMatchObject(refused);
    await client.query('delete from visit');
    expect((await reset('all')).entities).toMatchObject([{ removed: 1 }, { removed: 1 }]);
  });

  it('takes parents back without their children, which a resume gives their parents again', async () => {
    await load();
    await reset(['customer']);
    expect(await column(client, 'select id from coil')).toEqual([10]);
  });

  it.each([
    ['child', 'coil', ['customer']],
    ['parent', 'customer', ['coil']],
  ])('takes back what is left where the table of a %s is gone', async (_, table, left) => {
    await load();
    await client.query(`drop table ${table} cascade`);
    expect(await reset('all')).toMatchObject({
      gone: [table],
      entities: left.map((entity) => ({ entity, removed: 1 })),
    });
  });
});

describe('a journal that somebody has edited', () => {
  const EDITS = [
    ['a row is gone', `delete from cutover.journal where run = 'run-1' and kind = 'foreign-key'`],
    ['a statement is another', `update cutover.journal set restore_sql = 'check (false)' where run = 'run-1'`],
    ['a state is another', `update cutover.journal set state = 'restored' where run = 'run-1'`],
    [
      'a row is added',
      `insert into cutover.journal (run, kind, schema_name, table_name, object, restore_sql, details, state)
       values ('run-1', 'trigger', 'public', 'coil', 'none', 'drop table visit', '{}', 'aside')`,
    ],
  ] as const;

  it.each(EDITS)('is not restored from by a reset, which changes nothing: %s', async (_, edit) => {
    await load();
    await client.query(`create table kept as table cutover.journal; ${edit}`);
    const refused = {
      code: 'RESET_IMPOSSIBLE',
      hint: expect.stringContaining('--run run-1 --accept-edited') as string,
    };
    await expect(reset('all')).rejects.toMatchObject(refused);
    expect(await column(client, 'select id from coil')).toEqual([10]);
    await client.query('delete from cutover.journal; insert into cutover.journal overriding system value table kept');
    await reset('all');
    expect(await keys()).toEqual(['coil_customer_id_fkey']);
    expect(await column(client, 'select id from coil')).toEqual([]);
  });

  it.each(EDITS)('is not restored from by a resume, nor by a run that fails: %s', async (_, edit) => {
    await load();
    await client.query(`create table kept as table cutover.journal; ${edit}`);
    const refused = { code: 'LEDGER_EDITED', hint: expect.stringContaining('--run run-1 --accept-edited') as string };
    const tables = ['customer', 'coil'].map(named);
    await expect(target.setForeignKeysAside('run-1', tables)).rejects.toMatchObject(refused);
    await expect(target.setObjectsAside('run-1', tables)).rejects.toMatchObject(refused);
    await expect(target.restoreForeignKeys('run-1', [])).rejects.toMatchObject(refused);
    await expect(target.restoreObjects('run-1')).rejects.toMatchObject(refused);
    await expect(target.restoreLiving('run-1', 'leave')).rejects.toMatchObject(refused);
    expect(await keys()).toEqual([]);
    await client.query('delete from cutover.journal; insert into cutover.journal overriding system value table kept');
    await target.restoreForeignKeys('run-1', []);
    expect(await keys()).toEqual(['coil_customer_id_fkey']);
  });

  it.each<readonly [string, string]>([
    ...EDITS,
    ['no row is left', 'delete from cutover.journal'],
    ['the table is emptied', 'truncate cutover.journal'],
  ])(
    'neither lets another run begin on the tables nor the ledger be dropped, until the run is taken back: %s',
    async (_, edit) => {
      await load();
      await client.query(edit);
      const refused = { code: 'LEDGER_EDITED', message: expect.stringContaining('run-1') as string };
      const begin = () => target.setForeignKeysAside('run-2', [named('coil')]);
      await expect(begin()).rejects.toMatchObject(refused);
      await expect(target.ledger.drop('all')).rejects.toMatchObject(refused);
      await expect(target.ledger.drop({ runId: 'run-1' })).rejects.toMatchObject(refused);
      expect(await target.ledger.drop({ runId: 'run-2' })).toBe(true);
      await client.query(`delete from cutover.journal where object = 'none'`);
      await client.query(
        `update cutover.journal set restore_sql = 'foreign key (customer_id) references customer' where kind = 'foreign-key'`,
      );
      await reset('all', 'accept');
      await begin();
      await target.ledger.drop({ runId: 'run-1' });
    },
  );

  it('is of no matter to what begins once the run that it is of has ended well', async () => {
    await load();
    await target.restoreForeignKeys('run-1', []);
    await target.restoreObjects('run-1');
    await target.ledger.setState('run-1', 'complete');
    await client.query('delete from cutover.journal');
    await target.setForeignKeysAside('run-2', [named('coil')]);
    expect(await target.ledger.drop({ runId: 'run-1' })).toBe(true);
  });

  it('is believed where the order says so, and the run keeps that', async () => {
    await load();
    await client.query(EDITS[0][1]);
    expect(await reset('all', 'accept')).toMatchObject({ edited: ['what was set aside'] });
    expect(await column(client, `select settings ->> 'editedAtReset' from cutover.run where id = 'run-1'`)).toEqual([
      'what was set aside',
    ]);
  });

  it('is of no matter to a reset of one entity, which restores nothing', async () => {
    await load();
    await client.query(EDITS[1][1]);
    expect(await reset(['coil'])).toMatchObject({ entities: [{ removed: 1 }] });
  });
});
