import type { Client } from 'pg';
import type { TableName, Target } from '../../../src/core/ports/target';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import { breakingProxy } from '../../support/breaking-proxy';
import type { FreshDatabase } from '../../support/databases';
import { limitedRole } from '../../support/limited-role';
import { targetForEach } from '../../support/opened-target';
import { aChunk, aLoaderContext, aLoadPlan } from '../../support/postgres-load';
import { column } from '../../support/sql';

let database: FreshDatabase;
let client: Client;
let target: Target;

const named = (name: string): TableName => ({ schema: 'public', name });
const TABLES = ['coil', 'Skid "x"'].map(named);

const opened = targetForEach(`
    create table coil (id int4 primary key, code text unique, weight numeric, note text);
    create index coil_weight on coil (weight desc nulls last) include (note) with (fillfactor = 70);
    create index "Coil's ""note""" on coil using hash (note);
    comment on index coil_weight is 'it''s heavy';
    create index coil_lower on coil (lower(note));
    create index coil_light on coil (id) where weight < 10;
    create table "Skid ""x""" (id int4, coil_id int4);
    create index skid_coil on "Skid ""x""" (coil_id);
    create function drop_it() returns trigger language plpgsql as $$ begin return null; end $$;
    create trigger a_plain before insert on coil for each row execute function drop_it();
    create trigger "B Always" before insert or delete on coil for each row execute function drop_it();
    create trigger c_replica before insert on coil for each row execute function drop_it();
    create trigger d_disabled before insert on coil for each row execute function drop_it();
    create trigger e_update before update on coil for each row execute function drop_it();
    alter table coil enable always trigger "B Always", enable replica trigger c_replica, disable trigger d_disabled`);
beforeEach(async () => {
  ({ database, client, target } = await opened());
});

const triggers = () =>
  column(
    client,
    `select tgname || ' ' || tgenabled::text from pg_trigger where not tgisinternal and tgname !~ '^(seal|chain)_' order by tgname collate "C"`,
  );

const indexes = () =>
  column(
    client,
    `select pg_get_indexdef(indexrelid) || coalesce(obj_description(indexrelid, 'pg_class'), '') from pg_index
     where indrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
     order by indexrelid::regclass::text`,
  );

const catalogue = async () => [await triggers(), await indexes()];

const openEntries = () => column(client, `select object from cutover.journal where state = 'aside'`);

async function load(at: Target, rows: readonly (readonly (string | null)[])[]) {
  const loader = await at.loader(aLoadPlan('coil', ['id', 'code']), aLoaderContext());
  try {
    return await loader.load(aChunk('coil', rows));
  } finally {
    await loader.close();
  }
}

describe('triggers and secondary indexes', () => {
  it('are set aside for the load, and are as they were afterwards, twice', async () => {
    const before = await catalogue();
    const described = await target.table(named('coil'));
    for (let time = 1; time <= 2; time++) {
      const aside = await target.setObjectsAside('run-1', TABLES);
      expect(aside.map(({ kind, table, name, state }) => [kind, table.name, name, state].join(' ')).sort()).toEqual([
        `index Skid "x" skid_coil aside`,
        `index coil Coil's "note" aside`,
        'index coil coil_weight aside',
        'trigger coil B Always aside',
        'trigger coil a_plain aside',
        'trigger coil e_update aside',
      ]);
    }
    expect(await triggers()).toEqual(['B Always D', 'a_plain D', 'c_replica R', 'd_disabled D', 'e_update D']);
    expect(await indexes()).toHaveLength(4);
    expect(await target.table(named('coil'))).toMatchObject({ triggers: ['B Always', 'a_plain', 'e_update'] });
    expect(described).toMatchObject({ triggers: ['B Always', 'a_plain', 'e_update'] });
    expect(await load(target, [['1', 'a']])).toMatchObject({ inserted: 1, rejected: 0 });
    for (let time = 1; time <= 2; time++) {
      await target.restoreObjects('run-1');
      expect(await catalogue()).toEqual(before);
    }
    expect(await openEntries()).toEqual([]);
  });

  it('keep what enforces something: a duplicate is still a reject', async () => {
    await target.setObjectsAside('run-1', TABLES);
    const result = await load(target, [
      ['1', 'a'],
      ['2', 'a'],
    ]);
    expect(result).toMatchObject({ inserted: 1, rejected: 1 });
  });

  it('keep the indexes of a table that has rows', async () => {
    await client.query(`insert into "Skid ""x""" values (1, 1)`);
    const aside = await target.setObjectsAside('run-1', [named('Skid "x"')]);
    expect(aside).toEqual([]);
    expect(await indexes()).toContain(`CREATE INDEX skid_coil ON public."Skid ""x""" USING btree (coil_id)`);
  });

  it('are handed on to the next run when their own was never finished', async () => {
    const before = await catalogue();
    await target.setObjectsAside('run-1', TABLES);
    await load(target, [['1', 'a']]);
    await target.setObjectsAside('run-2', TABLES);
    await target.restoreObjects('run-1');
    expect(await catalogue()).not.toEqual(before);
    await target.restoreObjects('run-2');
    expect(await catalogue()).toEqual(before);
  });

  it('do not stand in the way of someone who has restored or removed them by hand', async () => {
    await target.setObjectsAside('run-1', TABLES);
    await client.query(
      'create index coil_weight on coil (weight); drop trigger a_plain on coil; drop table "Skid ""x"""',
    );
    await target.restoreObjects('run-1');
    expect(await openEntries()).toEqual([]);
    expect(await indexes()).toContain('CREATE INDEX coil_weight ON public.coil USING btree (weight)');
  });

  it('fail the run by name where a value does not fit an index, and all others are back', async () => {
    await client.query('drop index coil_lower');
    const before = await catalogue();
    await target.setObjectsAside('run-1', TABLES);
    await client.query(
      `insert into coil select 1, 'a', 1, string_agg(md5(n::text), '') from generate_series(1, 1000) n`,
    );
    await expect(target.restoreObjects('run-1')).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      message: 'rows that the run did not load do not fit an index: coil_weight of public.coil (SQLSTATE 54000)',
      facts: { indexes: 'coil_weight' },
    });
    expect(await triggers()).toEqual(before[0]);
    expect(await openEntries()).toEqual(['coil_weight']);
    await client.query('truncate coil');
    await target.restoreObjects('run-1');
    expect(await catalogue()).toEqual(before);
  });
});

