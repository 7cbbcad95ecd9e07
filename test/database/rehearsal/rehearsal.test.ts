import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Client } from 'pg';
import {
  DEFAULT_MIGRATION,
  runMigration,
  type MigrationRequest,
  type MigrationResult,
} from '../../../src/app/run-migration';
import { runValidation } from '../../../src/app/run-validation';
import type { ConflictPolicy } from '../../../src/core/run/conflicts';
import type { Reject } from '../../../src/core/run/outcomes';
import { settingsOf, startAbis, type Abis } from '../../support/abis';
import { recordEvents } from '../../support/a-run';
import { FROM_SOURCE } from '../../support/from-source';
import { targetFingerprint } from '../../support/target-fingerprint';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';
import { connected } from '../../support/sql';

const ROOT = join(__dirname, '..', '..', '..');
const ALL = { kind: 'percent', percent: 100 } as const;
const SIZES = `select c.oid::regclass::text, relpages, reltuples from pg_class c join pg_namespace n on n.oid = relnamespace
  where nspname = 'public' order by 1`;
const STATISTICS = `select md5(string_agg(s::text, '|' order by s::text)) from pg_stats s where schemaname = 'public'`;

let abis: Abis;

beforeAll(async () => {
  abis = await startAbis({ scale: 0.02 });
});

afterAll(async () => {
  removeTemporaryFolders();
  await abis.stop();
});

