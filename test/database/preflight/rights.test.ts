import { join } from 'node:path';
import fc from 'fast-check';
import type { Client } from 'pg';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Project } from '../../../src/app/project/databases';
import { runCheck } from '../../../src/app/run-check';
import { runRepair } from '../../../src/app/run-repair';
import { runRetry } from '../../../src/app/run-rejects';
import { runReport } from '../../../src/app/run-report';
import { listRuns, runReset } from '../../../src/app/run-reset';
import { runStatus } from '../../../src/app/run-status';
import { runValidation } from '../../../src/app/run-validation';
import { DEFAULT_MIGRATION, runMigration, type MigrationRequest } from '../../../src/app/run-migration';
import { MigrationError } from '../../../src/core/errors';
import { hasErrors, type Issue } from '../../../src/core/issues';
import { legacyTable } from '../../../src/core/mapping/legacy-table';
import type { NumberText } from '../../../src/core/mapping/wire';
import { integer } from '../../../src/core/transforms';
import { writeDifferences } from '../../../src/files/differences';
import { readDifferences } from '../../../src/files/read-differences';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import { runCures } from '../../support/cures';
import { freshDatabase } from '../../support/databases';
import { limitedRole, membership, type Membership } from '../../support/limited-role';
import { LONE_RIGHTS } from '../../support/lone-rights';
import { serverMajor } from '../../support/server-version';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';
import { startTestStandin, type LegacyStandin } from '../../support/standin';
import { variantCount } from '../../support/variants';
import { connected } from '../../support/sql';
import { QUIET } from '../../support/quiet';

@Entity('ward', { schema: 'hosp' })
class Ward {
  @PrimaryColumn({ type: 'int' })
  id!: number;
}

@Entity('visit', { schema: 'hosp' })
class Visit {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ type: 'int', nullable: true })
  wardId!: number | null;
}

const wards = legacyTable<{ readonly ID: NumberText }>('WARD', { key: ['ID'] });
const visits = legacyTable<{ readonly ID: NumberText; readonly WARD_ID: NumberText | null }>('VISIT', { key: ['ID'] });
const mappings = [
  wards.mapTo(Ward, { id: wards.from('ID', integer) }),
  visits.mapTo(Visit, { id: visits.from('ID', integer), wardId: visits.from('WARD_ID', integer) }),
];

const ALL = { entities: [], scope: 'everything', allowTriggers: ['visit', 'ward'] } as const;

let standin: LegacyStandin;
let database: Awaited<ReturnType<typeof freshDatabase>>;
let client: Client;
let role: Awaited<ReturnType<typeof limitedRole>>;
let user: string;
let owner: string;
let project: Project;

beforeAll(async () => {
  standin = await startTestStandin({
    ddl: [
      'create table WARD (ID number(9) primary key)',
      'create table VISIT (ID number(9) primary key, WARD_ID number(9))',
    ],
  });
  await standin.run(
    'insert into WARD values (1)',
    'insert into VISIT values (1, 1)',
    'insert into VISIT values (2, 99)',
  );
  database = await freshDatabase();
  client = await connected(database.url);
  role = await limitedRole(client, database.url, 'grant usage on schema public to $user');
  user = new URL(role.url).username;
  owner = `${user}_owner`;
  await client.query(`create role ${owner}`);
  project = { mappings, entities: [Ward, Visit], source: standin.settings, target: { url: role.url } };
});

afterAll(async () => {
  removeTemporaryFolders();
  await client.query('drop schema if exists hosp, apart, cutover cascade');
  await client.query(`drop owned by ${owner}`);
  await role.drop();
  await client.query(`drop role ${owner}`);
  await client.end();
  await database.drop();
  await standin.stop();
});

/** What a user may do, and what there is that takes a right. */
interface Variant {
  readonly member: 'no' | Membership;
  readonly grants: readonly string[];
  readonly withheld: readonly string[];
  readonly objects: readonly string[];
  readonly ledger: 'none' | 'unusable' | 'read only' | 'granted';
  readonly policy: 'reject' | 'null';
  readonly entities: readonly string[];
}

const GRANTS = [
  'usage on schema hosp',
  'create on schema hosp',
  'create on database $db',
  ...['hosp.visit', 'hosp.ward'].flatMap((table) =>
    ['select', 'insert', 'update', 'delete', 'references'].map((right) => `${right} on ${table}`),
  ),
  'usage on sequence hosp.visit_nr',
];