describe('an index that cannot be built again', () => {
  it('is named with its SQLSTATE, and no row is blamed where none is at fault', async () => {
    await client.query(`create operator class idle for type int4 using btree as operator 1 <, operator 2 <=, operator 3 =,
      operator 4 >=, operator 5 >, function 1 btint4cmp(int4, int4); create index coil_idle on coil (id idle)`);
    await target.setObjectsAside('run-1', TABLES);
    await client.query('drop operator class idle using btree');
    const error = target.restoreObjects('run-1');
    await expect(error).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      message: 'indexes cannot be built again: coil_idle of public.coil (SQLSTATE 42704)',
    });
    expect(await openEntries()).toEqual(['coil_idle']);
  });
});

describe('a server that fails while an index is built', () => {
  it('keeps no trigger from coming back', async () => {
    const before = await catalogue();
    await target.setObjectsAside('run-1', TABLES);
    await client.query(`create function full_disk() returns event_trigger language plpgsql as
      $$ begin raise exception 'full' using errcode = '53100'; end $$;
      create event trigger full_disk on ddl_command_start when tag in ('CREATE INDEX') execute function full_disk()`);
    await expect(target.restoreObjects('run-1')).rejects.toMatchObject({ code: 'LOAD_FAILED' });
    expect(await triggers()).toEqual(before[0]);
    await client.query('drop event trigger full_disk');
    await target.restoreObjects('run-1');
    expect(await catalogue()).toEqual(before);
  });
});

describe('in a rehearsal', () => {
  it('only the copies lose and regain their indexes', async () => {
    const before = await catalogue();
    const shadow = await target.shadow(TABLES);
    const aside = await shadow.target.setObjectsAside('run-1', TABLES);
    expect(aside.map(({ kind, table }) => `${kind} of ${table.name}`).sort()).toEqual([
      'index of Skid "x"',
      'index of coil',
      'index of coil',
    ]);
    expect(await catalogue()).toEqual(before);
    await shadow.target.restoreObjects('run-1');
    expect(await shadow.target.setObjectsAside('run-1', TABLES)).toHaveLength(3);
    await shadow.drop();
    expect(await catalogue()).toEqual(before);
  });
});

