import { join } from 'node:path';
import type { Client } from 'pg';
import type { Project } from '../../../src/app/project/databases';
import { runCheck } from '../../../src/app/run-check';
import { DEFAULT_MIGRATION, runMigration, type MigrationRequest } from '../../../src/app/run-migration';
import { runReset } from '../../../src/app/run-reset';
import { runScan, DEFAULT_SCAN } from '../../../src/app/run-scan';
import { runValidation } from '../../../src/app/run-validation';
import type { Issue } from '../../../src/core/issues';
import { freshDatabase, type FreshDatabase } from '../../support/databases';
import { limitedRole } from '../../support/limited-role';
import { seqdEntities, seqdMappings } from '../../support/seqd.config';
import { startTestStandin, type LegacyStandin } from '../../support/standin';
import { connected } from '../../support/sql';
import { QUIET } from '../../support/quiet';

const CONFIG = join(__dirname, '..', '..', 'support', 'seqd.config.ts');
const ROWS = 300;
const TABLE = '(id int primary key, name text, kind_id int)';
const KINDS = `seqd_kind (id int primary key, label text not null)`;

let standin: LegacyStandin;
let database: FreshDatabase;
let client: Client;

beforeAll(async () => {
  standin = await startTestStandin({
    ddl: ['CREATE TABLE SEQD (ID NUMBER(9) NOT NULL PRIMARY KEY, NAME VARCHAR2(20), KIND VARCHAR2(5))'],
  });
  await standin.run({
    sql: 'INSERT INTO SEQD (ID, NAME, KIND) VALUES (:1, :2, :3)',
    rows: Array.from({ length: ROWS }, (_, index) => [index + 1, `row ${index}`, 'a']),
  });
});

afterAll(() => standin.stop());

beforeEach(async () => {
  database = await freshDatabase();
  client = await connected(database.url);
  await client.query('create schema app');
});

afterEach(async () => {
  await client.end();
  await database.drop();
});

/** The database's URL for sessions with a search_path. */
function urlWith(searchPath: string, base = database.url): string {
  const url = new URL(base);
  url.searchParams.set('options', `-c search_path=${searchPath}`);
  return url.href;
}

const project = (searchPath: string, more: Partial<Project> = {}): Project => ({
  mappings: seqdMappings,
  entities: seqdEntities,
  source: standin.settings,
  target: { url: urlWith(searchPath) },
  ...more,
});

const check = async (given: Project): Promise<Issue[]> =>
  (await runCheck(given, { entities: [], scope: 'everything' })).filter(({ code }) => code.startsWith('TARGET_TABLE'));

const ambiguous = async (given: Project): Promise<string[]> =>
  (await check(given))
    .filter(({ code }) => code === 'TARGET_TABLE_AMBIGUOUS')
    .map(({ code, level, subject, message }) => `${code} ${level} ${subject}: ${message}`);

async function run(given: Project, changes: Partial<MigrationRequest> = {}, end?: 'after a chunk'): Promise<string> {
  const stop = new AbortController();
  const { outcome } = await runMigration(
    given,
    { ...DEFAULT_MIGRATION, batchSize: 50, validate: 'no', ...changes },
    {
      emit: (name) => {
        if (name === 'chunk:loaded' && end === 'after a chunk') stop.abort();
      },
      signal: stop.signal,
      confirm: () => Promise.resolve(),
    },
  );
  return outcome?.state ?? 'none';
}

const counts = async (...tables: string[]): Promise<number[]> => {
  const found: number[] = [];
  for (const table of tables) {
    const { rows } = await client.query<{ n: number }>(`select count(*)::int as n from ${table}`);
    found.push(rows[0]?.n ?? -1);
  }
  return found;
};

/** A kind in one schema, so that parent and lookup lead there and nowhere else. */
const kindIn = (schema: string): string =>
  `create table ${schema}.${KINDS}; insert into ${schema}.seqd_kind values (7, 'a')`;