const OBJECTS: Readonly<Record<string, string>> = {
  key: 'alter table hosp.visit add constraint visit_ward foreign key ("wardId") references hosp.ward',
  trigger: `create function hosp.idle() returns trigger language plpgsql as $$ begin return new; end $$;
    create trigger idle before insert on hosp.visit for each row execute function hosp.idle()`,
  index: 'create index visit_by_ward on hosp.visit ("wardId")',
  unchecked: `create table hosp.bill (visit int); insert into hosp.bill values (77);
    alter table hosp.bill add constraint bill_visit foreign key (visit) references hosp.visit not valid`,
  serial: `alter table hosp.visit add column nr int not null default nextval('hosp.visit_nr')`,
  identity: 'alter table hosp.visit add column at_all int generated by default as identity',
};

/** Most rights are there, so that each one that is missing is met as the only one. */
const variants = fc.record({
  member: fc.oneof(
    { arbitrary: fc.constant('no' as const), weight: 2 },
    { arbitrary: fc.constantFrom('yes' as const, 'without inherit' as const, 'without set' as const), weight: 3 },
  ),
  withheld: fc.uniqueArray(fc.constantFrom(...GRANTS), { maxLength: 3 }),
  objects: fc.subarray(Object.keys(OBJECTS)),
  ledger: fc.constantFrom(
    'none' as const,
    'none' as const,
    'unusable' as const,
    'read only' as const,
    'granted' as const,
  ),
  policy: fc.constantFrom('reject' as const, 'null' as const),
  entities: fc.constantFrom([], [], ['visit']),
});
const SAMPLED = fc.sample(variants, { numRuns: variantCount({ suite: 5, all: 20 }), seed: 20261201 });
const VARIANTS = [...SAMPLED, ...LONE_RIGHTS].map(
  (variant, at) => [at, { ...variant, grants: GRANTS.filter((grant) => !variant.withheld.includes(grant)) }] as const,
);

