import fc from 'fast-check';
import type { Client } from 'pg';
import { MigrationError } from '../../../src/core/errors';
import type { Emit } from '../../../src/core/run/events';
import type { Issue } from '../../../src/core/issues';
import type { Target } from '../../../src/core/ports/target';
import { standingIssues } from '../../../src/core/run/standing';
import { memorySource } from '../../support/memory/memory-source';
import { openSpillFile } from '../../../src/files/spill-file';
import { lanesBy, openLane } from '../../../src/migrate/load/lane';
import { NEVER_KILLED } from '../../../src/migrate/run/way-out';
import { migrate, type MigrationPorts } from '../../../src/migrate/run/migrate';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import { NO_SETTINGS } from '../../../src/core/run/run-settings';
import { aJob, sourceTable, stillClock, type EntityShape, runOptions } from '../../support/a-run';
import { breakingProxy } from '../../support/breaking-proxy';
import type { FreshDatabase } from '../../support/databases';
import { targetForAll } from '../../support/opened-target';
import { variantCount } from '../../support/variants';
import { column } from '../../support/sql';

let database: FreshDatabase;
let client: Client;
let target: Target;

const opened = targetForAll('without a ledger');
beforeAll(async () => {
  ({ database, client, target } = await opened());
});

const ENTITIES = ['a', 'b', 'c'] as const;
type Name = (typeof ENTITIES)[number];
const PARENTS: Readonly<Record<Name, readonly Name[]>> = { a: [], b: ['a'], c: ['a', 'b'] };
/** By name, which tables a key joins: `z` is none of the run's. */
const KEYS: Readonly<Record<string, readonly [string, string]>> = {
  a_z: ['a', 'z'],
  b_a: ['b', 'a'],
  c_a: ['c', 'a'],
  c_b: ['c', 'b'],
  c_c: ['c', 'c'],
};
/** Each row refers to row 7, which the first chunk does not bring. */
const SCHEMA = `drop schema if exists cutover cascade; drop table if exists a, b, c, z;
  create table z (id int4 primary key); insert into z values (7);
  create table a (id int4 primary key, z_id int4 default 7 constraint a_z references z);
  create table b (id int4 primary key, a_id int4 default 7 constraint b_a references a);
  create table c (id int4 primary key, a_id int4 default 7 constraint c_a references a,
    b_id int4 default 7 constraint c_b references b, c_id int4 default 7 constraint c_c references c);
  create or replace function stay() returns trigger language plpgsql as $$ begin return coalesce(new, old); end $$;
  ${ENTITIES.map(
    (
      name,
    ) => `create trigger ${name}_trigger before insert or update or delete on ${name} for each row execute function stay();
      create rule ${name}_rule as on delete to ${name} do also select 1; create index ${name}_index on ${name} (id);`,
  ).join('\n')}`;
const BEFORE: Readonly<Record<Name, string>> = {
  a: 'insert into a values (100, null)',
  b: 'insert into b values (100, null)',
  c: 'insert into c values (100, null, null, null)',
};

const ENDS = [
  'interrupted',
  'source lost',
  'entity failed',
  'too many rejects',
  'crashed',
  'killed',
  'not restored',
] as const;
interface Variant {
  readonly end: (typeof ENDS)[number];
  readonly entity: Name;
  /** Of three: at which the run ends. */
  readonly chunk: number;
  readonly before: readonly Name[];
  readonly lanes: number;
}

const catalogue = () =>
  column(
    client,
    `select 'key ' || conname || convalidated from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace
     union all select 'index ' || indexname from pg_indexes where indexname ~ '_index$'
     union all select 'trigger ' || tgname || tgenabled::text from pg_trigger where not tgisinternal and tgname !~ '^(seal|chain)_'
     union all select 'rule ' || rulename || ev_enabled::text from pg_rewrite where rulename ~ '_rule$' order by 1`,
  );
const aside = async () => new Set(await column(client, `select object from cutover.journal where state = 'aside'`));

interface Loaded {
  readonly rows: number;
  readonly chunks: number;
}

/** What the rule says is away: that of tables which the run alone fills, and keys between such tables. */
function expectedAside({ before, end }: Variant, { rows, chunks }: Loaded): Set<string> {
  const isAway = (table: string): boolean => table !== 'z' && !before.includes(table as Name);
  const isDone = chunks === 3 * ENTITIES.length && end !== 'not restored';
  if (isDone || (rows === 0 && end !== 'killed')) return new Set();
  const own = ENTITIES.filter(isAway).flatMap((name) => [`${name}_trigger`, `${name}_rule`, `${name}_index`]);
  const keys = Object.entries(KEYS).filter(([, joined]) => joined.every(isAway));
  return new Set([...own, ...keys.map(([name]) => name)]);
}