describe('an entity that names no schema', () => {
  it('is an error where search_path leads to app.seqd and public.seqd is there as well', async () => {
    await client.query(`create table app.seqd ${TABLE}; create table public.seqd ${TABLE}; ${kindIn('app')}`);
    const said = 'the entity of seqd names no schema, and the target has';
    expect(await ambiguous(project('app,public'))).toEqual([
      `TARGET_TABLE_AMBIGUOUS error seqd: ${said} app.seqd (table) and public.seqd (table); search_path leads to the first`,
    ]);
    const onlyPath = await ambiguous(project('app'));
    expect(onlyPath).toEqual([expect.stringContaining('app.seqd (table) and public.seqd (table)')]);
    expect(await ambiguous(project('public,app'))).toEqual([
      expect.stringContaining('public.seqd (table) and app.seqd (table)'),
    ]);
    expect(await ambiguous(project('public'))).toEqual([
      expect.stringContaining('public.seqd (table) and app.seqd (table)'),
    ]);
  });

  it('is refused by a migration, a rehearsal and a scan alike, and nothing is written', async () => {
    await client.query(`create table app.seqd ${TABLE}; create table public.seqd ${TABLE}; ${kindIn('app')}`);
    for (const mode of ['load', 'rehearse'] as const) {
      await expect(run(project('app,public'), { mode })).rejects.toMatchObject({
        code: 'PREFLIGHT_FAILED',
        facts: { first: 'TARGET_TABLE_AMBIGUOUS' },
      });
    }
    const { preflight } = await runScan(project('app,public'), DEFAULT_SCAN, QUIET);
    expect(preflight.map(({ code }) => code)).toContain('TARGET_TABLE_AMBIGUOUS');
    expect(await counts('app.seqd', 'public.seqd')).toEqual([0, 0]);
  });

  it('is none where the config names the schema', async () => {
    await client.query(`create table app.seqd ${TABLE}; create table public.seqd ${TABLE}; ${kindIn('app')}`);
    expect(await ambiguous(project('public', { schema: 'app' }))).toEqual([]);
    expect(await run(project('public', { schema: 'app' }))).toBe('complete');
    expect(await counts('app.seqd', 'public.seqd')).toEqual([ROWS, 0]);
  });

  it('is filled where search_path leads, and nowhere else, when there is no other table of the name', async () => {
    await client.query(`create table app.seqd ${TABLE}; ${kindIn('public')}`);
    expect(await ambiguous(project('app,public'))).toEqual([]);
    expect(await run(project('app,public'))).toBe('complete');
    expect(await counts('app.seqd')).toEqual([ROWS]);
    const { rows } = await client.query(`select distinct kind_id from app.seqd`);
    expect(rows).toEqual([{ kind_id: 7 }]);
  });

  it.each<[string, string, string]>([
    ['a view', `create view app.seqd as select 1 as id`, 'app.seqd (view) and public.seqd (table)'],
    ['a sequence', `create sequence app.seqd`, 'app.seqd (sequence) and public.seqd (table)'],
    [
      'an index',
      `create table app.other (id int); create index seqd on app.other (id)`,
      'app.seqd (index) and public.seqd (table)',
    ],
    ['a composite type', `create type app.seqd as (id int)`, 'app.seqd (type) and public.seqd (table)'],
    [
      'a materialized view',
      `create materialized view app.seqd as select 1 as id`,
      'app.seqd (materialized view) and public.seqd (table)',
    ],
    [
      'a partitioned table',
      `create table app.seqd (id int) partition by range (id)`,
      'app.seqd (partitioned table) and public.seqd (table)',
    ],
    [
      'a partition',
      `create table app.whole (id int) partition by range (id); create table app.seqd partition of app.whole default`,
      'app.seqd (partition) and public.seqd (table)',
    ],
  ])('is an error where %s of its name comes first', async (_, ddl, both) => {
    await client.query(`create table public.seqd ${TABLE}; ${kindIn('public')}; ${ddl}`);
    expect(await ambiguous(project('app,public'))).toEqual([expect.stringContaining(`the target has ${both}`)]);
  });

  it.each<[string, string]>([
    ['a sequence behind it', `create sequence app.seqd`],
    ['an enum type of its name', `create type app.seqd as enum ('a')`],
    ['a name in another case', `create table app."Seqd" ${TABLE}`],
    ['a table of the ledger', `create schema cutover; create table cutover.seqd ${TABLE}`],
    ['the copy of a rehearsal', `create schema cutover_rehearsal_0; create table cutover_rehearsal_0.seqd ${TABLE}`],
  ])('is not an error for %s', async (_, ddl) => {
    await client.query(`create table public.seqd ${TABLE}; ${kindIn('public')}; ${ddl}`);
    expect(await ambiguous(project('public,app'))).toEqual([]);
  });

  it('is an error of the property whose parent or looked-up table could be another one', async () => {
    await client.query(`create table app.seqd ${TABLE}; ${kindIn('app')}; ${kindIn('public')}`);
    const subjects = (await check(project('app,public'))).map(({ code, subject }) => `${code} ${subject}`);
    expect(subjects).toEqual(['TARGET_TABLE_AMBIGUOUS seqd.kindId', 'TARGET_TABLE_AMBIGUOUS seqd.kindId']);
  });

  it('does not see tables in schemas that the user may not use, but those of public', async () => {
    await client.query(`create schema secret; create table secret.seqd ${TABLE}; create table app.seqd ${TABLE};
      ${kindIn('app')}; create schema other; create table other.seqd ${TABLE}`);
    const name = new URL(database.url).pathname.slice(1);
    const role = await limitedRole(
      client,
      database.url,
      `grant usage on schema app to $user; grant all on all tables in schema app to $user; grant create on database "${name}" to $user`,
    );
    try {
      const limited = { ...project('app'), target: { url: urlWith('app', role.url) } };
      expect(await ambiguous(limited)).toEqual([]);
      await client.query(`create table public.seqd ${TABLE}; revoke usage on schema public from public`);
      expect(await ambiguous(limited)).toEqual([expect.stringContaining('app.seqd (table) and public.seqd (table)')]);
    } finally {
      await role.drop();
    }
  });

  it('writes from threads, goes on and is proven in the table of its start, wherever search_path leads by then', async () => {
    await client.query(`create table app.seqd ${TABLE}; ${kindIn('app')}`);
    const started = await run(project('app', { configPath: CONFIG }), { lanes: 2 }, 'after a chunk');
    expect(started).toBe('interrupted');
    const [before = 0] = await counts('app.seqd');
    expect(before).toBeLessThan(ROWS);
    await client.query(`create table public.seqd ${TABLE}; ${kindIn('public')}`);
    const later = project('public', { configPath: CONFIG });
    expect(await run(later, { lanes: 2, resume: {} })).toBe('complete');
    expect(await counts('app.seqd', 'public.seqd')).toEqual([ROWS, 0]);
    const validated = await runValidation(later, { entities: [], runId: null, level: 'rows' });
    expect(validated.verdicts.flatMap(({ issues }) => issues)).toEqual([]);
    await runReset({ url: urlWith('public') }, { runId: validated.run.id, entities: [] }, QUIET);
    expect(await counts('app.seqd', 'public.seqd')).toEqual([0, 0]);
  });
});

