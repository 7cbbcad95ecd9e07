import { setTimeout as sleep } from 'node:timers/promises';
import oracledb from 'oracledb';
import type { Client } from 'pg';
import { DEFAULT_MIGRATION, runMigration, type MigrationRequest } from '../../../src/app/run-migration';
import { runValidation } from '../../../src/app/run-validation';
import type { Emit } from '../../../src/core/run/events';
import { openOracleSource } from '../../../src/oracle/source/oracle-source';
import { startAbis, type Abis } from '../../support/abis';
import { traces } from '../../support/child-migration';
import { gateTo } from '../../support/gate';
import { column, connected } from '../../support/sql';

interface Doing {
  readonly emit?: Emit;
  readonly interrupt?: AbortController;
  readonly source?: Abis['project']['source'];
}

let abis: Abis;
let uninterrupted: unknown;

beforeAll(async () => {
  abis = await startAbis({ scale: 0.02 }, { undoRetentionSeconds: 0 });
  await migrate(abis.targetUrl);
  uninterrupted = await traces(abis.targetUrl);
});
afterAll(() => abis.stop());
afterEach(() => abis.standin.setFaults({}));

async function migrate(url: string, changes: Partial<MigrationRequest> = {}, doing: Doing = {}) {
  const { emit = () => undefined, interrupt = new AbortController(), source = abis.project.source } = doing;
  const notices: string[] = [];
  const listening: Emit = (name, facts) => {
    if (name === 'notice' && 'message' in facts) notices.push(facts.message);
    emit(name, facts);
  };
  const result = await runMigration(
    { ...abis.project, source, target: { url } },
    {
      ...DEFAULT_MIGRATION,
      entities: ['customer', 'coil'],
      batchSize: 200,
      rejectLimit: { kind: 'percent', percent: 100 },
      reconnectMs: 20_000,
      validate: 'no',
      ...changes,
    },
    { emit: listening, signal: interrupt.signal, confirm: () => Promise.resolve() },
  );
  return { ...result.outcome, notices };
}

async function atSource(...statements: readonly string[]): Promise<void> {
  const session = await oracledb.getConnection({ ...abis.project.source });
  try {
    for (const sql of statements) await session.execute(sql, [], { autoCommit: true });
  } finally {
    await session.close();
  }
}

describe('a source that breaks off', () => {
  it.each([1, 2])('in the middle of a fetch has its chunks read again, with %d lanes', async (lanes) => {
    const url = await abis.anotherTarget();
    await abis.standin.setFaults({ dropAfterRows: { rows: 300, times: 2 } });
    const { state, notices } = await migrate(url, { lanes });
    expect(state).toBe('complete');
    expect(notices.some((text) => text.includes('SOURCE_UNREACHABLE, trying again in'))).toBe(true);
    expect(await traces(url)).toEqual(uninterrupted);
  });

  it.each([12592, 25408])('with ORA-%d in the middle of a fetch is reached anew at the same SCN', async (ora) => {
    const url = await abis.anotherTarget();
    const emit: Emit = (name, facts) => {
      if (name !== 'chunk:loaded' || !('entity' in facts) || facts.entity !== 'customer') return;
      void abis.standin.setFaults({ errorAtFetch: { ora, fetch: 2, times: 1 } });
    };
    const { state, notices } = await migrate(url, {}, { emit });
    expect(state).toBe('complete');
    expect(notices.some((text) => text.includes('SOURCE_UNREACHABLE, trying again in'))).toBe(true);
    expect(await traces(url)).toEqual(uninterrupted);
  });

  it.each([
    ['while chunks are read', 'chunk:loaded'],
    ['while chunks are planned', 'run:started'],
  ])('and does not listen for a while is waited for %s', async (_, moment) => {
    const url = await abis.anotherTarget();
    const gate = await gateTo(abis.standin);
    const source = { ...abis.project.source, connectString: `${gate.host}:${gate.port}/ABISDB` };
    let back: Promise<void> | null = null;
    const emit: Emit = (name) => {
      if (name !== moment || back !== null) return;
      gate.shut();
      back = sleep(300).then(() => gate.open());
    };
    const { state } = await migrate(url, {}, { emit, source });
    expect(back).not.toBeNull();
    await gate.close();
    expect(state).toBe('complete');
    expect(await traces(url)).toEqual(uninterrupted);
  });

  it('and never comes back stops the run by name, which can be resumed', async () => {
    const url = await abis.anotherTarget();
    const gate = await gateTo(abis.standin);
    const source = { ...abis.project.source, connectString: `${gate.host}:${gate.port}/ABISDB` };
    const emit: Emit = (name, facts) => {
      if (name === 'chunk:loaded' && 'entity' in facts && facts.entity === 'coil') gate.shut();
    };
    const stopped = await migrate(url, { reconnectMs: 300 }, { emit, source });
    expect(stopped).toMatchObject({
      state: 'failed',
      entities: [{ state: 'complete' }, { state: 'failed', code: 'SOURCE_UNREACHABLE' }],
    });
    await gate.open();
    expect(await migrate(url, { resume: {} }, { source })).toMatchObject({ state: 'complete' });
    await gate.close();
    expect(await traces(url)).toEqual(uninterrupted);
  });
});

