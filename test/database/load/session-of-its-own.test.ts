import type { Client } from 'pg';
import type { Target } from '../../../src/core/ports/target';
import { connectionTo } from '../../../src/postgres/session/connection-settings';
import { operatorOf } from '../../../src/postgres/session/operator';
import type { Session } from '../../../src/postgres/session/session';
import { sessionsOf } from '../../../src/postgres/session/sessions';
import type { FreshDatabase } from '../../support/databases';
import { targetForEach } from '../../support/opened-target';
import { aChunk, aLoaderContext, aLoadPlan } from '../../support/postgres-load';
import { column } from '../../support/sql';

let client: Client;
let database: FreshDatabase;
let target: Target;

/** What a trigger of one table may leave in its session, and a look at all of it that a trigger of the other writes down. */
const opened = targetForEach(`
  create table coil (id int4 primary key);
  create table skid (id int4 primary key, seen text);
  create sequence numbered;
  create function leaving() returns trigger language plpgsql as $$begin
    perform set_config('app.tenant', 'coil', false), set_config('work_mem', '1234kB', false), nextval('numbered');
    perform pg_advisory_lock(7);
    create temp table if not exists left_there (n int4);
    if not exists (select from pg_prepared_statements) then
      execute 'prepare left_prepared as select 1';
      execute 'listen left_channel';
    end if;
    return new;
  end$$;
  create function seeing() returns trigger language plpgsql as $$begin
    new.seen := concat_ws(' ', current_setting('app.tenant', true), nullif(current_setting('work_mem'), '4MB'),
      (select string_agg(name, ' ') from pg_prepared_statements), (select string_agg(c, ' ') from pg_listening_channels() c),
      to_regclass('left_there')::text, (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and objid = 7));
    begin
      perform lastval();
      new.seen := new.seen || ' lastval';
    exception when object_not_in_prerequisite_state then null;
    end;
    return new;
  end$$;
  create trigger leaving before insert on coil for each row execute function leaving();
  create trigger seeing before insert on skid for each row execute function seeing()`);
beforeEach(async () => {
  ({ client, database, target } = await opened());
});

const NOTHING = ['0'];

async function loaded(table: string, rows: (string | number)[][]): Promise<void> {
  const loader = await target.loader(aLoadPlan(table, ['id']), aLoaderContext());
  expect(await loader.load(aChunk(table, rows))).toMatchObject({ kind: 'loaded' });
  await loader.close();
}

it('sees its own leavings within one table, so that the look is one', async () => {
  await client.query('create trigger seeing_too before insert on coil for each row execute function seeing()');
  await client.query('alter table coil add seen text');
  await loaded('coil', [[1]]);
  const [seen] = await column(client, 'select seen from coil');
  // LISTEN takes effect at the commit.
  expect(seen).toBe('coil 1234kB left_prepared left_there 1 lastval');
});

it('reaches the load of no other table with what a trigger has left in its session', async () => {
  await loaded('coil', [[1]]);
  await loaded('skid', [[1]]);
  expect(await column(client, 'select seen from skid')).toEqual(NOTHING);
});

it('reaches no step of the operator, nor any question, with what another step has left', async () => {
  const sessions = sessionsOf(connectionTo({ url: database.url }));
  const operator = operatorOf(sessions, 'cutover');
  const seen = async (session: Session): Promise<unknown> =>
    (await session.query(`select current_setting('app.tenant', true) as seen`)).rows[0];
  await operator.during((session) => session.query(`insert into coil values (1)`));
  expect(await operator.during(seen)).toEqual({ seen: null });
  expect(await sessions.use(seen)).toEqual({ seen: null });
  await sessions.close();
});

it('is a lane for as long as the step of an operator takes, and no longer', async () => {
  const sessions = sessionsOf(connectionTo({ url: database.url }));
  const lanes = (): Promise<unknown[]> =>
    column(
      client,
      `select count(*)::int from pg_locks where locktype = 'advisory' and mode = 'ShareLock'
      and database = (select oid from pg_database where datname = current_database())`,
    );
  expect(await operatorOf(sessions, 'cutover').during(lanes)).toEqual([1]);
  for (let looks = 0; looks < 100 && (await lanes())[0] !== 0; looks += 1) await client.query('select pg_sleep(0.05)');
  expect(await lanes()).toEqual([0]);
  await sessions.close();
});
