import fc from 'fast-check';
import type { Client } from 'pg';
import { unloggedNow } from '../../../src/core/checks/hazard-checks';
import type { Target } from '../../../src/core/ports/target';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import { freshDatabase, type FreshDatabase } from '../../support/databases';
import { limitedRole } from '../../support/limited-role';
import { variantCount } from '../../support/variants';
import { column, connected } from '../../support/sql';
import { fromPostgres } from '../../support/server-version';

let database: FreshDatabase;
let client: Client;
let limited: Client;
let target: Target;
let role: Awaited<ReturnType<typeof limitedRole>>;
let user: string;

beforeAll(async () => {
  database = await freshDatabase();
  client = await connected(database.url);
  role = await limitedRole(client, database.url, 'grant usage on schema public to $user');
  user = new URL(role.url).username;
  limited = await connected(role.url);
  target = await openPostgresTarget({ url: role.url });
});
afterAll(async () => {
  await target.close();
  await limited.end();
  await role.drop();
  await client.end();
  await database.drop();
});

const named = (name: string, schema = 'public') => ({ schema, name });

const TABLES = `drop table if exists fired, part, plain, parent cascade;
  create table fired (name text); grant all on fired to public;
  create or replace function mark() returns trigger language plpgsql as $$
    begin insert into fired values ('trigger ' || tg_name || ' of ' || tg_table_name); return coalesce(new, old); end $$;
  create table plain (id int4 primary key, note text);
  create table part (id int4, note text) partition by range (id);
  create table part_1 partition of part for values from (0) to (10);
  create table part_2 partition of part for values from (10) to (20);`;

const WHERE = ['plain', 'part', 'part_1'] as const;
const specs = fc.record({
  kind: fc.constantFrom('trigger', 'constraint', 'rule'),
  table: fc.constantFrom(...WHERE),
  timing: fc.constantFrom('before', 'after'),
  level: fc.constantFrom('row', 'statement'),
  event: fc.constantFrom('insert', 'update', 'delete'),
  state: fc.constantFrom('enable', 'enable always', 'enable replica', 'disable'),
});
type Spec = typeof specs extends fc.Arbitrary<infer T> ? T : never;

/** Statements that make it; null for what PostgreSQL does not have. */
function making({ kind, table, timing, level, event, state }: Spec, name: string): string {
  if (kind === 'rule') {
    return `create rule ${name} as on ${event} to ${table} do also insert into fired values ('rule ${name} of ${table}');
      alter table ${table} ${state} rule ${name};`;
  }
  const form =
    kind === 'constraint' || (table === 'part' && level === 'row')
      ? `create ${kind === 'constraint' && table !== 'part' ? 'constraint ' : ''}trigger ${name} after ${event} on ${table} for each row`
      : `create trigger ${name} ${timing} ${event} on ${table} for each ${level}`;
  return `${form} execute function mark(); alter table ${table} ${state} trigger ${name};`;
}

/** What fires when the limited user writes through the very tables that a mapping names. */
async function fires(table: string): Promise<Set<string>> {
  await limited.query(`insert into ${table} values (1), (11); update ${table} set note = 'x'; delete from ${table}`);
  const found = new Set((await column(client, 'select name from fired')).map(String));
  await client.query('truncate fired');
  return found;
}

describe('what is said to fire', () => {
  it('is what fires, over random triggers and rules of tables and partitions', async () => {
    let fired = 0;
    const check = async (given: readonly Spec[], owned: string): Promise<void> => {
      await client.query(TABLES);
      for (const [index, spec] of given.entries()) await client.query(making(spec, `made_${index}`));
      await client.query(`grant all on plain, part to ${user}`);
      if (owned !== 'none')
        await client.query(`grant create on schema public to ${user}; alter table ${owned} owner to ${user}`);
      for (const table of ['plain', 'part']) {
        const { firing } = await target.hazards(named(table));
        const all = await fires(table);
        // Those of a table that the user owns are disabled by the load.
        const expected = [...all].filter((name) => !name.endsWith(` of ${owned}`)).sort();
        expect([...firing].sort()).toEqual(expected);
        fired += expected.length;
      }
    };
    const given = fc.tuple(fc.array(specs, { maxLength: 5 }), fc.constantFrom('none', ...WHERE));
    await fc.assert(
      fc.asyncProperty(given, ([made, owned]) => check(made, owned)),
      { numRuns: variantCount({ suite: 15, all: 40 }), seed: 8 },
    );
    expect(fired).toBeGreaterThan(5);
  });

  it('is nothing for what only looks like a trigger: keys, deferred constraints, generated columns, identities', async () => {
    await client.query(`${TABLES}
      create table parent (id int4 primary key);
      alter table plain add parent_id int4 references parent on delete cascade, add twice int4 generated always as (id * 2) stored,
        add number int4 generated by default as identity, add unique (note) deferrable initially deferred;
      grant all on plain to ${user}`);
    expect((await target.hazards(named('plain'))).firing).toEqual([]);
  });

  it('is nothing for a member of the role that owns the table', async () => {
    await client.query(`${TABLES} ${making({ kind: 'trigger', table: 'plain', timing: 'before', level: 'row', event: 'insert', state: 'enable' }, 'made')}
      drop role if exists ${user}_owner; create role ${user}_owner; grant ${user}_owner to ${user}; alter table plain owner to ${user}_owner`);
    expect((await target.hazards(named('plain'))).firing).toEqual([]);
    await client.query(`drop table plain; drop role ${user}_owner`);
  });
});