const fail = {
  'source lost': () => new MigrationError('SOURCE_UNREACHABLE', 'gone'),
  'entity failed': () => new MigrationError('SOURCE_READ_FAILED', 'broken'),
  crashed: () => new TypeError('a defect'),
} as const;

/** Runs until the variant ends it; answers with the findings. */
async function runEnding({ end, entity, chunk, lanes }: Variant, at: Target = target): Promise<Issue[]> {
  const issues: Issue[] = [];
  const shapes = ENTITIES.map((name): EntityShape => {
    const bad = end === 'too many rejects' && name === entity ? [chunk * 5 + 1] : [];
    return { entity: name, rows: 12, parents: PARENTS[name], bad };
  });
  const source = memorySource(shapes.map(sourceTable));
  const interrupt = new AbortController();
  const read = source.read.bind(source);
  let killed: (() => Promise<void>) | undefined;
  source.read = async function* (request, bounds) {
    const number = bounds.kind === 'key' ? Number(bounds.after?.[0] ?? 0) / 5 : 0;
    if (request.plan.entity === entity && number === chunk) {
      if (end === 'interrupted') interrupt.abort();
      if (end === 'killed') {
        interrupt.abort();
        await killed?.();
        throw new MigrationError('INTERRUPTED', 'the process is gone');
      }
      if (end in fail) throw fail[end as keyof typeof fail]();
    }
    yield* read(request, bounds);
  };
  const restoreForeignKeys = (): Promise<never> => Promise.reject(new MigrationError('LOAD_FAILED', 'refused'));
  const emit: Emit = (name, facts) => {
    if (name === 'issue') issues.push(facts as Issue);
  };
  const ports: MigrationPorts = {
    source,
    target: end === 'not restored' ? { ...at, restoreForeignKeys } : at,
    clock: stillClock,
    emit,
    signal: interrupt.signal,
    openLanes: lanesBy(openLane, lanes),
    openSpill: openSpillFile,
    beforeKilled: (work) => {
      killed = work;
      return () => undefined;
    },
  };
  const options = runOptions({ batchSize: 5, rejectLimit: { kind: 'rows', rows: 0 }, lanes, reconnectMs: 0 });
  await migrate(shapes.map(aJob), ports, options).catch((error: unknown) => {
    if (!(error instanceof TypeError) && !(error instanceof MigrationError)) throw error;
  });
  return issues;
}

async function resumed(fingerprint?: string): Promise<void> {
  const shapes = ENTITIES.map((entity): EntityShape => ({ entity, rows: 12, parents: PARENTS[entity] }));
  const ports = {
    source: memorySource(shapes.map(sourceTable)),
    target,
    clock: stillClock,
    emit: () => undefined,
    signal: new AbortController().signal,
    openLanes: lanesBy(openLane, 1),
    openSpill: openSpillFile,
    beforeKilled: NEVER_KILLED,
  };
  const jobs = shapes.map(aJob).map((job) => (fingerprint === undefined ? job : { ...job, fingerprint }));
  const options = runOptions({ newRunId: 'none', resume: {}, batchSize: 5, rejectLimit: { kind: 'rows', rows: 3 } });
  const outcome = await migrate(jobs, ports, options);
  expect(outcome).toMatchObject({ state: 'complete', aside: 0 });
}

async function prepared(before: readonly Name[]): Promise<void> {
  await client.query(SCHEMA);
  for (const name of before) await client.query(BEFORE[name]);
}

async function loadedSoFar(): Promise<Loaded> {
  const [found] = await column(
    client,
    `select json_build_object('rows', coalesce(sum(inserted), 0), 'chunks', count(*)) from cutover.chunk_load`,
  );
  return found as Loaded;
}

async function check(variant: Variant): Promise<void> {
  await prepared(variant.before);
  const before = await catalogue();
  const issues = await runEnding(variant);
  expect(await aside()).toEqual(expectedAside(variant, await loadedSoFar()));
  const invalid = await column(
    client,
    `select conname || ' of ' || conrelid::regclass from pg_constraint where not convalidated`,
  );
  const standing = await target.standing();
  expect(new Set(standing.unproven?.flatMap(({ keys }) => keys) ?? [])).toEqual(new Set(invalid));
  expect(issues.some(({ code }) => code === 'KEYS_NOT_VALID')).toBe(invalid.length > 0);
  expect(standingIssues(standing).filter(({ code }) => code === 'KEYS_NOT_VALID')).toHaveLength(
    invalid.length > 0 ? 1 : 0,
  );
  const [state] = await column(client, 'select state from cutover.run');
  if (state !== 'complete') await resumed();
  expect(await catalogue()).toEqual(before);
  expect(standingIssues(await target.standing())).toEqual([]);
}

