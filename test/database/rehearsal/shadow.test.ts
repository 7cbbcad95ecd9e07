import type { Client } from 'pg';
import type { Target } from '../../../src/core/ports/target';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import { freshDatabase, type FreshDatabase } from '../../support/databases';
import { aChunk, aLoaderContext, aLoadPlan } from '../../support/postgres-load';
import { column, connected } from '../../support/sql';

let database: FreshDatabase;
let client: Client;
let target: Target;

const coil = { schema: 'public', name: 'coil' };
const run = { schema: 'public', name: 'run' };

beforeAll(async () => {
  database = await freshDatabase();
  client = await connected(database.url);
  await client.query(`
    create table run (id serial primary key, note text check (note <> ''));
    create table coil (id int4 generated always as identity primary key, run_id int4 references run on delete cascade);
    select nextval('run_id_seq') from generate_series(1, 41); insert into run values (1)`);
  target = await openPostgresTarget({ url: database.url });
});

afterAll(async () => {
  await target.close();
  await client.end();
  await database.drop();
});

const everything = () =>
  column(
    client,
    `select string_agg(t, ', ' order by t) from (
       select n.nspname || '.' || c.relname || coalesce(':' || s.last_value, '') as t
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
         left join pg_sequences s on s.schemaname = n.nspname and s.sequencename = c.relname
       where n.nspname !~ '^(pg_|information_schema)') all_relations`,
  );

describe('a rehearsal', () => {
  it('runs the same load on copies, ledger included, and leaves nothing behind', async () => {
    const before = await everything();
    const shadow = await target.shadow([coil, run]);
    const described = await shadow.target.table(coil);
    expect(described).toMatchObject({ table: coil, empty: true, primaryKey: ['id'] });
    expect(described?.foreignKeys).toMatchObject([{ name: 'coil_run_id_fkey', parent: run }]);

    await shadow.target.setForeignKeysAside('run-1', [coil, run]);
    const coils = await shadow.target.loader(aLoadPlan('coil', ['id', 'run_id']), aLoaderContext());
    await coils.load(
      aChunk('coil', [
        ['1', '42'],
        ['2', '43'],
        ['1', '42'],
      ]),
    );
    await coils.close();
    const runs = await shadow.target.loader(aLoadPlan('run', ['note'], []), aLoaderContext());
    await runs.load(aChunk('run', [['a'], ['b\0']]));
    await runs.close();
    const verdicts = await shadow.target.restoreForeignKeys('run-1', [
      {
        entity: 'coil',
        table: coil,
        foreignKey: { name: '', columns: ['run_id'], parent: run, parentColumns: ['id'] },
        policy: 'reject',
        property: 'runId',
        keyColumns: ['id'],
        rowsBefore: 0,
      },
    ]);
    expect(verdicts).toMatchObject([{ orphans: 1, constraint: 'valid', foreignKey: 'coil_run_id_fkey' }]);
    expect(await shadow.target.count(coil)).toBe(1);
    // The real table's row, and the one that would be added.
    expect(await shadow.target.count(run)).toBe(2);
    const rejects = [];
    for await (const reject of shadow.target.ledger.rejects('run-1')) rejects.push(reject.reason);
    expect(rejects).toEqual(['duplicate key', 'no parent in run', 'NUL character']);
    expect(await shadow.target.advanceSequences('run-1', [run])).toMatchObject([{ sequence: 'run_id_seq' }]);

    await shadow.target.close();
    await shadow.drop();
    await shadow.drop();
    expect(await everything()).toEqual(before);
    expect(await target.count(run)).toBe(1);
  });

  it('removes what killed rehearsals have left, but not one that is alive', async () => {
    const other = await openPostgresTarget({ url: database.url });
    const alive = await other.shadow([coil]);
    await client.query('create schema cutover_rehearsal_0123abcd; create schema cutover_rehearsal_plans');
    const mine = await target.shadow([coil]);
    expect(mine.removed).toEqual(['cutover_rehearsal_0123abcd']);
    expect(await alive.target.count(coil)).toBe(0);
    await client.query('create schema cutover_rehearsal_4567abcd');
    expect(await other.removeRehearsals()).toEqual(['cutover_rehearsal_4567abcd']);
    expect(await other.removeRehearsals()).toEqual([]);
    await Promise.all([mine.drop(), alive.drop()]);
    await other.close();
  });
});