describe('a table of another owner', () => {
  it('keeps its triggers, which fire: one that discards rows fails the load', async () => {
    const before = await catalogue();
    const role = await limitedRole(
      client,
      database.url,
      `grant all on coil to $user; grant usage on schema cutover to $user; grant all on all tables in schema cutover to $user;
       grant all on all sequences in schema cutover to $user`,
    );
    const limited = await openPostgresTarget({ url: role.url });
    const aside = await limited.setObjectsAside('run-1', [named('coil')]);
    expect(aside.map(({ name, state }) => [name, state])).toEqual([
      ['B Always', 'no-right'],
      ['a_plain', 'no-right'],
      ['e_update', 'no-right'],
    ]);
    await expect(load(limited, [['1', 'a']])).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      message: expect.stringContaining('a trigger discards') as string,
      hint: expect.stringContaining('enable always trigger "B Always"') as string,
    });
    await limited.restoreObjects('run-1');
    await limited.close();
    await role.drop();
    expect(await catalogue()).toEqual(before);
  });

  it('has its triggers named as the pre-flight names them, those of each partition too', async () => {
    await client.query(`create table part (id int4) partition by range (id);
      create table part_1 partition of part for values from (0) to (100);
      create table part_2 partition of part default;
      create function same() returns trigger language plpgsql as 'begin return new; end';
      create trigger mine before insert on part_1 for each row execute function same();
      create trigger mine before insert on part_2 for each row execute function same()`);
    const role = await limitedRole(
      client,
      database.url,
      `grant all on part, part_1, part_2 to $user; grant usage on schema cutover to $user;
       grant all on all tables in schema cutover to $user; grant all on all sequences in schema cutover to $user`,
    );
    const limited = await openPostgresTarget({ url: role.url });
    const aside = await limited.setObjectsAside('run-1', [named('part')]);
    const { firing } = await limited.hazards(named('part'));
    expect(firing).toEqual(['trigger mine of part_1', 'trigger mine of part_2']);
    expect(aside.map(({ kind, name, on }) => `${kind} ${name} of ${on}`)).toEqual(firing);
    expect(aside.map(({ table }) => table)).toEqual([named('part'), named('part')]);
    await limited.close();
    await role.drop();
  });
});

describe('a crash', () => {
  it.each(['setting aside', 'restoring'] as const)(
    'can happen before any statement of %s: going on ends in the state of before',
    async (phase) => {
      const before = await catalogue();
      let crashes = 0;
      if (phase === 'restoring') await target.setObjectsAside('run-1', TABLES);
      while (!(await doneThrough(phase, crashes + 1))) {
        crashes++;
        const gone = phase === 'setting aside' ? await openEntries() : [];
        const left = (await triggers()).filter((text) => /^(a_|B |e_).* D$/.test(String(text))).length;
        const kept = (await indexes()).length;
        if (phase === 'setting aside') expect(gone).toHaveLength(left + 7 - kept);
      }
      expect(crashes).toBeGreaterThan(10);
      await target.setObjectsAside('run-1', TABLES);
      await target.restoreObjects('run-1');
      expect(await catalogue()).toEqual(before);
      expect(await openEntries()).toEqual([]);
    },
  );

  /** Works over a connection that breaks instead of sending its n-th message. Whether it got to the end. */
  async function doneThrough(phase: 'setting aside' | 'restoring', messages: number): Promise<boolean> {
    const proxy = await breakingProxy(database.url, messages);
    const dying = await openPostgresTarget({ url: proxy.url }).catch(() => null);
    const work = phase === 'restoring' ? dying?.restoreObjects('run-1') : dying?.setObjectsAside('run-1', TABLES);
    const done = (await work?.then(() => true).catch(() => false)) ?? false;
    await dying?.close();
    await proxy.close();
    return done;
  }
});

describe('triggers of partitions', () => {
  it('do not fire during the load either, and each has its own state again', async () => {
    await client.query(`create table part (id int4, note text) partition by range (id);
      create table part_1 partition of part for values from (0) to (100);
      create table part_2 partition of part for values from (100) to (200);
      create function change() returns trigger language plpgsql as $$ begin new.note := 'changed'; return new; end $$;
      create trigger on_all before insert on part for each row execute function change();
      create trigger on_one before insert on part_1 for each row execute function change();
      alter table part_2 disable trigger on_all`);
    const states = `select concat_ws(' ', tgrelid::regclass, tgname, tgenabled) from pg_trigger
      where tgname like 'on\\_%' order by 1`;
    const before = await column(client, states);
    const part = { schema: 'public', name: 'part' };
    expect(await target.setObjectsAside('run-1', [part])).toEqual(
      ['on_all', 'on_one'].map((name) => ({ kind: 'trigger', table: part, on: 'part', name, state: 'aside' })),
    );
    const loader = await target.loader(aLoadPlan('part', ['id', 'note']), aLoaderContext());
    await loader.load(aChunk('part', [[1, 'a'] as const, [101, 'b'] as const]));
    await loader.close();
    expect(await column(client, 'select note from part order by id')).toEqual(['a', 'b']);
    await target.restoreObjects('run-1');
    expect(await column(client, states)).toEqual(before);
  });
});
