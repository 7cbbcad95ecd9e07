import fc from 'fast-check';
import type { Client } from 'pg';
import type { Target } from '../../../src/core/ports/target';
import { targetForAll } from '../../support/opened-target';
import { aChunk, aLoaderContext, aLoadPlan } from '../../support/postgres-load';
import { nestedJson, raising, ROW_LIMITS } from '../../support/row-limits';
import { column } from '../../support/sql';

let client: Client;
let target: Target;

const opened = targetForAll();
beforeAll(async () => {
  ({ client, target } = await opened());
});
beforeEach(async () => {
  await client.query(
    'drop table if exists bad; drop function if exists raised; truncate cutover.reject, cutover.chunk_load',
  );
});

const plan = aLoadPlan('bad', ['id', 'value']);

async function load(rows: readonly (readonly (string | number | Buffer | null)[])[]) {
  const loader = await target.loader(plan, aLoaderContext());
  try {
    return await loader.load(aChunk('bad', rows));
  } finally {
    await loader.close();
  }
}

describe('a limit of the server that one row exceeds rejects that row and no other', () => {
  it.each(ROW_LIMITS)('$name', async ({ ddl, good, bad, says }) => {
    await client.query(ddl);
    const guilty = [3, 17];
    const rows = Array.from({ length: 24 }, (_, n) => [n, guilty.includes(n) ? bad(n) : good(n)] as const);
    expect(await load(rows.map(([id, value]) => [id, value as string]))).toMatchObject({ inserted: 22, rejected: 2 });
    const keys = await column(client, 'select key from cutover.reject order by ordinal');
    expect(keys).toEqual(guilty.map((n) => `["${n}"]`));
    const said = `select distinct concat_ws(' | ', property, reason, sql_state) from cutover.reject`;
    expect(await column(client, said)).toEqual([says]);
  });
});

describe('values of random nesting', () => {
  it('are loaded or rejected as the server takes each of them by itself', async () => {
    const depth = fc.oneof(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 20_000, max: 80_000 }));
    const variant = fc.record({
      type: fc.constantFrom('json', 'jsonb'),
      kind: fc.constantFrom('array' as const, 'object' as const),
      byText: fc.boolean(),
      depths: fc.array(depth, { minLength: 3, maxLength: 7 }),
    });
    const property = fc.asyncProperty(variant, async ({ type, kind, byText, depths }) => {
      const rest = byText ? ', span int4range' : '';
      await client.query(`drop table if exists bad; truncate cutover.reject, cutover.chunk_load;
        create table bad (id int4 primary key, value ${type}${rest})`);
      const rows = depths.map((levels, n) => [n, nestedJson(levels, kind)]);
      const fitting: number[] = [];
      for (const [n, [, value]] of rows.entries()) {
        await client.query(`select $1::text::${type}`, [value]).then(
          () => fitting.push(n),
          () => null,
        );
      }
      expect(await load(rows)).toMatchObject({ inserted: fitting.length, rejected: rows.length - fitting.length });
      expect(await column(client, 'select id from bad order by id')).toEqual(fitting);
    });
    await fc.assert(property, { seed: 54_001, numRuns: 24, endOnFailure: true });
  });
});

describe('a state that may be of one row', () => {
  it('ends the entity where every row is refused with it, for the fault is not theirs', async () => {
    await client.query(
      `${raising('42883')} create table bad (id int4 primary key, value text); create index on bad (raised(value))`,
    );
    const rows = [
      [1, 'bad one'],
      [2, 'bad two'],
    ];
    await expect(load(rows)).rejects.toMatchObject({ code: 'LOAD_FAILED', facts: { sqlState: '42883' } });
    expect(await column(client, 'select count(*)::int from cutover.reject')).toEqual([0]);
  });

  it('ends the entity where even no row at all is refused with it', async () => {
    await client.query(`create table bad (id int4 primary key, value text);
      create function closed() returns trigger language plpgsql as $$ begin raise exception 'closed' using errcode = 'MY002'; end $$;
      create trigger closed before insert on bad for each statement execute function closed()`);
    await expect(
      load([
        [1, 'a'],
        [2, 'b'],
      ]),
    ).rejects.toMatchObject({ code: 'LOAD_FAILED' });
    await client.query('drop table bad; drop function closed');
  });
});
