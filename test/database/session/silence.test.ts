import type { Client } from 'pg';
import type { ChunkLoader, Target } from '../../../src/core/ports/target';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import { connectionTo } from '../../../src/postgres/session/connection-settings';
import { openSession, type Session } from '../../../src/postgres/session/session';
import { targetError } from '../../../src/postgres/session/sqlstate';
import type { FreshDatabase } from '../../support/databases';
import { targetForEach } from '../../support/opened-target';
import { aChunk, aLoaderContext, aLoadPlan } from '../../support/postgres-load';
import { silentTarget, type SilentProxy } from '../../support/silent-proxy';
import { column, connected } from '../../support/sql';

/** No answer to a login or a load of two rows takes ten times as long as opening a target does, however slow the machine is. */
let stallMs: number;
let database: FreshDatabase;
let client: Client;
let told: string[];
let proxy: SilentProxy & { readonly url: string };

const opened = targetForEach(`create table coil (id int4 primary key);
  create function slow(int4) returns int4 immutable language plpgsql as 'begin perform pg_sleep(0.1); return $1; end'`);

beforeEach(async () => {
  ({ database, client } = await opened());
  const startedMs = performance.now();
  await (await openPostgresTarget({ url: database.url })).close();
  stallMs = Math.max(600, 10 * (performance.now() - startedMs));
  told = [];
});

const tell = (message: string): void => {
  told.push(message);
};

describe('a statement that takes longer than the limit for silence', () => {
  let session: Session;

  const sessionWith = async (lockTimeoutMs: number): Promise<void> => {
    const settings = { url: database.url, stallTimeoutMs: stallMs, lockTimeoutMs };
    session = await openSession(connectionTo(settings, { tell }));
  };
  afterEach(() => session.close());

  it('is let finish where the server is at work on it, which is told', async () => {
    await sessionWith(60_000);
    await client.query('insert into coil select generate_series(1, $1::int)', [Math.ceil(stallMs / 15)]);
    await session.query('create index coil_slow on coil (slow(id))');
    expect(await column(client, `select indisvalid from pg_index where indexrelid = 'coil_slow'::regclass`)).toEqual([
      true,
    ]);
    expect(told[0]).toMatch(/^the target is at work since \d\d:\d\d:\d\d UTC \(.*\): create index coil_slow on coil/);
  });

  it('names the session that holds the lock which it waits for, also when it fails for it', async () => {
    await sessionWith(3_000);
    const holder = await connected(database.url);
    const { rows } = await holder.query<{ pid: number }>('select pg_backend_pid() as pid');
    await holder.query(`set application_name = 'psql of the night shift'; begin; lock table coil`);
    const failing = session.query('insert into coil values (1)').catch((error: unknown) => error);
    const error = targetError(await failing, 'loading coil');
    await holder.end();
    const who = `a lock on coil held by backend ${rows[0]?.pid} \\(user postgres, application psql of the night shift, since .*\\)`;
    expect(told[0]).toMatch(new RegExp(`^waits for ${who}, for \\d+ s so far: insert into coil values \\(1\\)$`));
    expect(error).toMatchObject({ code: 'LOAD_FAILED' });
    expect(error.message).toMatch(/^loading coil failed: a lock on coil is held by backend \d+/);
  });
});

describe('a target whose connection falls silent', () => {
  let target: Target;

  const plan = aLoadPlan('coil', ['id']);
  const load = async (): Promise<unknown> => {
    let loader: ChunkLoader | undefined;
    try {
      loader = await target.loader(plan, aLoaderContext());
      return await loader.load(aChunk('coil', [[1], [2]]));
    } catch (error) {
      return error;
    } finally {
      await loader?.close();
    }
  };
  const says = (word: string) => (message: Buffer) => message.includes(word);

  beforeEach(async () => {
    proxy = await silentTarget(database.url);
    target = await openPostgresTarget({ url: proxy.url, stallTimeoutMs: stallMs, connectTimeoutMs: 60_000 }, tell);
  });
  afterEach(async () => {
    await target.close();
    await proxy.close();
  });

  it.each([
    ['before the fence', 'chunk_load (run', 'both'],
    ['in the COPY', 'copy ', 'both'],
    ['at the commit, which is lost', 'commit\0', 'both'],
    ['at the commit, whose answer is lost', 'commit\0', 'answers'],
  ] as const)('%s: the chunk fails, its backend is ended, and the next attempt loads it once', async (_, word, how) => {
    proxy.silence(says(word), how);
    expect(await load()).toMatchObject({ code: 'TARGET_UNREACHABLE', retryable: true });
    expect(told[0]).toMatch(/^the target has not answered since \d\d:\d\d:\d\d UTC/);
    const again = await load();
    expect(again).toMatchObject({ kind: how === 'answers' ? 'already-loaded' : 'loaded' });
    expect(await column(client, 'select id from coil order by id')).toEqual([1, 2]);
    expect(
      await column(
        client,
        `select count(*)::int from pg_stat_activity where datname = current_database() and application_name = 'cutover'
           and state <> 'idle'`,
      ),
    ).toEqual([0]);
  });

  it('is given up with the lock of its claim, so that the next operator can begin', async () => {
    const claim = await target.claimRun('run-1');
    proxy.silence();
    await expect(target.count({ schema: 'public', name: 'coil' })).rejects.toMatchObject({
      code: 'TARGET_UNREACHABLE',
    });
    await claim.release();
    const next = await openPostgresTarget({ url: database.url });
    await (await next.claimRun('run-2')).release();
    await next.close();
  });
});