describe('a run that ends early', () => {
  it.each(ENDS)('and is %s leaves away only what belongs to tables that it fills alone', async (end) => {
    await check({ end, entity: 'b', chunk: 1, before: ['b'], lanes: 1 });
    await check({ end, entity: 'c', chunk: 1, before: ['a'], lanes: 1 });
  });

  it('does so in whatever way it ends, over whichever tables had rows before', async () => {
    const variant = fc.record({
      end: fc.constantFrom(...ENDS),
      entity: fc.constantFrom(...ENTITIES),
      chunk: fc.integer({ min: 0, max: 2 }),
      before: fc.subarray([...ENTITIES]),
      lanes: fc.integer({ min: 1, max: 2 }),
    });
    await fc.assert(fc.asyncProperty(variant, check), {
      numRuns: variantCount({ suite: 5, all: 24 }),
      seed: 8,
      endOnFailure: true,
    });
  });
});

describe('a killed process, which can bring back nothing', () => {
  it('is told of by every next command, and the next resume brings it back, even one that is refused', async () => {
    await prepared(['b']);
    const before = await catalogue();
    const dead = { ...target, restoreLiving: () => Promise.reject(new MigrationError('TARGET_UNREACHABLE', 'gone')) };
    await runEnding({ end: 'source lost', entity: 'b', chunk: 1, before: ['b'], lanes: 1 }, dead);
    expect(await aside()).toEqual(
      new Set([
        ...Object.keys(KEYS),
        ...ENTITIES.flatMap((name) => [`${name}_trigger`, `${name}_rule`]),
        'a_index',
        'c_index',
      ]),
    );
    expect(standingIssues(await target.standing())).toMatchObject([{ code: 'OBJECTS_ASIDE', level: 'error' }]);
    await expect(resumed('another mapping')).rejects.toMatchObject({ code: 'CHECKPOINT_STALE' });
    expect(await aside()).toEqual(
      new Set(['a_trigger', 'a_rule', 'a_index', 'c_trigger', 'c_rule', 'c_index', 'c_a', 'c_c']),
    );
    await resumed();
    expect(await catalogue()).toEqual(before);
  });
});

describe('a process that is killed while it brings them back, or before', () => {
  const TABLES = ENTITIES.map((name) => ({ schema: 'public', name }));
  const living = [{ schema: 'public', name: 'b' }];

  it('leaves a target whose next start, at any statement of it, comes to the same end', async () => {
    await prepared(['b']);
    const before = await catalogue();
    await target.ledger.install();
    const setup = { id: 'run-1', scn: null, source: 's', target: 't', fingerprints: {}, settings: NO_SETTINGS };
    await target.ledger.createRun(setup);
    await target.setForeignKeysAside('run-1', TABLES, living);
    await target.setObjectsAside('run-1', TABLES, living);
    expect(standingIssues(await target.standing()).map(({ code }) => code)).toEqual(['OBJECTS_ASIDE']);
    let crashes = 0;
    while (!(await restoredThrough(crashes + 1))) crashes += 1;
    expect(crashes).toBeGreaterThan(10);
    expect(await aside()).toEqual(
      new Set(['a_trigger', 'a_rule', 'a_index', 'c_trigger', 'c_rule', 'c_index', 'c_a', 'c_c']),
    );
    await target.restoreForeignKeys('run-1', []);
    await target.restoreObjects('run-1');
    expect(await catalogue()).toEqual(before);
  });

  /** Over a connection that breaks instead of sending its n-th message. Whether it got to the end. */
  async function restoredThrough(messages: number): Promise<boolean> {
    const proxy = await breakingProxy(database.url, messages);
    const dying = await openPostgresTarget({ url: proxy.url }).catch(() => null);
    const restored = await dying?.restoreLiving('run-1', 'leave').catch(() => null);
    await dying?.close();
    await proxy.close();
    return restored?.left.length === 0;
  }
});

describe('a key that cannot come back unproven', () => {
  it('is named with the reason, and stops nothing else', async () => {
    await prepared(['b']);
    await target.ledger.install();
    const setup = { id: 'run-1', scn: null, source: 's', target: 't', fingerprints: {}, settings: NO_SETTINGS };
    await target.ledger.createRun(setup);
    const tables = ENTITIES.map((name) => ({ schema: 'public', name }));
    await target.setForeignKeysAside('run-1', tables, [{ schema: 'public', name: 'b' }]);
    await target.setObjectsAside('run-1', tables, [{ schema: 'public', name: 'b' }]);
    await client.query('drop table z cascade');
    const { left, notValid } = await target.restoreLiving('run-1', 'leave');
    expect(left).toEqual([{ object: 'a_z of a', because: 'the server refuses it with SQLSTATE 42P01' }]);
    expect(notValid).toEqual([]);
    expect(await aside()).not.toContain('b_trigger');
    expect(await aside()).toContain('a_z');
  });
});