/** The catalogue, sequences and rows of a target, the ledger too, and what the planner knows of its tables. */
async function standingOf(url: string): Promise<Record<string, unknown>> {
  return withClient(url, async (client) => {
    const [sizes, statistics] = [await client.query(SIZES), await client.query(STATISTICS)];
    return { ...(await targetFingerprint(client, 'nothing')), sizes: sizes.rows, statistics: statistics.rows };
  });
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await connected(url);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

interface Done extends MigrationResult {
  readonly rejects: readonly Pick<Reject, 'entity' | 'key' | 'property' | 'reason'>[];
  readonly notices: readonly string[];
}

async function migrateInto(url: string, changes: Partial<MigrationRequest>): Promise<Done> {
  const { events, emit } = recordEvents();
  const rejects: Done['rejects'][number][] = [];
  const result = await runMigration(
    { ...abis.project, target: { url } },
    { ...DEFAULT_MIGRATION, batchSize: 500, rejectLimit: ALL, ...changes },
    {
      emit,
      signal: new AbortController().signal,
      confirm: () => Promise.resolve(),
      afterRun: async ({ ledger }, runId) => {
        for await (const { entity, key, property, reason } of ledger.rejects(runId)) {
          rejects.push({ entity, key, property, reason });
        }
      },
    },
  );
  const notices = events.flatMap(({ name, facts }) =>
    name === 'notice' ? [(facts as { message: string }).message] : [],
  );
  return { ...result, rejects, notices };
}

/** What a rehearsal and the run after it must agree about. */
const accountOf = ({ outcome, rejects, verdicts, changes }: Done) => ({
  state: outcome?.state,
  tallies: outcome?.entities.map(({ entity, state, code, tally }) => ({ entity, state, code, tally })),
  orphans: outcome?.orphans,
  rejects: [...rejects].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  rows: verdicts.map(({ entity, targetRows, issues }) => ({ entity, targetRows, issues })),
  changes,
});

/** A target that has some customers and coils already, one of them under another key. */
async function filledTarget(): Promise<string> {
  const url = await abis.anotherTarget();
  const where = { customer: 'MOD(CUST_ID, 2) = 0', coil: 'MOD(CUST_ID, 2) = 0 AND PARENT_COIL_ID IS NULL' };
  await migrateInto(url, { entities: ['customer', 'coil'], where, validate: 'no' });
  await withClient(url, async (client) => {
    await client.query(
      `update coil set id = id + 90000000 where id = (select min(id) from coil); drop schema cutover cascade; analyze`,
    );
  });
  return url;
}

describe('the forecast of a rehearsal', () => {
  it.each<[ConflictPolicy, string[]]>([
    ['reject', ['rejected']],
    ['skip', ['rejected', 'skipped']],
    ['update', ['rejected', 'updated']],
  ])('is what the real run then does with rows that are there, under %s', async (onConflict, fates) => {
    const url = await filledTarget();
    const entities = ['customer', 'coil', 'job'];
    const before = await standingOf(url);
    const rehearsed = await migrateInto(url, { entities, onConflict, mode: 'rehearse', lanes: 2 });
    expect(await standingOf(url)).toEqual(before);
    const real = await migrateInto(url, { entities, onConflict });
    expect(accountOf(rehearsed)).toEqual(accountOf(real));
    const proven = await runValidation(
      { ...abis.project, target: { url } },
      { entities: [], runId: null, level: 'rows' },
    );
    expect(proven.verdicts.flatMap(({ issues }) => issues)).toEqual([]);
    const { conflicts = [], duration } = rehearsed.forecast ?? {};
    expect([...new Set(conflicts.map(({ fate }) => fate))].sort()).toEqual(fates);
    const met = conflicts.filter(({ entity }) => entity === 'coil').map(({ constraint, rows }) => [constraint, rows]);
    expect(met).toEqual([
      [expect.stringMatching(/^PK_/), expect.any(Number)],
      ['coil_number_key', 1],
    ]);
    expect(conflicts.every(({ sampleKeys }) => sampleKeys.length > 0)).toBe(true);
    const { seconds = 0, fromSeconds = 0, toSeconds = 0, chunks = 0 } = duration ?? {};
    expect(chunks).toBeGreaterThan(3);
    expect(0 < fromSeconds && fromSeconds < seconds && seconds < toSeconds).toBe(true);
  });

  it('ends where the run would end, under abort', async () => {
    const url = await filledTarget();
    const { outcome, forecast } = await migrateInto(url, {
      entities: ['customer'],
      onConflict: 'abort',
      mode: 'rehearse',
    });
    expect(outcome?.entities).toMatchObject([{ entity: 'customer', state: 'failed', code: 'TARGET_CONFLICT' }]);
    expect(forecast).toMatchObject({ conflicts: [{ entity: 'customer', fate: 'aborts' }], duration: null });
  });

  it('finds parents that are in the target, where their entity is not in the run', async () => {
    const url = await filledTarget();
    const request = { entities: ['coil'], onConflict: 'skip' } as const;
    const rehearsed = await migrateInto(url, { ...request, mode: 'rehearse' });
    const found = rehearsed.outcome?.orphans.find(({ property }) => property === 'customerId');
    expect(found).toMatchObject({ foreignKey: expect.stringMatching(/^FK_/) as string });
    expect(found?.orphans).toBeGreaterThan(0);
    expect(accountOf(rehearsed)).toEqual(accountOf(await migrateInto(url, request)));
  });
});

describe('a rehearsal that fails, and whose schema cannot be dropped', () => {
  it('ends with the error of the rehearsal', async () => {
    const url = await abis.anotherTarget();
    const refusing = `create function keep_schemas() returns event_trigger language plpgsql as $$ begin raise 'no drops tonight'; end $$;
      create event trigger keep_schemas on ddl_command_start when tag in ('DROP SCHEMA') execute function keep_schemas()`;
    await withClient(url, (client) => client.query(refusing));
    const failed = runMigration(
      { ...abis.project, target: { url } },
      { ...DEFAULT_MIGRATION, mode: 'rehearse', entities: ['carrier'] },
      {
        emit: (name) => {
          if (name === 'run:started') throw new Error('the log is full');
        },
        signal: new AbortController().signal,
        confirm: () => Promise.resolve(),
      },
    );
    await expect(failed).rejects.toThrow('the log is full');
  });
});

describe('cutover migrate --dry-run', () => {
  interface Ended {
    readonly end: string;
    readonly lines: readonly string[];
    readonly text: string;
  }

  /** Runs the command line; `onLine` may send a signal. */
  async function rehearse(
    url: string,
    argv: readonly string[],
    onLine: (line: string, kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
  ): Promise<Ended> {
    const options = [
      '--dry-run',
      '--batch-size',
      '500',
      '--max-rejects',
      '100%',
      '--log-dir',
      temporaryFolder(),
      ...argv,
    ];
    const child = spawn(process.execPath, [...FROM_SOURCE, join(ROOT, 'src', 'cli.ts'), 'migrate', ...options], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...settingsOf(abis.project, url) },
    });
    let text = '';
    const hear = (data: Buffer): void => {
      text += data.toString();
      for (const line of data.toString().split('\n')) onLine(line, (signal) => child.kill(signal));
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    return { end: signal ?? String(code), lines: text.split('\n'), text };
  }

  async function targetWithRows(): Promise<string> {
    const url = await abis.anotherTarget();
    await migrateInto(url, { entities: ['carrier', 'line'], validate: 'no' });
    await withClient(url, (client) => client.query('analyze'));
    return url;
  }

  it('loads everything with lanes in threads, forecasts, and leaves nothing behind', async () => {
    const url = await targetWithRows();
    const before = await standingOf(url);
    const { end, text } = await rehearse(url, ['--lanes', '2', '--validate', '--on-conflict', 'skip']);
    expect({ end, text }).toMatchObject({ end: '0' });
    expect(text).toContain('The counts agree; no value was compared.');
    expect(text).toMatch(/carrier +PK_\w+ +\d+ +skipped/);
    expect(text).toMatch(/Forecast: the real run takes about [\d.]+ s, from [\d.]+ s to [\d.]+ s\./);
    expect(await standingOf(url)).toEqual(before);
  });

  it('stops at Ctrl-C and leaves nothing behind', async () => {
    const url = await targetWithRows();
    const before = await standingOf(url);
    let pressed = false;
    const { end, text } = await rehearse(url, ['--json'], (line, kill) => {
      if (pressed || !line.includes('"chunk:loaded"') || !line.includes('"coil"')) return;
      pressed = true;
      kill('SIGINT');
    });
    expect({ end, text }).toMatchObject({ end: '130' });
    expect(text).toContain('"duration":null');
    expect(await standingOf(url)).toEqual(before);
  });

  it('killed at any moment leaves a schema only, which the next command removes and names', async () => {
    const moments = [
      ['"run:started"', '1'],
      ['"mid-copy"', '2'],
      ['"entity:finished","entity":"coil"', '1'],
    ] as const;
    await Promise.all(
      moments.map(async ([moment, lanes]) => {
        const url = await targetWithRows();
        const before = await standingOf(url);
        const killed = await rehearse(url, ['--json', '--lanes', lanes], (line, kill) => {
          if (moment.split(',').every((part) => line.includes(part))) kill('SIGKILL');
        });
        expect({ moment, end: killed.end }).toEqual({ moment, end: 'SIGKILL' });
        expect((await standingOf(url))['schemas']).toHaveLength((before['schemas'] as unknown[]).length + 1);
        const { notices } = await migrateInto(url, { mode: 'check-only' });
        expect(notices).toEqual([
          expect.stringMatching(/^removed cutover_rehearsal_[0-9a-f]{12}, left behind by a rehearsal that was killed$/),
        ]);
        expect(await standingOf(url)).toEqual(before);
      }),
    );
  });
});