describe('a database that cannot go on', () => {
  it.each([
    [1652, 'V$TEMPSEG_USAGE'],
    [1877, 'dump(COLUMN)'],
  ])('as ORA-%d says fails the entity, with what to do before it is resumed', async (ora, hint) => {
    const url = await abis.anotherTarget();
    const emit: Emit = (name, facts) => {
      if (name !== 'chunk:loaded' || !('entity' in facts) || facts.entity !== 'customer') return;
      void abis.standin.setFaults({ errorAtFetch: { ora, fetch: 2, times: 1 } });
    };
    const { state, entities } = await migrate(url, {}, { emit });
    expect(state).toBe('failed');
    expect(entities?.filter(({ code }) => code !== null)).toMatchObject([
      { code: 'SOURCE_READ_FAILED', because: expect.stringContaining(hint) as string },
    ]);
    expect(await migrate(url, { resume: {} })).toMatchObject({ state: 'complete' });
    expect(await traces(url)).toEqual(uninterrupted);
  });
});

describe('undo that is overwritten', () => {
  it.each([
    [1555, 1],
    [1555, 2],
    [22922, 1],
  ])(
    '(or a LOB that is gone) while chunks are fetched, ORA-%d, has them read in pieces, each chunk still once, with %d lanes',
    async (ora, lanes) => {
      const url = await abis.anotherTarget();
      const emit: Emit = (name, facts) => {
        if (name !== 'chunk:loaded' || !('entity' in facts) || facts.entity !== 'customer') return;
        void abis.standin.setFaults({ errorAtFetch: { ora, fetch: 2, times: 1 } });
      };
      const { state, notices } = await migrate(url, { lanes, batchSize: 400 }, { emit });
      expect(state).toBe('complete');
      expect(notices.some((text) => text.includes('read again in smaller pieces'))).toBe(true);
      const client = await connected(url);
      expect(await column(client, 'select count(*) from coil')).toEqual(
        (uninterrupted as { coils: { count: string }[] }).coils.map(({ count }) => count),
      );
      await client.end();
    },
  );

  it('for good stops the run; only --new-snapshot reads what is left, and everyone is told', async () => {
    const url = await abis.anotherTarget();
    const interrupt = new AbortController();
    const emit: Emit = (name, facts) => {
      if (name === 'chunk:loaded' && 'entity' in facts && facts.entity === 'coil') interrupt.abort();
    };
    const entities = ['customer', 'coil', 'job', 'qa'];
    const first = await migrate(url, { entities }, { emit, interrupt });
    expect(first.state).toBe('interrupted');
    await loseUndo();
    await atSource('DELETE FROM AB_QA_RESULT WHERE ROWNUM <= 1');
    const again = { entities: [] };

    expect(await migrate(url, { ...again, resume: {} })).toMatchObject({
      state: 'failed',
      scn: first.scn,
      entities: expect.arrayContaining([
        expect.objectContaining({
          entity: 'coil',
          code: 'SNAPSHOT_LOST',
          because: expect.stringContaining('--resume --new-snapshot') as string,
        }),
      ]) as unknown,
    });

    const renewed = await migrate(url, { ...again, resume: { snapshot: 'new' } });
    expect(renewed.state).toBe('complete');
    expect(renewed.scn).not.toBe(first.scn);
    const byEntity = Object.fromEntries(renewed.entities?.map(({ entity, snapshots }) => [entity, snapshots]) ?? []);
    expect(byEntity).toMatchObject({
      customer: [first.scn],
      coil: [first.scn, renewed.scn],
      job: [renewed.scn],
      qa: [renewed.scn],
    });
    const client = await connected(url);
    expect(
      await column(
        client,
        `select distinct coalesce(scn, 'the run''s') from cutover.chunk_load where entity = 'coil' order by 1`,
      ),
    ).toEqual([first.scn, "the run's"]);
    expect(
      await column(client, 'select count(*) from (select id from coil group by id having count(*) > 1) d'),
    ).toEqual(['0']);
    await client.end();

    const { verdicts } = await runValidation(
      { ...abis.project, target: { url } },
      {
        entities: [],
        runId: null,
      },
    );
    const issues = verdicts.flatMap((verdict) => verdict.issues);
    expect(issues.filter(({ level }) => level === 'error')).toEqual([]);
    expect(issues.map(({ code, subject }) => [code, subject])).toEqual(
      expect.arrayContaining([
        ['SNAPSHOTS_DIFFER', 'customer'],
        ['SNAPSHOTS_DIFFER', 'coil'],
        ['SOURCE_NOT_COUNTED', 'customer'],
      ]),
    );
    expect(issues.some(({ subject }) => subject === 'qa')).toBe(false);
  });

  /** The stand-in keeps at least 32 snapshots; those before are then as gone as undo that was overwritten. */
  async function loseUndo(): Promise<void> {
    const source = await openOracleSource(abis.project.source);
    for (let taken = 0; taken < 34; taken += 1) await source.takeScn();
    await source.close();
  }
});

