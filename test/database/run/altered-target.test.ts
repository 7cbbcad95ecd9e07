import type { Client } from 'pg';
import type { MigrationError } from '../../../src/core/errors';
import type { TargetRow } from '../../../src/core/mapping/wire';
import type { Target } from '../../../src/core/ports/target';
import { aChunk, aLoaderContext, aLoadPlan } from '../../support/postgres-load';
import { column } from '../../support/sql';
import { targetForAll } from '../../support/opened-target';

const plan = aLoadPlan('coil', ['id', 'code', 'width']);
const coils = (count: number, from: number): TargetRow[] =>
  Array.from({ length: count }, (_, index) => [String(from + index), `C${from + index}`, '1250']);
const chunk = (number: number, count = 3_000) =>
  aChunk('coil', coils(count, number * 10_000), { id: { entity: 'coil', chunk: number } });

describe('a target table that is altered while it is loaded', () => {
  let client: Client;
  let target: Target;

  const opened = targetForAll();
  beforeAll(async () => {
    ({ client, target } = await opened());
  });
  beforeEach(async () => {
    await client.query(`
      drop table if exists coil, coil_old; truncate cutover.chunk_load, cutover.reject;
      create table coil (id int4 primary key, code varchar(12) not null, width int4, remark text)`);
  });

  it.each([
    ['to a type of the same width', 'alter table coil alter width type float4', 'column width was integer and is real'],
    ['to a wider type', 'alter table coil alter width type int8', 'column width was integer and is bigint'],
    ['to text', 'alter table coil alter width type text', 'column width was integer and is text'],
    [
      'to a shorter one',
      'alter table coil alter code type varchar(8)',
      'column code was character varying(12) not null and is character varying(8) not null',
    ],
    ['to refuse null', 'alter table coil alter width set not null', 'column width was integer and is integer not null'],
    ['by a column less', 'alter table coil drop width', 'column width is gone'],
    [
      'by a column that must be filled',
      `alter table coil add grade text not null default 'A'; alter table coil alter grade drop default`,
      'column grade may not be null and has no default',
    ],
    ['to nothing', 'drop table coil', 'it is no longer there'],
    [
      'so that a crash would empty it',
      'alter table coil set unlogged',
      'a crash of the server would empty public.coil now',
    ],
    ['in its name', 'alter table coil rename to coil_old', 'it is no longer there'],
  ])('%s fails its entity by name: no row is rejected, and none stored wrongly', async (_, change, said) => {
    const loader = await target.loader(plan, aLoaderContext());
    await loader.load(chunk(0));
    await client.query(change);
    await expect(loader.load(chunk(1))).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      retryable: false,
      message: expect.stringContaining(`was altered while it was loaded: ${said}`) as string,
      hint: expect.stringContaining('Bring the table and the mapping into line') as string,
    });
    await loader.close();
    expect(await column(client, 'select chunk from cutover.chunk_load')).toEqual([0]);
    expect(await column(client, 'select count(*) from cutover.reject')).toEqual(['0']);
    for (const table of await column(client, `select relname from pg_class where relname in ('coil', 'coil_old')`)) {
      expect(await column(client, `select count(*) from ${String(table)}`)).toEqual(['3000']);
    }
  });

  it('fails its entity where another table of the same form has taken its name: no rows are spread over two tables', async () => {
    const loader = await target.loader(plan, aLoaderContext());
    await loader.load(chunk(0));
    await client.query('alter table coil rename to coil_old; create table coil (like coil_old including all)');
    await expect(loader.load(chunk(1))).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      message: expect.stringContaining('another table has its name') as string,
    });
    await loader.close();
    expect(await column(client, 'select count(*) from coil')).toEqual(['0']);
  });

  it('fails its entity where a partition becomes unlogged, but not where one was and the run may write to it', async () => {
    await client.query(`drop table coil; create table coil (id int4 primary key, code text, width int4) partition by range (id);
      create unlogged table coil_first partition of coil for values from (0) to (5000);
      create table coil_old partition of coil default`);
    const loader = await target.loader(plan, aLoaderContext());
    await loader.load(chunk(0));
    await client.query('alter table coil_old set unlogged');
    await expect(loader.load(chunk(1))).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      message: expect.stringMatching(/would empty public.coil_old now$/) as string,
    });
    await loader.close();
  });

  it.each([
    ['view', 'create view coil as select * from coil_old'],
    ['materialized view', 'create materialized view coil as select * from coil_old'],
    [
      'foreign table',
      `create foreign data wrapper none; create server none foreign data wrapper none;
       create foreign table coil (id int4 not null, code varchar(12) not null, width int4) server none`,
    ],
  ])('is not loaded through a %s that has taken its name before a lane begins', async (kind, making) => {
    await client.query(`delete from cutover.entity_table; alter table coil rename to coil_old; ${making}`);
    try {
      await expect(target.loader(plan, aLoaderContext())).rejects.toMatchObject({
        code: 'LOAD_FAILED',
        message: `"public"."coil" was altered while it was loaded: rows would go to ${kind} public.coil now`,
      });
      expect(await column(client, 'select count(*) from cutover.entity_table')).toEqual(['0']);
      expect(await column(client, 'select count(*) from coil_old')).toEqual(['0']);
    } finally {
      await client.query(`drop ${kind} coil; drop foreign data wrapper if exists none cascade`);
    }
  });

  it('is named with the table of the rows where a view has taken its name after some were loaded', async () => {
    const before = await target.loader(plan, aLoaderContext());
    await before.load(chunk(0));
    await before.close();
    await client.query('alter table coil rename to coil_old; create view coil as select * from coil_old');
    const refused = (await target.loader(plan, aLoaderContext()).catch((error: unknown) => error)) as MigrationError;
    expect(refused).toMatchObject({ code: 'CHECKPOINT_STALE' });
    const [, statements = ''] = /names back: (.*); then run it again/.exec(refused.hint ?? '') ?? [];
    await client.query(statements);
    const again = await target.loader(plan, aLoaderContext());
    expect(await again.load(chunk(1))).toMatchObject({ kind: 'loaded' });
    await again.close();
    await client.query(
      `do $$ begin execute (select format('drop view %I', relname) from pg_class where relname like 'cutover_other%'); end $$`,
    );
  });

  it('fails its entity where a foreign table becomes a partition of it', async () => {
    await client.query(`drop table coil; create table coil (id int4, code text, width int4) partition by range (id);
      create table coil_old partition of coil for values from (0) to (5000);
      create foreign data wrapper none; create server none foreign data wrapper none`);
    const loader = await target.loader(plan, aLoaderContext());
    await loader.load(chunk(0));
    await client.query('create foreign table coil_far partition of coil default server none');
    await expect(loader.load(chunk(1))).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      message: expect.stringMatching(/rows would go to foreign table public.coil_far now$/) as string,
    });
    await loader.close();
    await client.query('drop foreign data wrapper none cascade');
  });

  it('is not loaded on by a lane that begins anew either, such as after a lost connection', async () => {
    const before = await target.loader(plan, aLoaderContext());
    await before.load(chunk(0));
    await before.close();
    await client.query('alter table coil rename to coil_old; create table coil (like coil_old including all)');
    const refused = {
      code: 'CHECKPOINT_STALE',
      message: expect.stringMatching(/called public.coil_old now, and another table is called public.coil$/) as string,
    };
    await expect(target.loader(plan, aLoaderContext())).rejects.toMatchObject(refused);
    await expect(target.refuseOtherTables('run-1')).rejects.toMatchObject(refused);
    await client.query('drop table coil_old');
    await expect(target.refuseOtherTables('run-1')).rejects.toMatchObject({
      message: expect.stringContaining('into a table that is gone, and another') as string,
      hint: expect.stringContaining('cannot be loaded again') as string,
    });
  });

  it.each([
    ['63 bytes', 'a'.repeat(63)],
    ['characters of two bytes', 'é'.repeat(31)],
    ['a quote', `it's "odd"`],
  ])('is given its name back by the statements of the hint, also one of %s', async (_, name) => {
    const named = `"${name.replaceAll('"', '""')}"`;
    await client.query(`delete from cutover.entity_table; alter table coil rename to ${named}`);
    const loader = await target.loader({ ...plan, table: { ...plan.table, name } }, aLoaderContext());
    await loader.load(chunk(0));
    await loader.close();
    await client.query(
      `create schema if not exists aside; alter table ${named} rename to "old one"; alter table "old one" set schema aside; create table ${named} ()`,
    );
    const refused = (await target.refuseOtherTables('run-1').catch((error: unknown) => error)) as { hint: string };
    const [, statements = ''] = /names back: (.*); then run it again/.exec(refused.hint) ?? [];
    await client.query(statements);
    await target.refuseOtherTables('run-1');
    expect(await column(client, `select count(*) from ${named}`)).toEqual(['3000']);
    await client.query(`drop table ${named}`);
  });

  it('may be made anew as long as nothing was loaded: the ledger notes which it is', async () => {
    const loader = await target.loader(plan, aLoaderContext());
    await client.query('alter table coil rename to coil_old; create table coil (like coil_old including all)');
    await loader.close();
    const again = await target.loader(plan, aLoaderContext());
    expect(await again.load(chunk(0))).toMatchObject({ kind: 'loaded' });
    await again.close();
    expect(
      await column(client, `select table_oid from cutover.entity_table where table_oid = 'coil'::regclass`),
    ).toHaveLength(1);
  });

  it('is loaded on after a resume, in its new form', async () => {
    const before = await target.loader(plan, aLoaderContext());
    await before.load(chunk(0));
    await client.query('alter table coil alter width type float4');
    await expect(before.load(chunk(1))).rejects.toMatchObject({ code: 'LOAD_FAILED' });
    await before.close();
    const after = await target.loader(plan, aLoaderContext());
    await after.load(chunk(1));
    await after.close();
    expect(await column(client, 'select distinct width from coil')).toEqual([1250]);
  });

  it.each([
    ['may stay empty', 'alter table coil add grade text'],
    ['has a default', `alter table coil add grade text not null default 'A'`],
    ['nobody writes goes', 'alter table coil drop remark'],
  ])('goes on when a column that %s', async (_, change) => {
    const loader = await target.loader(plan, aLoaderContext());
    await loader.load(chunk(0));
    await client.query(change);
    expect(await loader.load(chunk(1))).toMatchObject({ kind: 'loaded', inserted: 3_000 });
    await loader.close();
  });

  it('waits for DDL that is under way, and sees what came of it', async () => {
    const loader = await target.loader(plan, aLoaderContext());
    await loader.load(chunk(0));
    await client.query('begin');
    await client.query('alter table coil alter width type float4');
    const loading = loader.load(chunk(1)).catch((error: unknown) => error);
    await client.query('select pg_sleep(0.1)');
    await client.query('commit');
    expect(await loading).toMatchObject({ code: 'LOAD_FAILED' });
    await loader.close();
  });
});
