import type { Client } from 'pg';
import type { ConflictPolicy } from '../../../src/core/run/conflicts';
import type { TargetRow } from '../../../src/core/mapping/wire';
import type { ChunkResult } from '../../../src/core/run/outcomes';
import type { LoadPlan, TableName, Target } from '../../../src/core/ports/target';
import { isAmong, ORDINAL, STAGING } from '../../../src/postgres/load/staging/staging-table';
import { targetForEach } from '../../support/opened-target';
import { aChunk, aLoaderContext, aLoadPlan, A_RUN } from '../../support/postgres-load';
import { rowsNotByTheRun } from '../../support/written-by';
import { column } from '../../support/sql';

let client: Client;
let target: Target;

const opened = targetForEach(`
    create table coil (id int4 primary key, code varchar(12) not null unique, weight numeric(8,2) check (weight > 0), note text default 'kept');
    insert into coil (id, code, weight) select n, 'old' || n, 9 from generate_series(1, 6) n`);
beforeEach(async () => {
  ({ client, target } = await opened());
});

function planFor(policy: ConflictPolicy): LoadPlan {
  return { ...aLoadPlan('coil', ['id', 'code', 'weight']), conflicts: { policy, rowsBefore: 6 } };
}

/** Loads each list of rows as a chunk of its own, one after the other. */
async function load(policy: ConflictPolicy, ...chunks: readonly (readonly TargetRow[])[]): Promise<ChunkResult[]> {
  const loader = await target.loader(planFor(policy), aLoaderContext());
  const results: ChunkResult[] = [];
  for (const [chunk, rows] of chunks.entries()) {
    results.push(await loader.load(aChunk('coil', rows, { id: { entity: 'coil', chunk } })));
  }
  await loader.close();
  return results;
}

const inserted = (result: ChunkResult): number => (result.kind === 'loaded' ? result.inserted : 0);
const rejected = (): Promise<unknown[]> =>
  column(
    client,
    `select concat_ws(' | ', key, property, reason, sql_state) from cutover.reject order by chunk, ordinal`,
  );
const stored = (): Promise<unknown[]> =>
  column(client, `select concat_ws(' ', id, code, weight, note) from coil order by id`);