describe('what is unlogged', () => {
  const isNamed = async (_: string, sql: string, expected: readonly string[]): Promise<void> => {
    await client.query(`drop table if exists plain, part cascade; drop sequence if exists numbers; ${sql}`);
    const table = sql.includes('table part ') ? 'part' : 'plain';
    const hazards = await target.hazards(named(table));
    const { unlogged, logging } = hazards;
    expect([...unlogged].sort()).toEqual(expected);
    // Of loaded rows: the statement writes the table anew.
    const hints = unloggedNow(table, hazards).map(({ hint }) => hint);
    expect(hints).toEqual(
      expected
        .map(() => expect.stringMatching(/signed off: alter .* neither be repaired nor taken back/) as string)
        .slice(0, 1),
    );
    // Whole statements, after which nothing is unlogged.
    for (const statement of logging) await client.query(statement);
    expect((await target.hazards(named(table))).unlogged).toEqual([]);
  };
  it.each([
    [
      'a partition',
      'create table part (id int4) partition by list (id); create unlogged table part_1 partition of part default',
      ['table part_1'],
    ],
    ['nothing', 'create table plain (id serial)', []],
  ])('is named: %s', isNamed);
  fromPostgres(15).each([
    [
      'the table, with its sequence',
      'create unlogged table plain (id int4 generated by default as identity)',
      ['sequence plain_id_seq', 'table plain'],
    ],
    [
      'a sequence that it owns',
      'create table plain (id serial); alter sequence plain_id_seq set unlogged',
      ['sequence plain_id_seq'],
    ],
    [
      'a sequence of nobody that numbers it',
      `create unlogged sequence numbers; create table plain (id int4 default nextval('numbers'))`,
      ['sequence numbers'],
    ],
  ])('is named: %s (PostgreSQL 15)', isNamed);

  it('is named as it is at the moment', async () => {
    await client.query('drop table if exists plain cascade; create table plain (id int4)');
    for (const [state, expected] of [
      ['unlogged', ['table plain']],
      ['logged', []],
    ] as const) {
      await client.query(`alter table plain set ${state}`);
      expect((await target.hazards(named('plain'))).unlogged).toEqual(expected);
    }
  });
});

describe('what is no table of this server', () => {
  it.each([
    ['a view', 'create view v as select 1 as id', 'v', ['view v']],
    ['a view that fails', 'create view v as select 1 / 0 as id', 'v', ['view v']],
    ['a materialized view', 'create materialized view m as select 1 as id', 'm', ['materialized view m']],
    [
      'a materialized view without data',
      'create materialized view m as select 1 as id with no data',
      'm',
      ['materialized view m'],
    ],
    [
      'a table of a server that does not answer',
      `drop foreign table if exists f; drop foreign data wrapper if exists nothing cascade; create foreign data wrapper nothing;
       create server silent foreign data wrapper nothing; create foreign table f (id int4) server silent`,
      'f',
      ['foreign table f'],
    ],
    [
      'a partition on another server',
      `create extension if not exists file_fdw; create server elsewhere foreign data wrapper file_fdw;
       create table part (id int4) partition by list (id);
       create foreign table part_far partition of part default server elsewhere options (filename '/dev/null')`,
      'part',
      ['foreign table part_far'],
    ],
  ])('is named: %s', async (_, sql, table, expected) => {
    await client.query(
      `drop view if exists v; drop materialized view if exists m; drop table if exists part cascade; ${sql}`,
    );
    expect((await target.hazards(named(table))).elsewhere).toEqual(expected);
    // It is not read: it may fail, or never answer.
    expect(await target.table(named(table))).toMatchObject({ columns: [{ name: 'id' }], empty: false });
  });

  it('is a temporary table of some session', async () => {
    await client.query('create temporary table passing (id int4)');
    const [schema] = await column(client, `select nspname from pg_namespace where oid = pg_my_temp_schema()`);
    const owner = await openPostgresTarget({ url: database.url });
    expect((await owner.hazards(named('passing', String(schema)))).temporary).toBe(true);
    await owner.close();
  });

  it('is not what policies leave of a table to this user', async () => {
    await client.query(`drop table if exists plain; create table plain (id int4); grant all on plain to ${user};
      alter table plain enable row level security; create policy few on plain using (id > 3)`);
    expect((await target.hazards(named('plain'))).rowSecurity).not.toBeNull();
    const owner = await openPostgresTarget({ url: database.url });
    expect((await owner.hazards(named('plain'))).rowSecurity).toBeNull();
    await owner.close();
  });
});

describe('event triggers', () => {
  it('are told, for they may refuse what a run does to the catalogue', async () => {
    const codes = async () => (await target.check()).filter(({ code }) => code === 'EVENT_TRIGGERS_FIRE');
    expect(await codes()).toEqual([]);
    await client.query(`create function seen() returns event_trigger language plpgsql as $$ begin end $$;
      create event trigger watching on ddl_command_end execute function seen()`);
    expect(await codes()).toMatchObject([{ level: 'warning', message: expect.stringContaining('watching') as string }]);
    await client.query('drop event trigger watching');
  });
});