describe('a source table that is altered in mid-run', () => {
  /** Holds a table of the target, so that the run waits between planning and reading. */
  async function alteredWhilePlanned(table: string, entities: readonly string[], statement: string) {
    const url = await abis.anotherTarget();
    const holder = await connected(url);
    await holder.query(`begin; lock table ${table} in share mode`);
    const altered: Promise<unknown>[] = [];
    const emit: Emit = (name, facts) => {
      if (name !== 'entity:planned' || !('entity' in facts) || facts.entity !== entities.at(-1)) return;
      altered.push(atSource(statement).then(() => holder.query('rollback')));
    };
    const outcome = await migrate(url, { entities }, { emit });
    await Promise.all(altered);
    await holder.end();
    return { url, outcome };
  }

  it('fails its entity by name, others go on; --new-snapshot finishes the run where the mapping still fits', async () => {
    const { url, outcome } = await alteredWhilePlanned(
      'coil',
      ['carrier', 'customer', 'coil'],
      'ALTER TABLE AB_COIL ADD (GRADE NUMBER)',
    );
    expect(outcome).toMatchObject({
      state: 'failed',
      entities: [
        { entity: 'carrier', state: 'complete' },
        { entity: 'customer', state: 'complete' },
        { entity: 'coil', state: 'failed', code: 'SOURCE_READ_FAILED' },
      ],
    });
    const because = outcome.entities?.at(-1)?.because;
    expect(because).toContain('ORA-01466');
    expect(because).toContain('--resume --new-snapshot');
    expect(outcome.notices.filter((text) => text.includes('trying again'))).toEqual([]);
    expect(await migrate(url, { entities: [], resume: { snapshot: 'new' } })).toMatchObject({ state: 'complete' });
    const client: Client = await connected(url);
    expect(await column(client, 'select count(*) from coil')).toEqual(
      (uninterrupted as { coils: { count: string }[] }).coils.map(({ count }) => count),
    );
    await client.end();
  });

  it.each([
    ['by a column less', 'carrier', 'ALTER TABLE AB_CARRIER DROP COLUMN CARRIER_NAME', /ORA-0(1466|0904)/],
    ['to nothing', 'line', 'DROP TABLE AB_LINE', /ORA-0(1466|0942|8103)/],
  ])('%s fails its entity by name, others go on', async (_, entity, statement, said) => {
    const { outcome } = await alteredWhilePlanned(entity, [entity, 'customer'], statement);
    expect(outcome.entities).toMatchObject([
      { entity, state: 'failed', code: 'SOURCE_READ_FAILED', because: expect.stringMatching(said) as string },
      { entity: 'customer', state: 'complete' },
    ]);
  });
});
