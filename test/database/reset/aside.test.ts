import type { Client } from 'pg';
import type { TableName, Target } from '../../../src/core/ports/target';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import { NO_SETTINGS } from '../../../src/core/run/run-settings';
import { freshDatabase, type FreshDatabase } from '../../support/databases';
import { aChunk, aLoaderContext, aLoadPlan } from '../../support/postgres-load';
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
    await target.ledger.createRun({ id, scn: null, source: 's', target: 't', fingerprints: {}, settings: NO_SETTINGS });
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

const reset = (scope: 'all' | readonly string[]) =>
  target.reset({ runId: 'run-1', scope, changed: 'refuse', edited: 'refuse' }, () => undefined);

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
