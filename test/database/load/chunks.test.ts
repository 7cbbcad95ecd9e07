import type { Client } from 'pg';
import type { ChunkStep } from '../../../src/core/run/events';
import type { TargetRow } from '../../../src/core/mapping/wire';
import type { Target } from '../../../src/core/ports/target';
import { targetForEach } from '../../support/opened-target';
import { aChunk, aLoaderContext, aLoadPlan } from '../../support/postgres-load';
import { column } from '../../support/sql';

let client: Client;
let target: Target;

const opened = targetForEach(`
    create table coil (id int4 primary key, code varchar(12) not null unique, weight numeric(8,2) check (weight > 0),
      kind text, extra jsonb, constraint kind_known check (kind in ('hot', 'cold')))`);
beforeEach(async () => {
  ({ client, target } = await opened());
});

const COLUMNS = ['id', 'code', 'weight', 'kind', 'extra'];
const plan = aLoadPlan('coil', COLUMNS);

function coils(count: number, from = 0): TargetRow[] {
  return Array.from({ length: count }, (_, index) => [from + index, `C${from + index}`, '1.50', 'hot', null]);
}

function rejected(): Promise<unknown[]> {
  return column(
    client,
    `select concat_ws(' | ', key, property, reason, sql_state) from cutover.reject order by entity, chunk, ordinal`,
  );
}

describe('load', () => {
  it('stores rows, counts and checksum in one transaction and tells each step once', async () => {
    const steps: ChunkStep[] = [];
    const emit = (_name: string, facts: unknown) => void steps.push((facts as { step: ChunkStep }).step);
    const loader = await target.loader(plan, aLoaderContext({ emit }));
    const result = await loader.load(aChunk('coil', coils(5_000)));
    await loader.close();
    expect(result).toMatchObject({ kind: 'loaded', read: 5_000, inserted: 5_000, rejected: 0 });
    expect(steps).toEqual(['before-fence', 'fenced', 'mid-copy', 'copied', 'committed']);
    expect(await target.count(plan.table)).toBe(5_000);
    expect(await column(client, 'select inserted from cutover.chunk_load')).toEqual(['5000']);
  });

  it('takes an empty chunk for done', async () => {
    const loader = await target.loader(plan, aLoaderContext());
    expect(await loader.load(aChunk('coil', []))).toMatchObject({
      kind: 'loaded',
      inserted: 0,
      checksum: '0'.repeat(16),
    });
    expect(await loader.load(aChunk('coil', []))).toEqual({ kind: 'already-loaded' });
    await loader.close();
  });

  it('loads a chunk once when two lanes load it at the same time', async () => {
    const lanes = await Promise.all([0, 1].map((lane) => target.loader(plan, aLoaderContext({ lane }))));
    const results = await Promise.all(lanes.map((lane) => lane.load(aChunk('coil', coils(3_000)))));
    await Promise.all(lanes.map((lane) => lane.close()));
    expect(results.map(({ kind }) => kind).sort()).toEqual(['already-loaded', 'loaded']);
    expect(await target.count(plan.table)).toBe(3_000);
  });

  it('gives the same checksum for the same rows in another order, and another for other rows', async () => {
    const rows = coils(100);
    const loader = await target.loader(plan, aLoaderContext());
    const checksums: string[] = [];
    for (const [chunk, variant] of [rows, [...rows].reverse(), coils(100, 100)].entries()) {
      await client.query('truncate coil');
      const result = await loader.load(aChunk('coil', variant, { id: { entity: 'coil', chunk } }));
      if (result.kind === 'loaded') checksums.push(result.checksum);
    }
    await loader.close();
    expect(checksums[1]).toBe(checksums[0]);
    expect(checksums[2]).not.toBe(checksums[0]);
  });

  it('leaves nothing behind when the connection is lost in the middle, and loads the chunk at the next call', async () => {
    const emit = (_name: string, facts: unknown) => {
      if ((facts as { step: ChunkStep }).step === 'mid-copy' && ends.length === 0) ends.push(endLane());
    };
    const ends: Promise<unknown>[] = [];
    const endLane = () =>
      client.query(`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'cutover' and datname = current_database() and query ~ '^(copy|insert)'`);
    const loader = await target.loader(plan, aLoaderContext({ emit }));
    const chunk = aChunk('coil', coils(200_000));
    await expect(loader.load(chunk)).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE', retryable: true });
    await Promise.all(ends);
    expect(await column(client, 'select count(*) from cutover.chunk_load')).toEqual(['0']);
    expect(await target.count(plan.table)).toBe(0);
    expect(await loader.load(aChunk('coil', coils(10)))).toMatchObject({ kind: 'loaded', inserted: 10 });
    await loader.close();
  });
});