async function prepare({ member, grants, objects, ledger }: Variant): Promise<void> {
  const db = `"${new URL(database.url).pathname.slice(1)}"`;
  await client.query(`drop schema if exists hosp, apart, cutover cascade;
    revoke ${owner} from ${user}; drop owned by ${user};
    create schema hosp; create sequence hosp.visit_nr;
    create table hosp.ward (id int primary key); create table hosp.visit (id int primary key, "wardId" int)`);
  for (const object of objects) await client.query(OBJECTS[object] ?? '');
  const { rows } = await client.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'hosp'`,
  );
  for (const { name } of rows) await client.query(`alter table ${name} owner to ${owner}`);
  await client.query(`grant usage on schema hosp to ${owner}; grant temporary on database ${db} to ${user}`);
  if (member !== 'no') await client.query(membership(user, owner, member));
  for (const grant of grants) await client.query(`grant ${grant.replace('$db', db)} to ${user}`);
  await client.query('insert into hosp.ward values (5)');
  if (ledger === 'none') return;
  const target = await openPostgresTarget({ url: database.url });
  await target.ledger.install();
  await target.close();
  if (ledger !== 'unusable') {
    await client.query(
      `grant usage on schema cutover to ${user}; grant select on all tables in schema cutover to ${user}`,
    );
  }
  if (ledger === 'granted')
    await client.query(`grant insert, update, delete on all tables in schema cutover to ${user}`);
}

function withPolicy(policy: Variant['policy']): Project {
  const [ward, visit] = mappings;
  if (ward === undefined || visit === undefined) throw new RangeError('two mappings');
  return { ...project, mappings: [ward, { ...visit, orphans: { wardId: policy } }] };
}

function migrated(into: Project, entities: readonly string[], changes: Partial<MigrationRequest> = {}) {
  const rejectLimit = { kind: 'percent', percent: 100 } as const;
  const request = { ...DEFAULT_MIGRATION, rejectLimit, allowTriggers: ALL.allowTriggers, ...changes, entities };
  return runMigration(into, request, QUIET);
}

/** Ward 99 is none; ward 1 is one where the run loads it. */
function expectedVisits({ objects, policy, entities }: Variant): object[] {
  return [
    { id: 1, wardId: 1, fits: entities.length === 0 },
    { id: 2, wardId: 99, fits: false },
  ].flatMap(({ id, wardId, fits }): object[] => {
    if (fits || !objects.includes('key')) return [{ id, wardId }];
    return policy === 'null' ? [{ id, wardId: null }] : [];
  });
}

const rightsIn = (issues: readonly Issue[]): Issue[] => issues.filter(({ code }) => code === 'TARGET_RIGHTS');

const behindIn = (issues: readonly Issue[]): Issue[] => issues.filter(({ code }) => code === 'SEQUENCE_BEHIND');

/** The statements that a finding offers, as who it names runs them. */
async function cure(issues: readonly Issue[]): Promise<void> {
  for (const { hint } of issues) await runCures(client, hint);
}

describe('rights on the target', () => {
  const ready: number[] = [];

  it.each(VARIANTS)(
    'are known before a run uses them, and can be granted as the finding says (variant %i)',
    async (at, variant) => {
      await prepare(variant);
      const { entities } = variant;
      const asUser = withPolicy(variant.policy);
      const first = await runCheck(asUser, { ...ALL, entities });
      const lacking = rightsIn(first);
      expect(first.filter(({ level, code }) => level === 'error' && code !== 'TARGET_RIGHTS')).toEqual([]);
      if (lacking.length === 0) ready.push(at);
      // A schema that may be used shows what else is lacking.
      let found = first;
      for (let round = 0; round < 3 && rightsIn(found).length > 0; round += 1) {
        await cure(rightsIn(found));
        found = await runCheck(asUser, { ...ALL, entities });
      }
      expect(hasErrors(found)).toBe(false);
      const { outcome } = await migrated(asUser, entities);
      expect(outcome?.entities.map(({ code }) => code ?? null)).toEqual(outcome?.entities.map(() => null));
      expect(outcome?.state).toBe('complete');
      const { rows } = await client.query('select id, "wardId" from hosp.visit order by id');
      expect(rows).toEqual(expectedVisits(variant));
      const indexes = await client.query(`select from pg_indexes where indexname = 'visit_by_ward'`);
      expect(indexes.rowCount).toBe(variant.objects.includes('index') ? 1 : 0);
    },
  );

  it('were lacking in some variants and complete in others', () => {
    expect(ready.length).toBeGreaterThanOrEqual(1);
    expect(VARIANTS.length - ready.length).toBeGreaterThanOrEqual(3);
  });
});

describe('a sequence whose column the load fills', () => {
  it.each<[string, Variant['member'], string]>([
    ['a default', 'yes', `default nextval('hosp.visit_nr')`],
    ['an identity', 'no', 'generated by default as identity'],
  ])('is a warning with its grant where this user may not set it (%s)', async (_, member, numbering) => {
    const rest = { withheld: [], objects: [], policy: 'reject', entities: [], ledger: 'none' } as const;
    await prepare({ ...rest, member, grants: GRANTS });
    const how = numbering.startsWith('default') ? 'set' : 'add';
    await client.query(`alter table hosp.ward alter id ${how} ${numbering}`);
    const found = behindIn(await runCheck(project, { ...ALL }));
    expect(found).toMatchObject([{ subject: 'ward', level: 'warning' }]);
    expect(found[0]?.message).toMatch(/SELECT and UPDATE on sequence hosp\.\w+, which numbers id/);
    await cure(found);
    expect(behindIn(await runCheck(project, { ...ALL }))).toEqual([]);
    expect((await migrated(project, [])).outcome?.state).toBe('complete');
    await client.query('insert into hosp.ward default values');
    expect((await client.query('select id from hosp.ward order by id')).rows).toEqual([
      { id: 1 },
      { id: 5 },
      { id: 6 },
    ]);
  });
});

/** Who may load, and neither see the sequence of a column that is loaded nor set it. */
async function prepareSequence(grant = 'usage on schema hosp'): Promise<void> {
  const rest = { withheld: [], objects: [], policy: 'reject', entities: [], ledger: 'none' } as const;
  await prepare({ ...rest, member: 'no', grants: GRANTS.filter((right) => !right.includes('sequence')) });
  await client.query(`alter table hosp.ward alter id set default nextval('hosp.visit_nr'); truncate hosp.ward;
    grant ${grant} to ${user}`);
}

describe('a sequence that this user could not set', () => {
  const known = async (): Promise<Issue[]> => {
    const { issues } = await runValidation(project, { entities: [], runId: null, level: 'rows' }, QUIET);
    return behindIn(issues);
  };

  it('is found by validate, report and the next steps until its owner has set it', async () => {
    await prepareSequence();
    const { outcome } = await migrated(project, []);
    expect(outcome).toMatchObject({ state: 'complete', behind: [{ sequence: 'visit_nr', column: 'id' }] });
    const found = await known();
    expect(found).toMatchObject([{ level: 'warning', subject: 'ward.id' }]);
    expect(found[0]?.message).toContain('may not see where sequence visit_nr stands');
    const report = await runReport({ url: role.url }, null);
    expect(behindIn(report.issues)).toEqual(found);
    expect(report.verdict.advice).toContain(found[0]?.hint);
    // Whoever may see it is told where it stands.
    await client.query(`grant select on hosp.visit_nr to ${user}`);
    const seen = await known();
    expect(seen[0]?.message).toContain('gives 1 next, and the column holds numbers up to 1');
    await cure(seen);
    // Nobody has validated since.
    const after = await runReport({ url: role.url }, null);
    expect(behindIn(after.issues)).toEqual([]);
    expect(after.verdict.advice ?? '').not.toContain('setval');
    expect(await known()).toEqual([]);
    await client.query('insert into hosp.ward default values');
    expect((await client.query('select id from hosp.ward order by id')).rows).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it('is found where the rows of its table may not be read any more, with the grants', async () => {
    await prepareSequence();
    await migrated(project, []);
    await client.query(`grant select on hosp.visit_nr to ${user}; revoke select on hosp.ward from ${user};
      revoke usage on schema hosp from ${user}`);
    const behind = async () => behindIn((await runReport({ url: role.url }, null)).issues);
    const [unread, ...others] = await behind();
    expect(others).toEqual([]);
    expect(unread?.message).toBe(
      'this user may not read ward: whether sequence visit_nr gives numbers that id has is not known',
    );
    await runCures(client, unread?.hint);
    expect((await behind())[0]?.message).toContain('gives 1 next');
  });

  it.each([
    ['is seen', 'select on hosp.visit_nr'],
    ['is not seen', 'usage on sequence hosp.visit_nr'],
  ])('is set in step with its increment, and never back (where it stands %s)', async (_, grant) => {
    await prepareSequence();
    await client.query(
      `grant ${grant} to ${user}; alter sequence hosp.visit_nr increment 2 minvalue 1 start 2 restart 2`,
    );
    await migrated(project, []);
    await client.query('update hosp.ward set id = 500');
    const stands = async (): Promise<unknown> =>
      (await client.query(`select nextval('hosp.visit_nr')::int as nr`)).rows;
    const found = await known();
    expect(found).toHaveLength(1);
    await cure(found);
    expect(await stands()).toEqual([{ nr: 502 }]);
    await client.query(`select setval('hosp.visit_nr', 900)`);
    await cure(found);
    expect(await stands()).toEqual([{ nr: 902 }]);
    // Without a number left it is the next insert that fails, and none that repeats one.
    await client.query(`alter sequence hosp.visit_nr maxvalue 501 restart 2`);
    await cure(await known());
    await expect(stands()).rejects.toMatchObject({ code: '2200H' });
  });

  it.each(['usage on schema hosp', 'usage on sequence hosp.visit_nr'])(
    'does not keep this user from a rehearsal (%s)',
    async (grant) => {
      await prepareSequence(grant);
      const { outcome } = await migrated(project, [], { mode: 'rehearse' });
      expect(outcome?.state).toBe('complete');
      expect(outcome?.behind).toEqual([]);
    },
  );
});

describe('a role without rights', () => {
  const BARE: Variant = {
    ...{ member: 'no', withheld: [], objects: ['key'], policy: 'reject', entities: [], ledger: 'none' },
    grants: ['usage on schema hosp', 'create on database $db'],
  };

  it('is not shown as filled what it may not read', async () => {
    await prepare(BARE);
    const unreadable = await runCheck(project, ALL);
    expect(unreadable.map(({ code }) => code)).not.toContain('TARGET_NOT_EMPTY');
    expect(rightsIn(unreadable).map(({ message }) => message)).toEqual([
      expect.stringContaining('SELECT on hosp.ward'),
      expect.stringContaining('SELECT on hosp.visit'),
      // As the parent of visit.
      expect.stringContaining('SELECT on hosp.ward'),
    ]);
    await client.query(`grant select on hosp.ward to ${user}`);
    const readable = (await runCheck(project, ALL)).filter(({ code }) => code === 'TARGET_NOT_EMPTY');
    expect(readable.map(({ subject }) => subject)).toEqual(['ward']);
  });

  it('is offered the rights of an owner, and not the role', async () => {
    await prepare(BARE);
    await cure(rightsIn(await runCheck(project, ALL)));
    expect(await mayBecome(owner)).toEqual({ uses: true, becomes: serverMajor() < 16 });
    // Whoever may become the owner already keeps that.
    await prepare({ ...BARE, member: 'without inherit' });
    await cure(rightsIn(await runCheck(project, ALL)));
    expect(await mayBecome(owner)).toEqual({ uses: true, becomes: true });
  });

  it('is offered the table where its owner is a superuser', async () => {
    await prepare({ ...BARE, objects: ['key', 'unchecked'] });
    const superuser = new URL(database.url).username;
    await client.query(`alter table hosp.visit owner to ${superuser}; alter table hosp.bill owner to ${superuser}`);
    const lacking = rightsIn(await runCheck(project, ALL));
    const hints = lacking.map(({ hint = '' }) => hint).join(' ');
    expect(hints).toContain(
      `(${superuser} is a superuser, whose role is not to be granted: the objects change their owner)`,
    );
    expect(hints).toContain(`alter table "hosp"."visit" owner to "${user}"`);
    expect(hints).toContain(`alter table "hosp"."bill" owner to "${user}"`);
    await cure(lacking);
    expect(await mayBecome(superuser)).toEqual({ uses: false, becomes: false });
    expect(rightsIn(await runCheck(project, ALL))).toEqual([]);
  });
});

/** Before PostgreSQL 16 every member of a role may become it. */
async function mayBecome(other: string): Promise<unknown> {
  const { rows } = await client.query<{ uses: boolean; becomes: boolean }>(
    `select pg_has_role($1, $2, 'usage') as uses, pg_has_role($1, $2, '${serverMajor() < 16 ? 'member' : 'set'}') as becomes`,
    [user, other],
  );
  return rows[0];
}

async function refusalOf(command: () => Promise<unknown>): Promise<MigrationError> {
  const error: unknown = await command().then(
    () => new RangeError('nothing was refused'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof MigrationError)) throw error;
  return error;
}

describe('a run whose role may only read and insert', () => {
  const later = (issues: readonly Issue[]): Issue[] => issues.filter(({ code }) => code === 'TARGET_RIGHTS_LATER');
  const reset = async () => {
    const runId = (await listRuns({ url: role.url }))[0]?.id ?? '';
    return runReset({ url: role.url }, { runId, entities: [] }, QUIET);
  };
  const repair = async (): Promise<unknown> => {
    const { run, findings } = await runValidation(project, { entities: [], runId: null, level: 'rows' }, QUIET);
    const path = join(temporaryFolder(), 'differences.json');
    await writeDifferences(path, { run, level: 'rows', findings });
    return runRepair(project, await readDifferences(path), QUIET);
  };

  beforeEach(async () => {
    const rest = { withheld: [], objects: [], policy: 'reject', entities: [], ledger: 'none' } as const;
    const grants = GRANTS.filter((grant) => !/^(delete|update|references)/.test(grant));
    await prepare({ ...rest, member: 'no', grants });
    // A table outside the run, of another owner and in a schema of its own, that leads to one of the run.
    await client.query(`create schema apart authorization ${owner}; create table apart.bill (visit int constraint bill_visit references hosp.visit on delete cascade);
      alter table apart.bill owner to ${owner}; truncate hosp.ward`);
  });

  it('is warned of what a reset and a repair would need, which is then enough', async () => {
    const found = later(await runCheck(project, ALL));
    expect(found.map(({ subject, level }) => [subject, level])).toEqual([
      ['ward', 'warning'],
      ['visit', 'warning'],
    ]);
    expect(found[1]?.message).toContain('USAGE on schema apart, for its key bill_visit; SELECT on apart.bill');
    expect((await migrated(project, [])).outcome?.state).toBe('complete');
    await cure(found);
    expect(later(await runCheck(project, ALL))).toEqual([]);
    await client.query('insert into apart.bill values (1); update hosp.visit set "wardId" = 7');
    await repair();
    expect((await client.query('select visit from apart.bill')).rows).toEqual([{ visit: 1 }]);
    expect((await refusalOf(reset)).message).toContain('apart.bill by bill_visit (1)');
    await client.query('delete from apart.bill');
    await reset();
    expect((await client.query('select from hosp.visit')).rowCount).toBe(0);
    expect((await client.query(`select from pg_constraint where conname = 'bill_visit'`)).rowCount).toBe(1);
  });

  it('names the statements in the error of a reset or a repair, which own no table outside the run', async () => {
    expect((await migrated(project, [])).outcome?.state).toBe('complete');
    expect((await refusalOf(reset)).hint).toContain(`grant delete on "hosp"."visit" to "${user}"`);
    await client.query('update hosp.visit set "wardId" = 7 where id = 1');
    const grant = async (error: MigrationError): Promise<void> => {
      expect(error).toMatchObject({ code: 'TARGET_RIGHTS' });
      await runCures(client, error.hint);
    };
    await grant(await refusalOf(repair));
    await grant(await refusalOf(repair));
    await repair();
    expect((await client.query('select "wardId" from hosp.visit where id = 1')).rows).toEqual([{ wardId: 1 }]);
    // Its rows go by cascade if the key stays in force while one that they refer to is replaced.
    await client.query('insert into apart.bill values (1); update hosp.visit set "wardId" = 8 where id = 1');
    const refused = await refusalOf(repair);
    expect(refused.message).toContain('ownership of apart.bill');
    expect((await client.query('select from apart.bill')).rowCount).toBe(1);
  });
});

describe('a ledger that another role has made', () => {
  const OWNED: Variant = {
    ...{ member: 'yes', grants: GRANTS, withheld: [], objects: ['key'], policy: 'reject', entities: [] },
    ledger: 'unusable',
  };
  const READING = [
    ['status', () => runStatus({ url: role.url }, null)],
    ['report', () => runReport({ url: role.url }, null)],
    ['validate', () => runValidation(project, { entities: [], runId: null, level: 'counts' }, QUIET)],
    ['ledger list', () => listRuns({ url: role.url })],
  ] as const;
  const usage = (): string => `grant usage on schema "cutover" to "${user}"`;
  const select = (): string => `grant select on all tables in schema "cutover" to "${user}"`;
  const write = (): string => `grant insert, update, delete on all tables in schema "cutover" to "${user}"`;

  it('is a finding of check with its grants, beside all others, where the schema may not be used', async () => {
    await prepare(OWNED);
    const issues = await runCheck(project, { ...ALL });
    expect(rightsIn(issues)).toMatchObject([{ subject: 'target', level: 'error' }]);
    for (const grant of [usage(), select(), write()]) expect(rightsIn(issues)[0]?.hint).toContain(grant);
    expect(issues.map(({ code }) => code)).toContain('TARGET_NOT_EMPTY');
  });

  it.each(READING)('ends %s by name and with its grants, which are then enough', async (_, command) => {
    await prepare(OWNED);
    await migrated({ ...project, target: { url: database.url } }, []);
    await client.query(`insert into hosp.ward values (6) on conflict do nothing`);
    const refused = await refusalOf(command);
    expect(refused).toMatchObject({ code: 'TARGET_RIGHTS' });
    expect(refused.hint).toContain(usage());
    expect(refused.hint).toContain(select());
    expect(refused.hint).not.toContain('insert');
    await client.query(`${usage()}; ${select()}; revoke select on cutover.reject from ${user}`);
    expect((await refusalOf(command)).hint).toBe(`Run as ${new URL(database.url).username}: ${select()};`);
    await client.query(select());
    await expect(command()).resolves.toBeTruthy();
  });

  it('is refused by migrate before anything is written, until it may be written', async () => {
    await prepare(OWNED);
    expect(await refusalOf(() => migrated(project, []))).toMatchObject({ code: 'TARGET_RIGHTS' });
    await client.query(`${usage()}; ${select()}`);
    expect(await refusalOf(() => migrated(project, []))).toMatchObject({ code: 'PREFLIGHT_FAILED' });
    expect((await client.query('select from cutover.run')).rowCount).toBe(0);
    await client.query(write());
    const { outcome } = await migrated(project, []);
    expect(outcome?.state).toBe('complete');
  });

  it('is refused by reset and retry before anything is written', async () => {
    await prepare(OWNED);
    await migrated({ ...project, target: { url: database.url } }, []);
    await client.query(`${usage()}; ${select()}`);
    const runId = (await listRuns({ url: role.url }))[0]?.id ?? '';
    const reset = (): Promise<unknown> => runReset({ url: role.url }, { runId, entities: [] }, QUIET);
    const retry = (): Promise<unknown> => runRetry(project, { runId: null, entities: [] }, QUIET);
    for (const command of [reset, retry]) {
      const refused = await refusalOf(command);
      expect(refused).toMatchObject({ code: 'TARGET_RIGHTS' });
      expect(refused.hint).toContain(write());
    }
  });
});