describe('a row whose key the target had before', () => {
  const chunk: TargetRow[] = [
    [5, 'new5', '1'],
    [7, 'new7', '1'],
    [7, 'again', '1'],
    [6, 'new6', '-1'],
    [8, 'old1', '1'],
  ];

  it('is rejected under `reject`, like every other duplicate', async () => {
    const [result] = await load('reject', chunk);
    expect(result).toMatchObject({ read: 5, inserted: 1, updated: 0, skipped: 0, rejected: 4 });
    expect(await rejected()).toEqual([
      '["5"] | id | duplicate key | 23505',
      '["7"] | id | duplicate key | 23505',
      '["6"] | weight | check coil_weight_check | 23514',
      '["8"] | code | duplicate key | 23505',
    ]);
  });

  it('is left out under `skip` whatever its values, while duplicates of the run and of other keys stay rejects', async () => {
    const [result] = await load('skip', chunk);
    expect(result).toMatchObject({ read: 5, inserted: 1, updated: 0, skipped: 2, rejected: 2 });
    expect(await rejected()).toEqual(['["7"] | id | duplicate key | 23505', '["8"] | code | duplicate key | 23505']);
    expect(await stored()).toEqual([...[1, 2, 3, 4, 5, 6].map((id) => `${id} old${id} 9.00 kept`), '7 new7 1.00 kept']);
    expect(await rowsNotByTheRun(client, 'coil')).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('overwrites the mapped columns under `update`, and what it replaced is kept', async () => {
    const [result] = await load('update', chunk);
    expect(result).toMatchObject({ read: 5, inserted: 1, updated: 1, skipped: 0, rejected: 3 });
    expect(await rejected()).toEqual([
      '["7"] | id | duplicate key | 23505',
      '["6"] | weight | check coil_weight_check | 23514',
      '["8"] | code | duplicate key | 23505',
    ]);
    expect((await stored()).slice(4)).toEqual(['5 new5 1.00 kept', '6 old6 9.00 kept', '7 new7 1.00 kept']);
    expect(await rowsNotByTheRun(client, 'coil')).toEqual([1, 2, 3, 4, 6]);
    const { rows } = await client.query(
      'select ordinal::int4, (before::public.coil).* from cutover.replaced where entity = $1',
      ['coil'],
    );
    expect(rows).toEqual([{ ordinal: 0, id: 5, code: 'old5', weight: '9.00', note: 'kept' }]);
  });

  it('ends the entity under `abort`, with its key and the constraint, and nothing of the chunk is kept', async () => {
    await expect(load('abort', [[9, 'ok', '1']], chunk)).rejects.toMatchObject({
      code: 'TARGET_CONFLICT',
      facts: { entity: 'coil', chunk: 1, key: '["5"]', constraint: 'coil_pkey', property: 'id' },
    });
    expect(await target.count(planFor('abort').table)).toBe(7);
    expect(await column(client, 'select chunk from cutover.chunk_load')).toEqual([0]);
  });

  it('ends the entity under `abort` also by another unique index, while duplicates of the run are rejects', async () => {
    const [first, second] = await load('abort', [[10, 'a', '1']], [[10, 'b', '1']]);
    expect([first, second]).toMatchObject([
      { inserted: 1, rejected: 0 },
      { inserted: 0, rejected: 1 },
    ]);
    const loader = await target.loader(planFor('abort'), aLoaderContext());
    const clash = aChunk('coil', [[11, 'old3', '1']], { id: { entity: 'coil', chunk: 2 } });
    await expect(loader.load(clash)).rejects.toMatchObject({ code: 'TARGET_CONFLICT', facts: { property: 'code' } });
    await loader.close();
  });
});

describe('a key that the run itself has written', () => {
  it.each(['reject', 'skip', 'update'] as const)('is a duplicate in a later chunk under `%s`', async (policy) => {
    const [, second] = await load(
      policy,
      [[20, 'first', '1']],
      [
        [20, 'second', '2'],
        [21, 'third', '3'],
      ],
    );
    expect(second).toMatchObject({ inserted: 1, updated: 0, skipped: 0, rejected: 1 });
    expect((await stored()).slice(6)).toEqual(['20 first 1.00 kept', '21 third 3.00 kept']);
  });

  it('is a duplicate also where the run has updated the row, so that the account does not depend on the chunks', async () => {
    const twice: TargetRow[] = [
      [3, 'a', '1'],
      [3, 'b', '2'],
    ];
    const [one] = await load('update', twice);
    expect(one).toMatchObject({ updated: 1, rejected: 1 });
    expect((await stored())[2]).toBe('3 a 1.00 kept');
    await client.query(
      `truncate cutover.chunk_load, cutover.replaced; update coil set code = 'old3', weight = 9 where id = 3`,
    );
    const results = await load('update', [[4, 'c', '1']], [[4, 'd', '2']]);
    expect(results).toMatchObject([{ updated: 1 }, { updated: 0, rejected: 1 }]);
  });

  it('is a duplicate when another lane is just writing it', async () => {
    const results = await Promise.all(
      ['update', 'update'].map(async (_, lane) => {
        const loader = await target.loader(planFor('update'), aLoaderContext({ lane }));
        const keys = [...Array(200).keys()].map((n) => (n < 6 ? n + 1 : n + 100));
        const rows = keys.map((id): TargetRow => [id, `L${id}`, '1']);
        const result = await loader.load(aChunk('coil', rows, { id: { entity: 'coil', chunk: lane } }));
        await loader.close();
        return result;
      }),
    );
    const ordered = [...results].sort((a, b) => inserted(b) - inserted(a));
    expect(ordered).toMatchObject([
      { inserted: 194, updated: 6, rejected: 0 },
      { inserted: 0, updated: 0, rejected: 200 },
    ]);
    expect(await column(client, 'select count(*)::int4 from cutover.replaced')).toEqual([6]);
  });
});

describe('the account of a load that meets rows', () => {
  it('has the checksum of the rows inserted and updated alone', async () => {
    const fresh = Array.from({ length: 30 }, (_, n): TargetRow => [n + 1, `n${n}`, '1']);
    const [met] = await load('update', fresh);
    await client.query('truncate coil; truncate cutover.chunk_load');
    const [clean] = await load('reject', fresh);
    const checksumOf = (result?: ChunkResult): string => (result?.kind === 'loaded' ? result.checksum : '');
    expect(met).toMatchObject({ inserted: 24, updated: 6 });
    expect(checksumOf(met)).toBe(checksumOf(clean));
  });

  it('overwrites by the first unique index that is loaded whole where the primary key is the database’s own', async () => {
    await client.query(`create table tag (id int4 generated always as identity primary key, name text not null unique, size int4);
      insert into tag (name, size) values ('a', 1)`);
    const plan = { ...aLoadPlan('tag', ['name', 'size']), conflicts: { policy: 'update', rowsBefore: 1 } as const };
    const loader = await target.loader(plan, aLoaderContext());
    const rows: TargetRow[] = [
      ['a', 2],
      ['b', 3],
    ];
    expect(await loader.load(aChunk('tag', rows))).toMatchObject({ inserted: 1, updated: 1, rejected: 0 });
    await loader.close();
    expect(await column(client, `select concat_ws(' ', id, name, size) from tag order by id`)).toEqual([
      '1 a 2',
      '2 b 3',
    ]);
  });

  it('finds the guilty among rows that update, where only the server can tell', async () => {
    await client.query(`create function refuse() returns trigger language plpgsql as $$
        begin if new.code like 'bad%' then raise exception 'no % here', new.code; end if; return new; end $$;
      create trigger refuse before insert or update on coil for each row execute function refuse()`);
    const [result] = await load('update', [
      [1, 'new1', '1'],
      [2, 'bad2', '1'],
      [3, 'old4', '1'],
      [9, 'bad9', '1'],
      [10, 'new10', '1'],
    ]);
    expect(result).toMatchObject({ inserted: 1, updated: 1, rejected: 3 });
    expect(await rejected()).toEqual([
      '["2"] | refused by a trigger | P0001',
      '["3"] | code | duplicate key | 23505',
      '["9"] | refused by a trigger | P0001',
    ]);
  });
});

describe('rows that update', () => {
  async function loadTags(columns: readonly string[], rows: readonly TargetRow[]): Promise<ChunkResult> {
    const plan = { ...aLoadPlan('tag', columns), conflicts: { policy: 'update', rowsBefore: 1 } as const };
    const loader = await target.loader(plan, aLoaderContext());
    const result = await loader.load(aChunk('tag', rows));
    await loader.close();
    return result;
  }

  it('leave the part of the primary key that they bring, or a reset would lose the row that they have overwritten', async () => {
    await client.query(`create table tag (id int4, part int4 default 1, code text not null unique, size int4, primary key (id, part));
      insert into tag values (1, 1, 'a', 1)`);
    await target.ledger.createRun(A_RUN);
    expect(await loadTags(['id', 'code', 'size'], [[5, 'a', 2]])).toMatchObject({ updated: 1 });
    expect(await column(client, 'select t::text from tag t')).toEqual(['(1,1,a,2)']);
    await target.reset({ runId: 'run-1', scope: 'all', changed: 'refuse', edited: 'refuse' }, () => undefined);
    expect(await column(client, 'select t::text from tag t')).toEqual(['(1,1,a,1)']);
  });

  it('leave an identity that the server always makes itself, which would refuse the whole chunk', async () => {
    await client.query(`create table tag (code text primary key, n int4 generated always as identity, size int4);
      insert into tag (code, size) values ('a', 1)`);
    const rows: TargetRow[] = [
      ['a', 7, 2],
      ['b', 8, 2],
    ];
    expect(await loadTags(['code', 'n', 'size'], rows)).toMatchObject({ inserted: 1, updated: 1, rejected: 0 });
    expect(await column(client, 'select t::text from tag t order by code')).toEqual(['(a,1,2)', '(b,8,2)']);
  });

  it('bring nothing but their key, and are counted all the same', async () => {
    await client.query(`create table tag (code text primary key); insert into tag values ('a')`);
    expect(await loadTags(['code'], [['a'], ['b']])).toMatchObject({ inserted: 1, updated: 1, rejected: 0 });
  });

  it('and are equal are duplicates also where another row of the chunk has to be searched for', async () => {
    await client.query(`create table parent (id int4 primary key); insert into parent values (1);
      create table tag (code text primary key, of_parent int4 references parent); insert into tag values ('a', null)`);
    const rows: TargetRow[] = [
      ['a', '2'],
      ['a', '1'],
      ['a', null],
      ['b', '3'],
    ];
    expect(await loadTags(['code', 'of_parent'], rows)).toMatchObject({ inserted: 0, updated: 1, rejected: 3 });
    expect(await column(client, 'select t::text from tag t')).toEqual(['(a,1)']);
    expect(await rejected()).toEqual([
      '["a"] | of_parent | no parent for tag_of_parent_fkey | 23503',
      '["a"] | code | duplicate key | 23505',
      '["b"] | of_parent | no parent for tag_of_parent_fkey | 23503',
    ]);
  });
});

describe('a row of before whose parent has got another key by the run', () => {
  it.each(['reject', 'null'] as const)('is left as it is under the policy %s, and the run says so', async (policy) => {
    await client.query(`create table note (id int4 primary key, code varchar(12) references coil (code));
      insert into note values (1, 'old1')`);
    const [coil, note] = ['coil', 'note'].map((name) => ({ schema: 'public', name })) as [TableName, TableName];
    await target.ledger.createRun(A_RUN);
    await target.setForeignKeysAside('run-1', [coil, note]);
    await load('update', [[1, 'new1', '1']]);
    const loader = await target.loader(aLoadPlan('note', ['id', 'code']), aLoaderContext());
    await loader.load(aChunk('note', [[2, 'new1'] as TargetRow, [3, 'gone'] as TargetRow]));
    await loader.close();
    const foreignKey = { name: 'any', columns: ['code'], parent: coil, parentColumns: ['code'] };
    const rule = {
      entity: 'note',
      table: note,
      foreignKey,
      policy,
      property: 'code',
      keyColumns: ['id'],
      rowsBefore: 1,
    };
    await expect(target.restoreForeignKeys('run-1', [rule])).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      facts: { foreignKeys: 'note_code_fkey' },
    });
    const own = policy === 'reject' ? ['2 new1'] : ['2 new1', '3'];
    const notes = `select concat_ws(' ', id, code) from note order by id`;
    expect(await column(client, notes)).toEqual(['1 old1', ...own]);
    await target.reset({ runId: 'run-1', scope: 'all', changed: 'refuse', edited: 'refuse' }, () => undefined);
    expect(await column(client, notes)).toEqual(['1 old1']);
    expect(await column(client, `select convalidated from pg_constraint where conname = 'note_code_fkey'`)).toEqual([
      true,
    ]);
  });
});