describe('rows that the target refuses', () => {
  it('are rejected one by one: of 10,000 rows with 3 bad ones 9,997 are loaded', async () => {
    const rows = coils(10_000).map((row, index): TargetRow => {
      if (index === 17) return [17, 'C17', '-1', 'hot', null];
      if (index === 5_000) return [5_000, 'C5000', '1', 'warm', null];
      return index === 9_999 ? [9_999, 'C9999', '1', 'hot', '{"a'] : row;
    });
    const loader = await target.loader(plan, aLoaderContext());
    const result = await loader.load(aChunk('coil', rows));
    await loader.close();
    expect(result).toMatchObject({ read: 10_000, inserted: 9_997, rejected: 3 });
    expect(await target.count(plan.table)).toBe(9_997);
    expect(await rejected()).toEqual([
      '["17"] | weight | check coil_weight_check | 23514',
      '["5000"] | kind | check kind_known | 23514',
      '["9999"] | extra | not JSON | 22P02',
    ]);
  });

  it('are found while encoding without a second attempt', async () => {
    const rows = [
      ...coils(3),
      [3, null, '1', 'hot', null],
      [4, 'much too long for it', '1', 'hot', null],
      [5, 'C5', '1.555', 'hot', null],
    ];
    const loader = await target.loader(plan, aLoaderContext());
    expect(await loader.load(aChunk('coil', rows))).toMatchObject({ inserted: 3, rejected: 3 });
    await loader.close();
    expect(await rejected()).toEqual([
      '["3"] | code | null where a value is required | 23502',
      '["4"] | code | longer than 12 characters | 22001',
      '["5"] | weight | more than 2 decimals | 22003',
    ]);
  });

  it('keep the first of duplicates within a chunk, by any unique constraint', async () => {
    const rows: TargetRow[] = [
      [1, 'A', '1', 'hot', '{"first":1}'],
      [2, 'B', '1', 'hot', null],
      [1, 'C', '1', 'hot', null],
      [3, 'B', '1', 'hot', null],
      [3, 'D', '1', 'hot', null],
      [1, 'A', '1', 'hot', null],
    ];
    const loader = await target.loader(plan, aLoaderContext());
    expect(await loader.load(aChunk('coil', rows))).toMatchObject({ inserted: 3, rejected: 3 });
    await loader.close();
    expect(await column(client, `select id || code || coalesce(extra::text, '') from coil order by id`)).toEqual([
      '1A{"first": 1}',
      '2B',
      '3D',
    ]);
    expect(await rejected()).toEqual([
      '["1"] | id | duplicate key | 23505',
      '["3"] | code | duplicate key | 23505',
      '["1"] | id | duplicate key | 23505',
    ]);
  });

  it('are duplicates also of another chunk and of rows that were there before', async () => {
    await client.query(`insert into coil (id, code) values (-1, 'C3')`);
    const loader = await target.loader(plan, aLoaderContext());
    await loader.load(aChunk('coil', coils(5)));
    const second = await loader.load(aChunk('coil', coils(5, 4), { id: { entity: 'coil', chunk: 1 } }));
    await loader.close();
    expect(second).toMatchObject({ inserted: 4, rejected: 1 });
    expect(await rejected()).toEqual(['["3"] | code | duplicate key | 23505', '["4"] | id | duplicate key | 23505']);
  });

  it('are found among equals under an expression index, and with nulls in a unique column', async () => {
    await client.query(`create table part (id int4 primary key, name text, tag text unique);
      create unique index on part (lower(name))`);
    const loader = await target.loader(aLoadPlan('part', ['id', 'name', 'tag']), aLoaderContext());
    const rows = [
      [1, 'a', null],
      [2, 'A', null],
      [3, null, null],
      [4, null, null],
      [5, 'b', 'x'],
      [6, 'c', 'x'],
    ];
    expect(await loader.load(aChunk('part', rows))).toMatchObject({ inserted: 4, rejected: 2 });
    await loader.close();
    expect(await column(client, 'select id from part order by id')).toEqual([1, 3, 4, 5]);
    expect(await rejected()).toEqual(['["2"] | duplicate key | 23505', '["6"] | tag | duplicate key | 23505']);
  });

  it('are found by halves where a trigger or a deferred constraint refuses them', async () => {
    await client.query(`
      create table slab (id int4, constraint slab_once unique (id) deferrable initially deferred);
      create function refuse() returns trigger language plpgsql as $$
        begin if new.id = 777 then raise exception 'no % here', new.id; end if; return new; end $$;
      create trigger refuse before insert on slab for each row execute function refuse()`);
    const rows = [...Array.from({ length: 2_000 }, (_, id) => [id]), [5]];
    const loader = await target.loader(aLoadPlan('slab', ['id']), aLoaderContext());
    expect(await loader.load(aChunk('slab', rows))).toMatchObject({ inserted: 1_999, rejected: 2 });
    await loader.close();
    expect(await rejected()).toEqual(['["777"] | refused by a trigger | P0001', '["5"] | id | duplicate key | 23505']);
  });

  it('have the checksum of a load without them', async () => {
    const loader = await target.loader(plan, aLoaderContext());
    const clean = await loader.load(aChunk('coil', coils(50)));
    await client.query('truncate coil');
    const bad = [...coils(50), [0, 'again', '1', 'hot', null]];
    const mixed = await loader.load(aChunk('coil', bad, { id: { entity: 'coil', chunk: 1 } }));
    await loader.close();
    expect(mixed).toMatchObject({ inserted: 50, checksum: clean.kind === 'loaded' ? clean.checksum : '' });
  });
});

