import type { Client } from 'pg';
import type { Target } from '../../../src/core/ports/target';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import type { FreshDatabase } from '../../support/databases';
import { targetForEach } from '../../support/opened-target';
import { aChunk, aLoaderContext, aLoadPlan } from '../../support/postgres-load';
import { silentTarget, type SilentProxy } from '../../support/silent-proxy';
import { column } from '../../support/sql';

let database: FreshDatabase;
let client: Client;
let proxy: SilentProxy & { readonly url: string };
let target: Target;

const opened = targetForEach(`create table alloy (id int4 primary key);
  create table coil (id int4 primary key, alloy int4 references alloy)`);

beforeEach(async () => {
  ({ database, client } = await opened());
  proxy = await silentTarget(database.url);
  target = await openPostgresTarget({ url: proxy.url, lockTimeoutMs: 1_000, connectTimeoutMs: 60_000 });
});
afterEach(async () => {
  await target.close();
  await proxy.close();
});

const says = (word: string) => (message: Buffer) => message.includes(word);
const UNREACHABLE = { code: 'TARGET_UNREACHABLE', retryable: true };
const coil = { schema: 'public', name: 'coil' };

/** Of cutover, with a transaction that is open or a lock of a ledger. */
const inTheWay = (): Promise<unknown[]> =>
  column(
    client,
    `select a.query from pg_stat_activity a where datname = current_database() and application_name = 'cutover'
       and (state <> 'idle' or exists (select from pg_locks l where l.pid = a.pid and locktype = 'advisory'))`,
  );

describe('a connection that breaks off on this side only', () => {
  it.each([
    ['before the fence', 'chunk_load (run'],
    ['in the COPY', 'copy '],
  ])('in the load (%s) is ended on the server, so that the next attempt waits for no lock of it', async (_, word) => {
    const loader = await target.loader(aLoadPlan('coil', ['id']), aLoaderContext());
    proxy.silence(says(word), 'reset');
    await expect(loader.load(aChunk('coil', [[1]]))).rejects.toMatchObject(UNREACHABLE);
    expect(await inTheWay()).toEqual([]);
    expect(await loader.load(aChunk('coil', [[1]]))).toMatchObject({ kind: 'loaded' });
    await loader.close();
    expect(await column(client, 'select id from coil')).toEqual([1]);
  });

  it('between two chunks is ended before the next is loaded', async () => {
    const loader = await target.loader(aLoadPlan('coil', ['id']), aLoaderContext());
    await loader.load(aChunk('coil', [[1]]));
    const [lane] = await column(client, 'select pid from pg_locks where locktype = $$advisory$$');
    proxy.silence(undefined, 'reset');
    // Whoever asks first finds all connections gone.
    await target.count(coil).catch(() => undefined);
    expect(await loader.load({ ...aChunk('coil', [[2]]), id: { ...aChunk('coil', []).id, chunk: 1 } })).toMatchObject({
      kind: 'loaded',
    });
    expect(await column(client, `select pid from pg_stat_activity where pid = ${String(lane)}`)).toEqual([]);
    await loader.close();
  });

  it('in a step of the operator is ended on the server, so that the step can be repeated', async () => {
    proxy.silence(says('alter table'), 'reset');
    await expect(target.setForeignKeysAside('run-1', [coil])).rejects.toMatchObject(UNREACHABLE);
    expect(await inTheWay()).toEqual([]);
    await target.setForeignKeysAside('run-1', [coil]);
    expect(await column(client, `select state from cutover.journal`)).toEqual(['aside']);
  });

  it('leaves no claim behind when the run ends, so that the next operator can begin', async () => {
    const claim = await target.claimRun('run-1');
    proxy.silence(undefined, 'reset');
    await target.count(coil).catch(() => undefined);
    await claim.release();
    expect(await inTheWay()).toEqual([]);
  });
});

it('is ended before the next session does any work, where the server admitted nobody when it was closed', async () => {
  const admit = (allowed: boolean): Promise<unknown> =>
    client.query(`update pg_database set datallowconn = ${allowed} where datname = current_database()`);
  const loader = await target.loader(aLoadPlan('coil', ['id']), aLoaderContext());
  await admit(false);
  proxy.silence(says('copy '), 'reset');
  await expect(loader.load(aChunk('coil', [[1]]))).rejects.toMatchObject(UNREACHABLE);
  expect(await inTheWay()).toHaveLength(1);
  await admit(true);
  expect(await loader.load(aChunk('coil', [[1]]))).toMatchObject({ kind: 'loaded' });
  await loader.close();
});
