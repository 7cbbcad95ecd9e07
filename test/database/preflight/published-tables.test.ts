import { runCheck } from '../../../src/app/run-check';
import { runReset } from '../../../src/app/run-reset';
import type { Project } from '../../../src/app/project/databases';
import type { Issue } from '../../../src/core/issues';
import { runCures } from '../../support/cures';
import { load } from '../../support/load';
import { type OneTarget } from '../../support/one-target';
import { QUIET } from '../../support/quiet';
import { fromPostgres } from '../../support/server-version';
import { PLAIN_TABLES, projectOf, ROUND_TRIP, roundTrip, startRoundTrip } from '../../support/round-trip';

const CODE = 'TARGET_NO_REPLICA_IDENTITY';
const UNKEYED = [
  'drop table if exists ch, par cascade',
  'create table par (id int primary key)',
  `create table ch (id int, pid int references par, x varchar(30) check (x <> 'x4'))`,
];
const PARTITIONED = [
  'drop table if exists ch, par cascade',
  'create table par (id int primary key)',
  `create table ch (id int, pid int references par, x varchar(30) check (x <> 'x4')) partition by range (id)`,
  'create table ch_low partition of ch for values from (0) to (6)',
  'create table ch_high partition of ch default',
];

let target: OneTarget;
let project: Project;

beforeAll(async () => {
  target = await startRoundTrip();
  project = projectOf(target);
});
afterAll(async () => {
  await target.stop();
});

const anew = (...statements: readonly string[]): Promise<void> =>
  target.anew('drop publication if exists pub', ...statements);

async function withoutReplicaIdentity(): Promise<Issue[]> {
  const issues = await runCheck(project, { entities: [], scope: 'everything' });
  return issues.filter(({ code }) => code === CODE);
}

const refusedUntilCured = async (
  _: string,
  tables: readonly string[],
  publish: string,
  names: string,
): Promise<void> => {
  await anew(...tables, publish);
  const [issue] = await withoutReplicaIdentity();
  expect(issue).toMatchObject({
    level: 'error',
    subject: 'ch',
    message: expect.stringContaining(`publishes ${names} `) as string,
  });
  await expect(load(project)).rejects.toMatchObject({ code: 'PREFLIGHT_FAILED', facts: { first: CODE } });
  expect((await target.client.query(`select from pg_namespace where nspname = 'cutover'`)).rowCount).toBe(0);
  await runCures(target.client, issue?.hint);
  expect(await withoutReplicaIdentity()).toEqual([]);
  await target.client.query('insert into ch values (1); update ch set x = id; delete from ch');
};

describe('a target whose tables are published', () => {
  it('takes the ledger, a run, a repair and a reset where each table has a key', async () => {
    await anew(...PLAIN_TABLES, 'create publication pub for all tables');
    expect(await withoutReplicaIdentity()).toEqual([]);
    expect(await roundTrip(target, project)).toEqual(ROUND_TRIP);
  });

  it.each([
    ['for all tables', UNKEYED, 'create publication pub for all tables', 'ch'],
    ['by name', UNKEYED, 'create publication pub for table ch', 'ch'],
    ['as partitions', PARTITIONED, 'create publication pub for table ch', 'ch_high, ch_low'],
    [
      'through their root',
      PARTITIONED,
      'create publication pub for table ch with (publish_via_partition_root = true)',
      'ch_high, ch_low',
    ],
    ['one partition', PARTITIONED, 'create publication pub for table ch_low', 'ch_low'],
  ])('is refused before anything is written, with the statement that cures it: %s', refusedUntilCured);

  fromPostgres(15).each([
    ['with its schema', UNKEYED, 'create publication pub for tables in schema public', 'ch'],
    [
      'with a filter that its key does not cover',
      PLAIN_TABLES,
      `create publication pub for table ch where (x <> 'z')`,
      'ch',
    ],
  ])('is refused before anything is written, with the statement that cures it: %s (PostgreSQL 15)', refusedUntilCured);

  it('goes through a run, a repair and a reset once its tables have a replica identity', async () => {
    await anew(...PARTITIONED, 'create publication pub for all tables with (publish_via_partition_root = true)');
    await runCures(target.client, (await withoutReplicaIdentity())[0]?.hint);
    expect(await roundTrip(target, project)).toEqual(ROUND_TRIP);
  });

  fromPostgres(15)('is refused without a statement where a publication lists columns (PostgreSQL 15)', async () => {
    await anew(...PLAIN_TABLES, 'create publication pub for table ch (pid, x)');
    expect(await withoutReplicaIdentity()).toMatchObject([
      { level: 'error', hint: 'Let the column lists of the publications cover the replica identity of ch.' },
    ]);
    await target.client.query('alter publication pub set table ch (id, x)');
    expect(await withoutReplicaIdentity()).toEqual([]);
  });

  it.each([
    ['inserts alone are published', `create publication pub for all tables with (publish = 'insert')`],
    ['another table is published', 'create publication pub for table par'],
    ['nothing is published', 'select'],
  ])('is not refused where %s', async (_, publish) => {
    await anew(...UNKEYED, publish);
    expect(await withoutReplicaIdentity()).toEqual([]);
  });

  it('can be rehearsed on, orphans included, also without a replica identity', async () => {
    await anew(...UNKEYED, 'create publication pub for all tables');
    const { issues, outcome } = await load(project, { mode: 'rehearse' });
    expect(issues.filter(({ code }) => code === CODE)).toMatchObject([{ level: 'warning' }]);
    expect(outcome).toMatchObject({ state: 'complete' });
  });

  it('says of a table that was published after the load what a reset lacks, and takes the run back after it', async () => {
    await anew(...UNKEYED);
    const { outcome } = await load(project);
    await target.client.query('create publication pub for all tables');
    const reset = () => runReset(project.target, { runId: outcome?.runId ?? '', entities: [] }, QUIET);
    await expect(reset()).rejects.toMatchObject({
      facts: { sqlState: '55000' },
      hint: expect.stringContaining('alter table … replica identity full') as string,
    });
    await target.client.query('alter table ch replica identity full');
    await reset();
    expect((await target.client.query('select from ch')).rowCount).toBe(0);
  });
});
