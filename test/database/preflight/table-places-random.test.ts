import type { Client } from 'pg';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Project } from '../../../src/app/project/databases';
import { runCheck } from '../../../src/app/run-check';
import { DEFAULT_MIGRATION, runMigration } from '../../../src/app/run-migration';
import { runValidation } from '../../../src/app/run-validation';
import { MigrationError } from '../../../src/core/errors';
import type { Issue } from '../../../src/core/issues';
import { legacyTable } from '../../../src/core/mapping/legacy-table';
import type { NumberText } from '../../../src/core/mapping/wire';
import { integer } from '../../../src/core/transforms';
import { freshDatabase, type FreshDatabase } from '../../support/databases';
import { limitedRole } from '../../support/limited-role';
import { startTestStandin, type LegacyStandin } from '../../support/standin';
import {
  endOf,
  expectedOf,
  pathText,
  placesVariants,
  SETTERS,
  type Expected,
  type PlaceName,
  type PlacesVariant,
} from '../../support/table-places-model';
import { variantCount } from '../../support/variants';
import { column, connected } from '../../support/sql';
import { QUIET } from '../../support/quiet';

@Entity('seqd')
class Seqd {
  @PrimaryColumn({ type: 'int' }) id!: number;
}
@Entity('twin')
class Twin {
  @PrimaryColumn({ type: 'int' }) id!: number;
}
@Entity('twin', { schema: 'app' })
class TwinOfApp {
  @PrimaryColumn({ type: 'int' }) id!: number;
  @Column({ type: 'text', nullable: true }) note!: string | null;
}

const ROWS = 3;
const ENTITIES = ['seqd', 'twin'] as const;
const VARIANTS = variantCount({ suite: 8, all: 40 });
const variants = placesVariants(VARIANTS, 20261204).map((variant, at) => ({
  ...variant,
  title: `${at + 1}, ${JSON.stringify(variant)}`,
}));

let standin: LegacyStandin;
let database: FreshDatabase;
let client: Client;
let other: Client;
const users = {} as Record<PlacesVariant['user'], Awaited<ReturnType<typeof limitedRole>>>;

beforeAll(async () => {
  standin = await startTestStandin({
    ddl: ['CREATE TABLE SEQD (ID NUMBER(9) PRIMARY KEY)'],
    // Each look at the source would keep a connection for its SCN.
    undoRetentionSeconds: 5,
  });
  await standin.run({ sql: 'INSERT INTO SEQD VALUES (:1)', rows: [[1], [2], [3]] });
  database = await freshDatabase();
  client = await connected(database.url);
  other = await connected(database.url);
  await client.query(`create foreign data wrapper nothing; create server elsewhere foreign data wrapper nothing;
    grant usage on foreign server elsewhere to public`);
  const create = `grant create on database ${databaseName()} to $user`;
  users.limited = await limitedRole(client, database.url, create);
  users.superuser = await limitedRole(client, database.url, 'alter role $user superuser');
});

afterAll(async () => {
  await other.end();
  await client.query('drop schema if exists cutover, app, own, "Odd ""one""" cascade');
  for (const role of Object.values(users)) await role.drop();
  await client.end();
  await database.drop();
  await standin.stop();
});

const databaseName = (): string => new URL(database.url).pathname.slice(1);
const nameOf = (user: PlacesVariant['user']): string => new URL(users[user].url).username;
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** What a place is called in the database; the temporary one has no name that stays. */
const schemaOf = ({ user }: PlacesVariant, place: PlaceName): string => (place === 'own' ? nameOf(user) : place);

function making(kind: string, schema: string, name: string): string {
  const [full, beside] = [`${schema}.${name}`, `${schema}.${name}_`];
  switch (kind) {
    case 'table':
      return `create table ${full} (id int primary key, note text)`;
    case 'partitioned table':
      return `create table ${full} (id int primary key, note text) partition by range (id);
        create table ${beside}rest partition of ${full} default`;
    case 'partition':
      return `create table ${beside}whole (id int primary key, note text) partition by range (id);
        create table ${full} partition of ${beside}whole default`;
    case 'foreign table':
      return `create foreign table ${full} (id int) server elsewhere`;
    case 'view':
    case 'materialized view':
      return `create ${kind} ${full} as select 1 as id`;
    case 'index':
      return `create table ${beside}indexed (id int); create index ${name} on ${beside}indexed (id)`;
    case 'type':
      return `create type ${full} as (id int)`;
    default:
      return `create ${kind} ${full}`;
  }
}

/** An empty world but for what the variant has in it; everything belongs to the user who migrates. */
async function build(variant: PlacesVariant): Promise<void> {
  const { user, closed } = variant;
  const me = nameOf(user);
  const own = schemaOf(variant, 'own');
  const places = `public, app, "Odd ""one""", ${own}`;
  await other.query('discard temp');
  await client.query(`reset session authorization; drop schema if exists cutover cascade;
    drop schema if exists public, app, "Odd ""one""", ${nameOf('limited')}, ${nameOf('superuser')} cascade;
    create schema public; create schema app; create schema "Odd ""one"""; create schema ${own};
    grant all on schema ${places} to ${nameOf('limited')}`);
  for (const entity of ENTITIES) {
    for (const [place, kind] of Object.entries(variant[entity]) as [PlaceName, string][]) {
      if (place === 'temporary')
        await other.query(`create temporary ${kind === 'view' ? 'view' : 'table'} ${entity} as select 1 as id`);
      else
        await client.query(
          `set session authorization ${me}; ${making(kind, quoted(schemaOf(variant, place)), entity)}; reset session authorization`,
        );
    }
  }
  for (const place of closed)
    await client.query(`revoke all on schema ${quoted(schemaOf(variant, place))} from ${nameOf('limited')}, public`);
  await setPaths(variant, me);
}

