import type { Client } from 'pg';
import type { MigrationError } from '../../../src/core/errors';
import { openLaneTarget, openPostgresTarget } from '../../../src/postgres/open-target';
import { LEDGER_STEPS, LEDGER_VERSION } from '../../../src/postgres/ledger/schema/steps';
import { LEDGER_COLUMNS } from '../../../src/postgres/ledger/schema/tables';
import { freshDatabase, type FreshDatabase } from '../../support/databases';
import { runCures } from '../../support/cures';
import { FORMER_LEDGERS } from '../../support/former-ledgers';
import { limitedRole } from '../../support/limited-role';
import { connected } from '../../support/sql';

let database: FreshDatabase;
let client: Client;
let fresh: string[];

beforeAll(async () => {
  database = await freshDatabase();
  client = await connected(database.url);
  await installed('fresh');
  fresh = await catalogueOf('fresh');
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

/** Installs, or upgrades, the ledger in a schema; what that answered. */
async function installed(ledgerSchema: string): Promise<unknown> {
  const target = await openPostgresTarget({ url: database.url, ledgerSchema });
  try {
    return await target.ledger.install();
  } finally {
    await target.close();
  }
}

async function former(schema: string, sql: (s: string) => string): Promise<void> {
  await client.query(`create schema "${schema}"; ${sql(`"${schema}"`)}`);
}

/** All that the catalogue knows of the tables of a schema, in an order of its own; positions of columns aside. */
async function catalogueOf(schema: string): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(
    `with t as (select c.oid, c.relname from pg_class c where c.relnamespace = $1::regnamespace)
     select format('column %s.%s %s null=%s default=%s identity=%s', t.relname, a.attname, format_type(a.atttypid, a.atttypmod),
         not a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attidentity) as line
       from t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
         left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
       where exists (select from pg_class r where r.oid = t.oid and r.relkind = 'r')
     union all select format('constraint %s.%s %s', t.relname, c.conname, pg_get_constraintdef(c.oid)) from t join pg_constraint c on c.conrelid = t.oid
     union all select format('index %s', pg_get_indexdef(i.indexrelid)) from t join pg_index i on i.indrelid = t.oid
     union all select format('replica identity %s %s', t.relname, c.relreplident) from t join pg_class c on c.oid = t.oid where c.relkind = 'r'
     union all select format('sequence %s %s %s %s', t.relname, s.seqstart, s.seqincrement, s.seqtypid::regtype) from t join pg_sequence s on s.seqrelid = t.oid
     order by line`,
    [schema],
  );
  return rows.map(({ line }) => line.replaceAll(schema, '*'));
}

describe('the version of the ledger', () => {
  it('is the number of steps, in one row', async () => {
    const { rows } = await client.query('select version from fresh.schema_version');
    expect(rows).toEqual([{ version: LEDGER_STEPS.length }]);
    await expect(client.query('insert into fresh.schema_version values (7)')).rejects.toThrow(/schema_version_one_row/);
  });

  it('is left alone by an installation of the same version', async () => {
    expect(await installed('fresh')).toBeNull();
    expect(await catalogueOf('fresh')).toEqual(fresh);
  });

  it('has a line in LEDGER_COLUMNS for each column of each table, with its type, and no other', async () => {
    const listed = Object.entries(LEDGER_COLUMNS).flatMap(([table, columns]) =>
      Object.entries(columns).map(([column, { type }]) => `${table}.${column} ${type}`),
    );
    const { rows } = await client.query<{ line: string }>(
      `select format('%s.%s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod)) as line
       from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       where c.relnamespace = 'fresh'::regnamespace and c.relkind = 'r' and c.relname not in ('schema_version', 'seal', 'sealed_columns', 'former_digest')`,
    );
    expect(rows.map(({ line }) => line).sort()).toEqual(listed.sort());
  });
});

describe.each(FORMER_LEDGERS)('a ledger as commit $commit made it', ({ commit, sql }) => {
  it('is upgraded to what a new one is', async () => {
    const schema = `made_by_${commit}`;
    await former(schema, sql);
    expect(await installed(schema)).toEqual({ from: 0, to: LEDGER_VERSION });
    expect(await catalogueOf(schema)).toEqual(fresh);
    expect(await installed(schema)).toBeNull();
  });

  it('is upgraded once by several that start at once', async () => {
    const schema = `at_once_${commit}`;
    await former(schema, sql);
    const ends = await Promise.allSettled([1, 2, 3].map(() => installed(schema)));
    expect(ends.some(({ status }) => status === 'fulfilled')).toBe(true);
    for (const end of ends) {
      if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'RUN_ACTIVE' });
    }
    expect(await catalogueOf(schema)).toEqual(fresh);
  });

  it('is not upgraded while another operator is at work', async () => {
    const schema = `held_${commit}`;
    await former(schema, sql);
    const operator = await openPostgresTarget({ url: database.url, ledgerSchema: schema });
    const claim = await operator.claimRun('any');
    const before = await catalogueOf(schema);
    await expect(installed(schema)).rejects.toMatchObject({ code: 'RUN_ACTIVE' });
    expect(await catalogueOf(schema)).toEqual(before);
    await claim.release();
    await operator.close();
    expect(await installed(schema)).toEqual({ from: 0, to: LEDGER_VERSION });
  });

  it('can be dropped, or one run of it, without an upgrade', async () => {
    const schema = `dropped_${commit}`;
    await former(schema, sql);
    await client.query(
      `insert into ${schema}.run (id, source, target, fingerprints, settings, state) values ('a', 's', 't', '{}', '{}', 'failed')`,
    );
    const target = await openPostgresTarget({ url: database.url, ledgerSchema: schema });
    expect(await target.ledger.drop({ runId: 'a' })).toBe(true);
    expect((await client.query(`select from ${schema}.run`)).rowCount).toBe(0);
    expect(await target.ledger.drop('all')).toBe(true);
    await target.close();
    expect((await client.query('select from pg_namespace where nspname = $1', [schema])).rowCount).toBe(0);
  });
});

