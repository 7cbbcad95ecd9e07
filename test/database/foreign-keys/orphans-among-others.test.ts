import type { Client } from 'pg';
import type { OrphanPolicy } from '../../../src/core/mapping/table-mapping';
import type { OrphanRule, TableName, Target } from '../../../src/core/ports/target';
import { limitedRole } from '../../support/limited-role';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import type { FreshDatabase } from '../../support/databases';
import { targetForEach } from '../../support/opened-target';
import { aChunk, aLoaderContext, aLoadPlan } from '../../support/postgres-load';
import { column } from '../../support/sql';

let database: FreshDatabase;
let client: Client;
let target: Target;

const named = (name: string): TableName => ({ schema: 'public', name });

// A column `c`, as the alias of the rows has it in the statements.
const opened = targetForEach(`
    create table customer (id int4 primary key);
    create table coil (id int4 primary key, customer_id int4 references customer, c text);
    create table note (id int4 primary key, coil_id int4 constraint note_of_coil references coil on delete cascade);
    insert into customer values (1)`);
beforeEach(async () => {
  ({ database, client, target } = await opened());
});

function rules(policy: OrphanPolicy): OrphanRule[] {
  const foreignKey = { name: 'any', columns: ['customer_id'], parent: named('customer'), parentColumns: ['id'] };
  const of = { entity: 'coil', table: named('coil'), property: 'customerId', keyColumns: ['id'], rowsBefore: 0 };
  return [{ ...of, foreignKey, policy }];
}

/** Coil 1 has its customer, coils 2 and 3 have none. */
async function loadCoils(): Promise<void> {
  await target.setForeignKeysAside('run-1', [named('coil')]);
  const loader = await target.loader(aLoadPlan('coil', ['id', 'customer_id', 'c']), aLoaderContext());
  const rows = ['1', '8', '9'].map((customer, at) => [String(at + 1), customer, `coil ${at + 1}`]);
  await loader.load(aChunk('coil', rows));
  await loader.close();
}

const texts = (sql: string): Promise<unknown[]> => column(client, sql);
const coils = () => texts(`select concat_ws(' ', id, customer_id) from coil order by id`);
const notes = () => texts(`select concat_ws(' ', id, coil_id) from note order by id`);
const rejects = () => texts(`select convert_from(raw, 'UTF8') from cutover.reject order by ordinal`);