describe('a table that is not there', () => {
  const hint = async (given: Project): Promise<string> => (await check(given))[0]?.hint ?? '';

  it('is told with the schemas in which a table of its name is, and with the word that names them', async () => {
    await client.query(`create table app.seqd ${TABLE}; ${kindIn('public')}`);
    expect(await hint(project('public'))).toBe(
      "The target has app.seqd (table). Name the schema that is meant: schema: 'app' in cutover.config.ts, as in the application's DataSource, or @Entity({ schema: 'app' }). Else: run the application's migrations against the target first.",
    );
    expect(await hint(project('app', { schema: 'nowhere' }))).toContain("schema: 'app'");
  });

  it('is none of public where search_path does not lead there, nor is its parent', async () => {
    await client.query(`create table public.seqd ${TABLE}; ${kindIn('app')}`);
    for (const [path, schema] of [
      ['app', 'app'],
      ['', 'pg_catalog'],
    ] as const) {
      const found = await check(project(path));
      expect(found[0]).toMatchObject({
        code: 'TARGET_TABLE_MISSING',
        message: `the target has no table ${schema}.seqd for Seqd`,
        hint: expect.stringMatching(
          /^The target has public\.seqd \(table\)\. Name the schema.*schema: 'public'/,
        ) as string,
      });
      await expect(run(project(path))).rejects.toMatchObject({ facts: { first: 'TARGET_TABLE_MISSING' } });
      expect(await counts('public.seqd')).toEqual([0]);
    }
    await client.query(
      `create table app.seqd ${TABLE}; drop table public.seqd; drop table app.seqd_kind; ${kindIn('public')}`,
    );
    const issues = await runCheck(project('app'), { entities: [], scope: 'everything' });
    expect(issues.filter(({ code }) => code === 'PARENT_EMPTY')).toMatchObject([
      {
        message: 'the target has no table app.seqd_kind, its parent',
        hint: expect.stringContaining('The target has public.seqd_kind (table). Name the schema') as string,
      },
    ]);
  });

  it('is told with a name that differs in case alone, and with the option where there is nothing', async () => {
    await client.query(`create table public."Seqd" ${TABLE}; ${kindIn('public')}`);
    expect(await hint(project('public'))).toContain(
      'The target has public.Seqd (table). Correct the name of the table',
    );
    await client.query('drop table public."Seqd"');
    expect(await hint(project('public'))).toContain('schema in cutover.config.ts, or @Entity({ schema })');
  });
});