describe('a ledger of a later version, or of a version that was edited', () => {
  it('is refused wherever it is opened, and by a target that was opened before', async () => {
    const open = await openPostgresTarget({ url: database.url, ledgerSchema: 'newer' });
    await open.ledger.install();
    await client.query('update newer.schema_version set version = version + 1');
    const refusal = {
      code: 'LEDGER_NEWER',
      facts: { schema: 'newer', version: LEDGER_VERSION + 1, known: LEDGER_VERSION },
    };
    await expect(openPostgresTarget({ url: database.url, ledgerSchema: 'newer' })).rejects.toMatchObject(refusal);
    // A lane of another thread, of a load or of a rehearsal.
    const access = { place: { ledgerSchema: 'newer', copies: null }, assureClaim: () => Promise.resolve() };
    await expect(openLaneTarget({ url: database.url }, access)).rejects.toMatchObject(refusal);
    for (const refused of [
      open.ledger.install(),
      open.ledger.findRun(),
      open.ledger.runs(),
      open.ledger.drop('all'),
      open.standing(),
    ]) {
      await expect(refused).rejects.toMatchObject(refusal);
    }
    await open.close();
  });

  it.each([
    ['0', 'update wrong.schema_version set version = 0', 'says 0'],
    ['-1', 'update wrong.schema_version set version = -1', 'says -1'],
    ['one less', 'update wrong.schema_version set version = version - 1', `says ${LEDGER_VERSION - 1}`],
    ['deleted', 'delete from wrong.schema_version', 'has no row'],
    [
      'null',
      'alter table wrong.schema_version alter version drop not null; update wrong.schema_version set version = null',
      'has no number',
    ],
    ['dropped with its table', 'drop table wrong.schema_version', 'is missing'],
    [
      'in a view',
      'drop table wrong.schema_version; create view wrong.schema_version as select 6 as version',
      'is no table but a view',
    ],
    [
      'in a materialized view',
      'drop table wrong.schema_version; create materialized view wrong.schema_version as select 6 as version',
      'is no table but a materialized view',
    ],
    [
      'a text',
      'drop index wrong.schema_version_one_row; alter table wrong.schema_version alter version type text',
      'has no integer column version',
    ],
    ['a bigint', 'alter table wrong.schema_version alter version type bigint', 'has no integer column version'],
    ['renamed', 'alter table wrong.schema_version rename version to number', 'has no integer column version'],
  ])('is refused where its version is %s, and the hint puts it right', async (_what, edit, says) => {
    await client.query('drop schema if exists wrong cascade');
    const open = await openPostgresTarget({ url: database.url, ledgerSchema: 'wrong' });
    await open.ledger.install();
    await client.query(edit);
    const before = await catalogueOf('wrong');
    const refusal = { code: 'LEDGER_VERSION_WRONG', facts: { schema: 'wrong', expected: LEDGER_VERSION } };
    await expect(installed('wrong')).rejects.toMatchObject(refusal);
    await expect(open.ledger.install()).rejects.toMatchObject(refusal);
    await expect(open.ledger.runs()).rejects.toMatchObject(refusal);
    await expect(open.ledger.drop('all')).rejects.toMatchObject(refusal);
    await expect(open.standing()).rejects.toMatchObject(refusal);
    const error = (await installed('wrong').catch((thrown: unknown) => thrown)) as MigrationError;
    expect(error.message).toBe(
      `"wrong".schema_version ${says}, but the tables of the ledger are those of version ${LEDGER_VERSION}`,
    );
    expect(await catalogueOf('wrong')).toEqual(before);
    await client.query((error.hint ?? '').replace(/^.*then run it again: /, ''));
    expect(await open.ledger.install()).toBeNull();
    await open.close();
  });

  it('is not made where a view or a foreign table has the name of one of its tables, which is named', async () => {
    const strangers = {
      run: `create extension if not exists postgres_fdw; create server if not exists elsewhere foreign data wrapper postgres_fdw;
        create foreign table wrong.run (id text) server elsewhere`,
      chunk: 'create view wrong.chunk as select 1 as id',
    };
    for (const [name, ddl] of Object.entries(strangers)) {
      await client.query(`drop schema if exists wrong cascade; create schema wrong; ${ddl}`);
      const before = await catalogueOf('wrong');
      await expect(installed('wrong')).rejects.toMatchObject({
        code: 'LEDGER_VERSION_WRONG',
        message: expect.stringContaining(`is no table: "wrong"."${name}"`) as string,
        hint: expect.stringMatching(/^Nothing was changed\. .*rename or drop it/) as string,
      });
      expect(await catalogueOf('wrong')).toEqual(before);
    }
    await client.query('drop schema wrong cascade');
  });

  it('is refused where a former ledger was given a number, and where tables are missing', async () => {
    for (const { sql } of FORMER_LEDGERS) {
      await client.query('drop schema if exists wrong cascade');
      await former('wrong', sql);
      await client.query(
        `create table wrong.schema_version (version int); insert into wrong.schema_version values (${LEDGER_VERSION})`,
      );
      const facts = { found: String(LEDGER_VERSION), expected: 0 };
      await expect(installed('wrong')).rejects.toMatchObject({ code: 'LEDGER_VERSION_WRONG', facts });
      await client.query('update wrong.schema_version set version = 0');
      expect(await installed('wrong')).toEqual({ from: 0, to: LEDGER_VERSION });
    }
    await client.query('drop table wrong.skipped cascade');
    await expect(installed('wrong')).rejects.toMatchObject({
      code: 'LEDGER_VERSION_WRONG',
      message: '"wrong".schema_version says 5, but the tables of the ledger lack skipped.marks'.replace(
        '5',
        `${LEDGER_VERSION}`,
      ),
    });
  });

  it('has after each step what that step leaves, and nothing of later ones', async () => {
    for (const { sql } of FORMER_LEDGERS) {
      await client.query('drop schema if exists stepwise cascade');
      await former('stepwise', sql);
      for (const [index, step] of LEDGER_STEPS.entries()) {
        await client.query(step.sql('stepwise'));
        const { rows } = await client.query<{ name: string }>(
          `select c.relname || '.' || a.attname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
           where c.relnamespace = 'stepwise'::regnamespace and c.relkind = 'r' and not a.attisdropped`,
        );
        const there = LEDGER_STEPS.filter(({ leaves }) => rows.some(({ name }) => name === leaves));
        expect(there).toEqual(LEDGER_STEPS.slice(0, index + 1));
      }
    }
  });

  it('leaves a version that cannot be read to the statements that read the ledger', async () => {
    await client.query(`create schema foreign_ledger; create table foreign_ledger.run (id int);
      create table foreign_ledger.schema_version (version int); insert into foreign_ledger.schema_version values (null)`);
    const target = await openPostgresTarget({ url: database.url, ledgerSchema: 'foreign_ledger' });
    await target.close();
  });
});