describe('orphans of a run among rows of others', () => {
  it('are kept whole as rejects where a column is named like an alias of the statement', async () => {
    await loadCoils();
    await target.restoreForeignKeys('run-1', rules('reject'));
    expect(await rejects()).toEqual(['{"id":2,"customer_id":8,"c":"coil 2"}', '{"id":3,"customer_id":9,"c":"coil 3"}']);
  });

  it('are kept as rejects with the declaration of an XML document, alone, in an array and of domains', async () => {
    const xml = '<?xml version="1.0" encoding="ISO-8859-1"?><a/>';
    await client.query(`create domain document as xml; create domain documents as xml[]; alter table coil
      add exact text default 'x', add alone xml default '${xml}', add several xml[] default array['${xml}'::xml, null],
      add own document default '${xml}', add all_own documents default array['${xml}'::xml],
      add each_own document[] default array['<b/>'::document], add kind regclass default 'customer'`);
    await loadCoils();
    await target.restoreForeignKeys('run-1', rules('reject'));
    const [first] = await texts(`select convert_from(raw, 'UTF8')::json from cutover.reject order by ordinal`);
    expect(first).toEqual({
      ...{
        id: 2,
        customer_id: 8,
        c: 'coil 2',
        exact: 'x',
        alone: xml,
        several: [xml, null],
        own: xml,
        all_own: [xml],
        each_own: ['<b/>'],
        kind: 'customer',
      },
    });
  });

  it.each(['cascade', 'set null', 'no action'])(
    'stay, with an error that names who refers to them, where another table does so on delete %s',
    async (action) => {
      await client.query(`alter table note drop constraint note_of_coil,
        add constraint note_of_coil foreign key (coil_id) references coil on delete ${action}`);
      await loadCoils();
      await client.query('insert into note values (1, 1), (2, 2)');
      const restoring = () => target.restoreForeignKeys('run-1', rules('reject'));
      await expect(restoring()).rejects.toMatchObject({
        code: 'LOAD_FAILED',
        message: expect.stringContaining(
          'other rows refer to rows of public.coil without a parent: public.note by note_of_coil (1 row)',
        ) as string,
        hint: expect.stringContaining('insert the missing parents') as string,
      });
      expect(await notes()).toEqual(['1 1', '2 2']);
      expect(await coils()).toEqual(['1 1', '2 8', '3 9']);
      await client.query('delete from note where id = 2');
      expect(await restoring()).toMatchObject([{ orphans: 2, constraint: 'valid' }]);
      expect(await notes()).toEqual(['1 1']);
    },
  );

  it('stay as well where the key of another table leads to one partition of theirs', async () => {
    await client.query(`drop table note, coil; create table coil (id int4 primary key, customer_id int4 references customer, c text)
        partition by range (id);
      create table coil_low partition of coil for values from (0) to (10);
      create table note (id int4 primary key, coil_id int4 constraint note_of_low references coil_low on delete cascade)`);
    await loadCoils();
    await client.query('insert into note values (1, 1), (2, 2)');
    await expect(target.restoreForeignKeys('run-1', rules('reject'))).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      message: expect.stringContaining('public.note by note_of_low (1 row)') as string,
    });
    expect(await notes()).toEqual(['1 1', '2 2']);
    expect(await coils()).toEqual(['1 1', '2 8', '3 9']);
  });

  it('are not cleared where a row of another table would be cleared with them', async () => {
    await client.query(`alter table coil add unique (customer_id);
      create table tag (customer_id int4 references coil (customer_id) on update cascade)`);
    await loadCoils();
    await client.query('insert into tag values (8)');
    await expect(target.restoreForeignKeys('run-1', rules('null'))).rejects.toMatchObject({
      message: expect.stringContaining('public.tag by tag_customer_id_fkey (1 row)') as string,
    });
    expect(await texts('select customer_id from tag')).toEqual([8]);
  });

  it('stay where the user cannot see who refers to them, with the statement that shows it', async () => {
    await loadCoils();
    await client.query('insert into note values (2, 2)');
    const pathname = new URL(database.url).pathname.slice(1);
    const role = await limitedRole(
      client,
      database.url,
      `grant create, temporary on database "${pathname}" to $user; grant usage on schema public to $user; alter table coil owner to $user;
       grant select, references on customer to $user; grant all on schema cutover to $user; grant all on all tables in schema cutover to $user`,
    );
    const limited = await openPostgresTarget({ url: role.url });
    try {
      const failed = await limited.restoreForeignKeys('run-1', rules('reject')).catch((error: unknown) => error);
      const { hint } = failed as { hint: string };
      expect(hint).toMatch(/grant select \("coil_id"\) on "public"\."note" to "limited_/);
      await client.query(/run: (.*)\.$/.exec(hint)?.[1] ?? '');
      await expect(limited.restoreForeignKeys('run-1', rules('reject'))).rejects.toMatchObject({
        message: expect.stringContaining('public.note by note_of_coil (1 row)') as string,
      });
    } finally {
      await limited.close();
      await client.query('alter table coil owner to current_user');
      await role.drop();
    }
  });

  it.each(['reject', 'null'] as const)(
    'are the only ones that the policy %s takes: a row that the application adds meanwhile stays as it is',
    async (policy) => {
      await loadCoils();
      await client.query(`insert into coil values (900, 77, 'of the application')`);
      await expect(target.restoreForeignKeys('run-1', rules(policy))).rejects.toMatchObject({
        message: expect.stringContaining(
          'coil (customer_id) to public.customer (id): 1 row without a parent',
        ) as string,
      });
      expect(await coils()).toEqual(policy === 'reject' ? ['1 1', '900 77'] : ['1 1', '2', '3', '900 77']);
      expect(await texts(`select key from cutover.reject order by 1`)).toEqual(
        policy === 'reject' ? ['["2"]', '["3"]'] : [],
      );
      await client.query('insert into customer values (77)');
      expect(await target.restoreForeignKeys('run-1', rules(policy))).toMatchObject([{ constraint: 'valid' }]);
    },
  );

  it.each([
    ['reject', 'reject'],
    ['null', 'null'],
    ['null', 'reject'],
  ] as const)(
    'are counted for the entity that loaded them, also by a later start: %s for one, %s for the other that fills the table',
    async (ofFirst, ofSecond) => {
      await target.setForeignKeysAside('run-1', [named('coil')]);
      const coming = {
        first: [['1', '1']],
        second: [
          ['2', '1'],
          ['3', '9'],
        ],
      };
      for (const [entity, rows] of Object.entries(coming)) {
        const plan = { ...aLoadPlan('coil', ['id', 'customer_id']), entity };
        const loader = await target.loader(plan, aLoaderContext());
        await loader.load(aChunk(entity, rows));
        await loader.close();
      }
      const both = [
        ...rules(ofFirst).map((rule) => ({ ...rule, entity: 'first' })),
        ...rules(ofSecond).map((rule) => ({ ...rule, entity: 'second' })),
      ];
      for (const start of ['first', 'resumed', 'resumed once more']) {
        const verdicts = await target.restoreForeignKeys('run-1', both);
        expect([start, ...verdicts.map(({ entity, policy, orphans }) => `${entity} ${policy} ${orphans}`)]).toEqual([
          start,
          `first ${ofFirst} 0`,
          `second ${ofSecond} 1`,
        ]);
      }
    },
  );

  it('leave a row of the application where no constraint forbids it', async () => {
    await client.query('alter table coil drop constraint coil_customer_id_fkey');
    await loadCoils();
    await client.query(`insert into coil values (900, 77, 'of the application')`);
    expect(await target.restoreForeignKeys('run-1', rules('reject'))).toMatchObject([
      { orphans: 2, constraint: 'not-valid' },
    ]);
    expect(await coils()).toEqual(['1 1', '900 77']);
  });

  const unconstrained = 'alter table coil drop constraint coil_customer_id_fkey';
  const partitioned = `drop table note, coil; create table coil (id int4 primary key, customer_id int4, c text) partition by range (id);
    create table coil_low partition of coil for values from (0) to (10); create table coil_high partition of coil default`;
  const composite = `${unconstrained}; alter table customer add region text default 'coil 1'`;
  const ofRegion = { columns: ['customer_id', 'c'], parentColumns: ['id', 'region'] };

  describe.each([
    ['a table', unconstrained, {}],
    ['a partitioned table', partitioned, {}],
    ['a table with a key of two columns', composite, ofRegion],
  ])('of %s without a constraint', (_what, sql, key) => {
    it.each([
      ['reject', 0, 'reject'],
      ['null', 0, 'null'],
      ['keep', 0, 'keep'],
      ['reject', 1, 'keep'],
    ] as const)(
      'are counted without those of the application, also by a later start: policy %s, %d rows before the run',
      async (policy, rowsBefore, applied) => {
        await client.query(sql);
        if (rowsBefore > 0) await client.query(`insert into coil values (800, 66, 'before the run')`);
        await loadCoils();
        await client.query(`insert into coil values (900, 77, 'of the application')`);
        const applying = rules(policy).map((rule) => {
          return { ...rule, rowsBefore, foreignKey: { ...rule.foreignKey, ...key } };
        });
        for (let start = 1; start <= 2; start++) {
          expect(await target.restoreForeignKeys('run-1', applying)).toMatchObject([
            { policy: applied, orphans: 2, constraint: 'not-valid' },
          ]);
        }
        expect(await texts('select customer_id from coil where id >= 800 order by id')).toEqual(
          rowsBefore > 0 ? [66, 77] : [77],
        );
      },
    );
  });

  it('kept against a constraint are counted without those of the application', async () => {
    await loadCoils();
    await client.query(`insert into coil values (900, 77, 'of the application')`);
    expect(await target.restoreForeignKeys('run-1', rules('keep'))).toMatchObject([
      { policy: 'keep', orphans: 2, constraint: 'not-valid' },
    ]);
    const { foreignKeys } = await target.ledger.trail('run-1');
    expect(foreignKeys).toMatchObject([{ table: 'coil', entities: ['coil'], state: 'not-valid' }]);
  });
});