describe('what no row is to blame for', () => {
  it('fails the load with a code, the SQLSTATE and no row content', async () => {
    await client.query(`create function drop_it() returns trigger language plpgsql as $$ begin return null; end $$;
      create trigger drop_it before insert on coil for each row execute function drop_it()`);
    const loader = await target.loader(plan, aLoaderContext());
    await expect(loader.load(aChunk('coil', coils(3)))).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      facts: { sent: 3, stored: 0 },
    });
    await loader.close();
  });

  it('fails the load also where a trigger discards rows beside others that are bad, instead of calling them duplicates', async () => {
    await client.query(`create function drop_7() returns trigger language plpgsql as $$
        begin if new.id = 7 then return null; end if; return new; end $$;
      create trigger drop_7 before insert on coil for each row execute function drop_7()`);
    const loader = await target.loader(plan, aLoaderContext());
    const rows: TargetRow[] = [...coils(10), [3, 'again', '1', 'hot', null]];
    await expect(loader.load(aChunk('coil', rows))).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      message: expect.stringContaining('a trigger discards') as string,
      hint: 'As the owner of the table: alter table "public"."coil" disable trigger "drop_7"; Once the run is complete: alter table "public"."coil" enable trigger "drop_7";',
    });
    await loader.close();
    expect(await target.count(plan.table)).toBe(0);
  });

  it('is not a key that a trigger changes into one that is there already', async () => {
    await client.query(`create function raise_code() returns trigger language plpgsql as $$
        begin new.code = upper(new.code); return new; end $$;
      create trigger raise_code before insert on coil for each row execute function raise_code()`);
    const loader = await target.loader(plan, aLoaderContext());
    const rows: TargetRow[] = [...coils(4), [4, 'c2', '1', 'hot', null], [5, 'c9', '1', 'hot', null]];
    expect(await loader.load(aChunk('coil', rows))).toMatchObject({ inserted: 5, rejected: 1 });
    await loader.close();
    expect(await rejected()).toEqual(['["4"] | code | duplicate key | 23505']);
  });

  it.each([
    [['id', 'code', 'nonsense'], 'has no column nonsense'],
    [['id'], 'nothing fills code'],
  ])('refuses to open a plan of the columns %j', async (columns, message) => {
    await expect(target.loader(aLoadPlan('coil', columns), aLoaderContext())).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      message: expect.stringContaining(message) as string,
    });
  });
});