describe('an orphan that has overwritten a row', () => {
  it('is rejected, and the target has the row of before again', async () => {
    await client.query(`create table customer (id int4 primary key); insert into customer values (1), (2);
      alter table coil add customer_id int4 references customer; update coil set customer_id = 1`);
    const coil = { schema: 'public', name: 'coil' };
    const foreignKey = {
      name: 'any',
      columns: ['customer_id'],
      parent: { schema: 'public', name: 'customer' },
      parentColumns: ['id'],
    };
    await target.ledger.createRun(A_RUN);
    await target.ledger.savePlan('run-1', 'coil', { strategy: 'all', chunks: [{ kind: 'all' }] });
    await target.setForeignKeysAside('run-1', [coil]);
    const plan = {
      ...aLoadPlan('coil', ['id', 'code', 'customer_id']),
      conflicts: { policy: 'update', rowsBefore: 6 } as const,
    };
    const loader = await target.loader(plan, aLoaderContext());
    const rows: TargetRow[] = [
      [1, 'new1', '2'],
      [2, 'new2', '77'],
      [9, 'new9', '77'],
    ];
    expect(await loader.load(aChunk('coil', rows))).toMatchObject({ inserted: 1, updated: 2 });
    await loader.close();
    const rule = {
      entity: 'coil',
      table: coil,
      foreignKey,
      policy: 'reject',
      property: 'customer_id',
      keyColumns: ['id'],
      rowsBefore: 6,
    } as const;
    expect(await target.restoreForeignKeys('run-1', [rule])).toMatchObject([{ orphans: 2, constraint: 'valid' }]);
    expect(await column(client, `select concat_ws(' ', id, code, customer_id) from coil order by id limit 3`)).toEqual([
      '1 new1 2',
      '2 old2 1',
      '3 old3 1',
    ]);
    expect(await rejected()).toEqual([
      '["2"] | customer_id | no parent in customer | 23503',
      '["9"] | customer_id | no parent in customer | 23503',
    ]);
    expect(await column(client, 'select ordinal::int4 from cutover.replaced')).toEqual([0]);
    expect((await target.ledger.progress('run-1'))[0]?.tally).toMatchObject({ inserted: 0, updated: 1, rejected: 2 });
    expect(await rowsNotByTheRun(client, 'coil')).toEqual([2, 3, 4, 5, 6]);
  });
});

describe('a key of several columns, of which the server expects hardly a row', () => {
  it('is not met by joining the staged rows with themselves row by row', async () => {
    await client.query(`
      create temp table ${STAGING.replace('pg_temp.', '')} (${ORDINAL} int4 primary key, a int4, b int4, c int4);
      create temp table held (a int4, b int4, c int4, primary key (a, b, c));
      insert into ${STAGING} select n, n, n, n from generate_series(1, 4000) n;
      insert into held select n, n, n from generate_series(1, 4000) n;
      analyze ${STAGING}; analyze held`);
    const met = `select s.${ORDINAL} from ${STAGING} s join held h on h.a = s.a and h.b = s.b and h.c = s.c`;
    const plan = await column(client, `explain (costs off) delete from ${STAGING} where ${isAmong(met)}`);
    expect(plan.join('\n')).toMatch(/Index Cond: \(cutover_ordinal = ANY/);
    expect(plan.join('\n')).not.toContain('Join Filter');
    expect((await client.query(`delete from ${STAGING} where ${isAmong(met)}`)).rowCount).toBe(4000);
  });
});