/** SQL: makes of a new ledger one whose validations are not linked, as before the later steps. */
function withoutChain(schema: string): string {
  return `alter table ${schema}.former_digest drop column nth; drop trigger chain_insert on ${schema}.validation; drop function ${schema}.chain_validation;
    alter table ${schema}.validation drop column link_no, drop column link;
    alter table ${schema}.former_digest drop column validations; drop index if exists ${schema}.former_digest_once;
    alter table ${schema}.former_digest add primary key (run, version);
    update ${schema}.sealed_columns set columns = array_remove(columns, 'link_no') where table_name = 'validation';`;
}

describe('a ledger of version 4 that others have made', () => {
  /** With seals, whose triggers call functions, and without what the later steps make. */
  async function fourth(): Promise<void> {
    await client.query('drop schema if exists fourth cascade');
    await installed('fourth');
    await client.query(`drop table fourth.source_table, fourth.taken_back;
      drop function fourth.seal_source_table, fourth.seal_taken_back;
      delete from fourth.sealed_columns where table_name in ('source_table', 'taken_back');
      ${withoutChain('fourth')}
      update fourth.schema_version set version = 4`);
  }

  /** Gives some of its tables and functions to another role. */
  async function giveAway(condition: string, owner: string): Promise<void> {
    const { rows } = await client.query<{ object: string }>(
      `select format('table fourth.%I', relname) as object from pg_class
         where relnamespace = 'fourth'::regnamespace and relkind = 'r' and ${condition.replace('$name', 'relname')}
       union all select format('function fourth.%I()', proname) from pg_proc
         where pronamespace = 'fourth'::regnamespace and ${condition.replace('$name', 'proname')}`,
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { object } of rows) await client.query(`alter ${object} owner to ${owner}`);
  }

  it.each([
    ['a superuser', null],
    ['another role', 'true'],
    ['several, one of them a superuser', `$name like '%chunk%'`],
  ])('is upgraded by a limited role after the statements of the hint alone (%s)', async (_, condition) => {
    await fourth();
    const role = await limitedRole(client, database.url, 'grant usage on schema public to $user');
    const owner = `${new URL(role.url).username}_owner`;
    await client.query(`create role ${owner}`);
    await client.query(`grant usage on schema fourth to ${owner}`);
    if (condition !== null) await giveAway(condition, owner);
    const open = () => openPostgresTarget({ url: role.url, ledgerSchema: 'fourth' });
    const upgraded = async (): Promise<unknown> => {
      const target = await open();
      return target.ledger.install().finally(() => target.close());
    };
    // The version is seen once the schema may be used.
    for (let round = 0; round < 2; round += 1) {
      const refused: unknown = await upgraded().catch((thrown: unknown) => thrown);
      expect(refused).toMatchObject({ code: 'TARGET_RIGHTS' });
      await runCures(client, (refused as MigrationError).hint);
    }
    expect(await upgraded()).toEqual({ from: 4, to: LEDGER_VERSION });
    expect(await catalogueOf('fourth')).toEqual(fresh);
    await client.query('drop schema fourth cascade');
    await role.drop();
    await client.query(`drop owned by ${owner}; drop role ${owner}`);
  });
});