async function setPaths({ paths }: PlacesVariant, me: string): Promise<void> {
  const levels = {
    'role in database': `role ${me} in database ${databaseName()}`,
    role: `role ${me}`,
    database: `database ${databaseName()}`,
  };
  for (const by of SETTERS) {
    if (by === 'url') continue;
    await client.query(`alter ${levels[by]} reset search_path`);
    const path = paths[by];
    if (path === undefined) continue;
    await client.query(`select set_config('search_path', $1, false)`, [pathText(path)]);
    await client.query(`alter ${levels[by]} set search_path from current; reset search_path`);
  }
}

function projectOf({ user, paths, entitySchema, configSchema }: PlacesVariant): Project {
  const { from, mapTo } = legacyTable<{ ID: NumberText }>('SEQD', { key: ['ID'] });
  const id = from('ID', integer);
  const { constant } = legacyTable<{ ID: NumberText }>('SEQD', { key: ['ID'] });
  const twin =
    entitySchema === null
      ? mapTo(Twin, { id }, { entity: 'twin' })
      : mapTo(TwinOfApp, { id, note: constant('named') }, { entity: 'twin' });
  return {
    mappings: [mapTo(Seqd, { id }), twin],
    entities: [Seqd, entitySchema === null ? Twin : TwinOfApp],
    ...(configSchema === null ? {} : { schema: configSchema }),
    source: standin.settings,
    target: { url: urlWith(users[user].url, paths.url) },
  };
}

function urlWith(base: string, path: PlacesVariant['later'] | undefined): string {
  const url = new URL(base);
  if (path !== undefined) url.searchParams.set('options', `-c search_path=${pathText(path).replace(/[\\ ]/g, '\\$&')}`);
  return url.href;
}

/** Rows in everything that could have been filled. */
async function filled(variant: PlacesVariant): Promise<string[]> {
  const found: string[] = [];
  for (const entity of ENTITIES) {
    for (const [place, kind] of Object.entries(variant[entity]) as [PlaceName, string][]) {
      if (!['table', 'partitioned table', 'partition'].includes(kind)) continue;
      if (place === 'temporary') continue;
      const [rows] = await column(client, `select count(*)::int from ${quoted(schemaOf(variant, place))}.${entity}`);
      if (rows !== 0) found.push(`${entity} of ${place}: ${String(rows)}`);
    }
  }
  return found;
}

/** The errors of an entity, in words of the model. */
function judged(issues: readonly Issue[], entity: string, expected: Expected, variant: PlacesVariant): void {
  const errors = issues.filter(({ level, subject }) => level === 'error' && subject === entity);
  const codes = errors.map(({ code }) => code);
  if (expected.is === 'filled') expect(codes).toEqual([]);
  if (expected.is === 'refused') expect(codes).toContain(expected.code);
  if (expected.is !== 'ambiguous') {
    expect(codes).not.toContain('TARGET_TABLE_AMBIGUOUS');
    return;
  }
  const [first = '', ...others] = expected.candidates.map(
    ([place, kind]) => `${schemaOf(variant, place)}.${entity} (${kind})`,
  );
  const message = errors.find(({ code }) => code === 'TARGET_TABLE_AMBIGUOUS')?.message ?? '';
  const listed = message.replace(/^.*the target has | *; search_path leads to the first$/g, '').split(' and ');
  expect(listed[0]).toBe(first);
  expect(listed.slice(1).sort()).toEqual(others.sort());
}

describe('tables of one name in several schemas, and search_paths, at random', () => {
  const seen = new Map<string, number>();

  it.each(variants)(
    'are filled, or refused, as the entity, the config and PostgreSQL name them: $title',
    async (variant) => {
      await build(variant);
      const project = projectOf(variant);
      const expected = ENTITIES.map((entity) => [entity, expectedOf(variant, entity)] as const);
      const issues = await runCheck(project, { entities: [], scope: 'everything' });
      for (const [entity, outcome] of expected) {
        judged(issues, entity, outcome, variant);
        seen.set(endOf(outcome), (seen.get(endOf(outcome)) ?? 0) + 1);
      }
      const places = expected.flatMap(([entity, outcome]) =>
        outcome.is === 'filled' ? [`${entity} of ${outcome.place}: ${ROWS}`] : [],
      );
      const isWhole = places.length === ENTITIES.length;
      const ended = await runMigration(project, { ...DEFAULT_MIGRATION, validate: 'no' }, QUIET).then(
        ({ outcome }) => outcome?.state,
        (error: unknown) => (error instanceof MigrationError ? error.code : String(error)),
      );
      expect(ended).toBe(isWhole ? 'complete' : 'PREFLIGHT_FAILED');
      expect(await filled(variant)).toEqual(isWhole ? places : []);
      if (!isWhole) return;
      const later = { ...project, target: { url: urlWith(users[variant.user].url, variant.later) } };
      const { verdicts } = await runValidation(later, { entities: [], runId: null, level: 'rows' });
      expect(verdicts.flatMap(({ issues: found }) => found.filter(({ level }) => level === 'error'))).toEqual([]);
    },
  );

  it('come to every end', () => {
    const ends = ['TARGET_NOT_A_TABLE', 'TARGET_RIGHTS', 'TARGET_TABLE_MISSING', 'ambiguous', 'filled'];
    expect([...seen.keys()].sort()).toEqual(ends);
    expect(Math.min(...seen.values())).toBeGreaterThanOrEqual(variantCount({ suite: 1, all: 5 }));
  });
});
