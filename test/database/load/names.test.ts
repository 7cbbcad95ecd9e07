import type { Client } from 'pg';
import type { TargetRow } from '../../../src/core/mapping/wire';
import type { Target } from '../../../src/core/ports/target';
import { aChunk, aLoaderContext, aLoadPlan } from '../../support/postgres-load';
import { column } from '../../support/sql';
import { targetForEach } from '../../support/opened-target';

let client: Client;
let target: Target;

/** Nothing here can be written without quotes, nothing is in `public`, and each column has something of its own. */
const opened = targetForEach(`
    create schema "App.Data";
    create type "App.Data"."Mood" as enum ('Sad', 'it''s');
    create domain "App.Data"."Code" as varchar(5) check (value ~ '^[A-Z]+$');
    create table "App.Data"."Order" (
      "select" int4 generated always as identity primary key, "Mixed Case" text check ("Mixed Case" <> 'no'),
      "we""ird" "App.Data"."Mood", "user" "App.Data"."Code", tags text[],
      "twice" int4 generated always as ("select" * 2) stored) ;
    create table "App.Data"."Line %" ("select" int4, "order" int4,
      constraint "to Order" foreign key ("order") references "App.Data"."Order", primary key ("select", "order"))
      partition by range ("order");
    create table "App.Data"."Line 1" partition of "App.Data"."Line %" for values from (0) to (100)`);
beforeEach(async () => {
  ({ client, target } = await opened());
});

const ORDER = { schema: 'App.Data', name: 'Order' };
const LINE = { schema: 'App.Data', name: 'Line %' };
const orders = { ...aLoadPlan('order', ['select', 'Mixed Case', 'we"ird', 'user', 'tags']), table: ORDER };
const lines = { ...aLoadPlan('line', ['select', 'order']), table: LINE };

const load = async (plan: typeof orders, rows: readonly TargetRow[]) => {
  const loader = await target.loader(plan, aLoaderContext());
  const result = await loader.load(aChunk(plan.entity, rows));
  await loader.close();
  return result;
};
const rejected = () =>
  column(
    client,
    `select concat_ws(' | ', key, property, reason, sql_state) from cutover.reject order by entity, ordinal`,
  );

describe('a table whose names need quotes, in a schema of its own', () => {
  it('is loaded with identity, enumeration, domain and array, and loses exactly its bad rows', async () => {
    const good: TargetRow[] = [
      [1, 'a\tb\\N', 'Sad', 'AB', '{x,"y z"}'],
      [2, null, "it's", null, null],
    ];
    const bad: TargetRow[] = [
      [3, 'no', 'Sad', 'AB', null],
      [4, 'x', 'sad', 'AB', null],
      [5, 'x', 'Sad', 'ab', null],
      [6, 'x', 'Sad', 'ABCDEF', null],
      [7, 'x', 'Sad', 'AB', '{'],
      [1, 'x', 'Sad', 'AB', null],
    ];
    expect(await load(orders, [...good, ...bad])).toMatchObject({ inserted: 2, rejected: 6 });
    expect(await column(client, `select row_to_json(o)::text from "App.Data"."Order" o order by 1`)).toEqual([
      '{"select":1,"Mixed Case":"a\\tb\\\\N","we\\"ird":"Sad","user":"AB","tags":["x","y z"],"twice":2}',
      '{"select":2,"Mixed Case":null,"we\\"ird":"it\'s","user":null,"tags":null,"twice":4}',
    ]);
    const reasons = (await rejected()) as string[];
    expect(reasons.map((text) => text.split(' | ').at(0))).toEqual([
      '["3"]',
      '["4"]',
      '["5"]',
      '["6"]',
      '["7"]',
      '["1"]',
    ]);
    expect(reasons.join('\n')).not.toMatch(/ABCDEF|sad/);
  });

  it('gets its foreign key back on a partitioned table, after orphans and rows without a partition are gone', async () => {
    const before = await column(
      client,
      `select pg_get_constraintdef(oid) from pg_constraint where conname = 'to Order'`,
    );
    await target.setForeignKeysAside('run-1', [ORDER, LINE]);
    await load(orders, [[1, 'x', 'Sad', 'AB', null]]);
    expect(
      await load(lines, [
        [1, 1],
        [2, 9],
        [3, 100],
      ]),
    ).toMatchObject({ inserted: 2, rejected: 1 });
    const [live] = (await target.table(LINE))?.foreignKeys ?? [];
    const verdicts = await target.restoreForeignKeys('run-1', [
      {
        entity: 'line',
        foreignKey: live ?? { name: '', columns: ['order'], parent: ORDER, parentColumns: ['select'] },
        table: LINE,
        policy: 'reject',
        property: 'order',
        keyColumns: ['select'],
        rowsBefore: 0,
      },
    ]);
    expect(verdicts).toMatchObject([{ orphans: 1, constraint: 'valid' }]);
    expect(await target.count(LINE)).toBe(1);
    expect(
      await column(client, `select pg_get_constraintdef(oid) from pg_constraint where conname = 'to Order'`),
    ).toEqual(before);
  });

  it('can be rehearsed without a trace', async () => {
    const shadow = await target.shadow([ORDER, LINE]);
    await shadow.target.ledger.install();
    const loader = await shadow.target.loader(orders, aLoaderContext());
    expect(await loader.load(aChunk('order', [[1, 'x', 'Sad', 'AB', null]]))).toMatchObject({ inserted: 1 });
    await loader.close();
    expect(await shadow.target.count(ORDER)).toBe(1);
    await shadow.drop();
    expect(await target.count(ORDER)).toBe(0);
  });

  it('keeps what a domain allows, and rounds or cuts nothing to make it fit', async () => {
    await client.query(`
      create domain "App.Data".price as numeric(5,2) not null; create domain "App.Data".fee as "App.Data".price check (value > 0);
      create table "App.Data".fees (id int4, fee "App.Data".fee, code "App.Data"."Code")`);
    const plan = { ...aLoadPlan('fees', ['id', 'fee', 'code']), table: { schema: 'App.Data', name: 'fees' } };
    const rows: TargetRow[] = [
      [1, '1.5', 'AB'],
      [2, '1.555', 'AB'],
      [3, null, 'AB'],
      [4, '-1', 'AB'],
      [5, '1', 'ABCDEF'],
      [6, '1', 'a'],
      [7, '999.99', null],
    ];
    expect(await load(plan, rows)).toMatchObject({ inserted: 2, rejected: 5 });
    expect(await column(client, `select concat_ws(' ', id, fee, code) from "App.Data".fees order by id`)).toEqual([
      '1 1.50 AB',
      '7 999.99',
    ]);
    expect(await rejected()).toEqual([
      '["2"] | fee | more than 2 decimals | 22003',
      '["3"] | fee | null where a value is required | 23502',
      '["4"] | fee | check fee_check | 23514',
      '["5"] | code | longer than 5 characters | 22001',
      '["6"] | code | check Code_check | 23514',
    ]);
  });
});
