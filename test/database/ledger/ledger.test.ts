import { Client } from 'pg';
import type { ChunkPlan } from '../../../src/core/ports/legacy-source';
import type { MigrationError } from '../../../src/core/errors';
import type { Target } from '../../../src/core/ports/target';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import { NO_SETTINGS } from '../../../src/core/run/run-settings';
import type { FreshDatabase } from '../../support/databases';
import { targetForAll } from '../../support/opened-target';
import { aChunk, aLoaderContext, aLoadPlan } from '../../support/postgres-load';
import { column, connected } from '../../support/sql';

let database: FreshDatabase;
let client: Client;
let target: Target;

const opened = targetForAll('without a ledger');
beforeAll(async () => {
  ({ database, client, target } = await opened());
});

const setup = {
  scn: '123',
  source: 'abis@legacy',
  target: 'db',
  fingerprints: { coil: 'f1' },
  settings: { ...NO_SETTINGS, batchSize: 5 },
};

describe('the ledger', () => {
  it('has no run before it is installed, and can be installed by several at once', async () => {
    expect(await target.ledger.findRun()).toBeNull();
    const others = await Promise.all([1, 2, 3].map(() => openPostgresTarget({ url: database.url })));
    await Promise.all([target, ...others].map((each) => each.ledger.install()));
    await Promise.all(others.map((other) => other.close()));
    expect(await target.ledger.findRun()).toBeNull();
  });

  it('finds a run by its id, and the latest one without', async () => {
    const created = await target.ledger.createRun({ ...setup, id: 'run-1' });
    expect(created).toMatchObject({ ...setup, id: 'run-1', state: 'running', finishedAt: null });
    await target.ledger.createRun({ ...setup, scn: null, id: 'run-2' });
    expect((await target.ledger.findRun())?.id).toBe('run-2');
    expect(await target.ledger.findRun('run-1')).toEqual(created);
    await target.ledger.setState('run-1', 'failed');
    expect(await target.ledger.findRun('run-1')).toMatchObject({
      state: 'failed',
      finishedAt: expect.any(String) as string,
    });
    expect(await target.ledger.findRun('nothing')).toBeNull();
  });

  it('notes a start and a proof once although their answers were lost and they were noted again', async () => {
    await target.ledger.createRun({ ...setup, id: 'noted' });
    const start = { resumed: false, lanes: 1, scn: '123', operator: null, entities: [], findings: [] };
    const versions = { source: 's', target: 't', driver: 'd', cutover: 'c', node: 'n' };
    const proof = { level: 'counts', issues: [], verdicts: [] } as const;
    for (const id of ['first', 'first', 'second']) {
      await target.ledger.noteStart('noted', { ...start, versions }, `start ${id}`);
      await target.ledger.noteValidation('noted', proof, `proof ${id}`);
    }
    const { starts, validations } = await target.ledger.trail('noted');
    expect([starts.length, validations.length]).toEqual([2, 2]);
    await target.ledger.drop({ runId: 'noted' });
  });

  it('keeps the first plan of an entity, keys with NUL characters included', async () => {
    const plan: ChunkPlan = {
      strategy: 'key',
      chunks: [
        { kind: 'key', after: null, upTo: ['a\0b', '\ud800'] },
        { kind: 'key', after: ['a\0b', '\ud800'], upTo: null },
      ],
    };
    expect(await target.ledger.findPlan('run-1', 'coil')).toBeNull();
    expect(await target.ledger.savePlan('run-1', 'coil', plan)).toEqual(plan);
    expect(await target.ledger.savePlan('run-1', 'coil', { strategy: 'all', chunks: [{ kind: 'all' }] })).toEqual(plan);
    expect(await target.ledger.findPlan('run-1', 'coil')).toEqual(plan);
    await target.ledger.savePlan('run-1', 'line', { strategy: 'all', chunks: [] });
    expect(await target.ledger.findPlan('run-1', 'line')).toEqual({ strategy: 'all', chunks: [] });
  });

  it('accounts for chunks, rejects with any character, and changes', async () => {
    await client.query('create table coil (id int4 primary key)');
    await target.ledger.saveCounts('run-1', 'coil', { matching: 1, total: 1 });
    await target.ledger.saveCounts('run-1', 'coil', { matching: 6, total: 8 });
    const loader = await target.loader(aLoadPlan('coil', ['id']), aLoaderContext());
    const raw = '{"A":"\\u0000\\ud800"}';
    const reject = { entity: 'coil', stage: 'transform', rowid: 'AAA', property: 'id', sqlState: null, raw } as const;
    const change = { property: 'id', kind: 'trimmed' };
    await loader.load(
      aChunk('coil', [['1'], ['2']], {
        read: 3,
        rejects: [{ ...reject, key: '["\\u0000"]', reason: 'bad' }],
        changesWithout: () => [{ ...change, count: 2, sampleKeys: ['["1"]', '["2"]'] }],
      }),
    );
    await loader.load(
      aChunk('coil', [['1'], ['3'], ['4']], {
        id: { entity: 'coil', chunk: 1 },
        changesWithout: () => [{ ...change, count: 1, sampleKeys: ['["4"]'] }],
      }),
    );
    await loader.close();
    expect(await target.ledger.loadedChunks('run-1', 'coil')).toEqual(new Set([0, 1]));
    expect(await target.ledger.progress('run-1')).toMatchObject([
      {
        entity: 'coil',
        plannedChunks: 2,
        loadedChunks: 2,
        tally: { source: 8, read: 8, inserted: 4, rejected: 2, filtered: 2 },
      },
      { entity: 'line', plannedChunks: 0, loadedChunks: 0, tally: { source: null, read: 0, inserted: 0 } },
    ]);
    const rejects = [];
    for await (const found of target.ledger.rejects('run-1')) rejects.push(found);
    expect(rejects).toMatchObject([
      { ...reject, key: '["\\u0000"]', reason: 'bad' },
      { stage: 'load', key: '["1"]', reason: 'duplicate key', sqlState: '23505' },
    ]);
    expect(await target.ledger.changes('run-1')).toEqual([
      { entity: 'coil', ...change, count: 3, sampleKeys: ['["1"]', '["2"]', '["4"]'] },
    ]);
  });
});

describe('the version of the ledger', () => {
  it('is asked for each question, and held against the tables once a connection', async () => {
    const asked = jest.spyOn(Client.prototype, 'query');
    const fresh = await openPostgresTarget({ url: database.url });
    for (let question = 0; question < 3; question++) await fresh.ledger.findRun();
    const texts = asked.mock.calls.flatMap(([text]) => (text.includes('schema_version') ? [text] : []));
    asked.mockRestore();
    expect(texts.filter((text) => text.includes('with ordinality'))).toHaveLength(1);
    expect(texts.filter((text) => text.includes('max(version)')).length).toBeGreaterThanOrEqual(3);
    await fresh.close();
  });
});

describe('rejects', () => {
  it('come in pages of few bytes where they carry large objects, and in their order', async () => {
    const megabytes = [3, 3, 3, 0, 9, 0, 0];
    const rows = megabytes.map(
      (size, n) =>
        `('paged', 'coil', 0, ${n}, 'load', '["${n}"]', 'bad', decode(repeat('61', ${size} * 1000000), 'hex'))`,
    );
    await client.query(
      `insert into cutover.reject (run, entity, chunk, ordinal, stage, key, reason, raw) values ${rows.join(', ')}`,
    );
    await client.query(`insert into cutover.reject (run, entity, chunk, ordinal, stage, key, reason, raw)
      select 'paged', 'coil', 1, n, 'load', '[]', 'bad', '' from generate_series(0, 1199) n`);
    const asked = jest.spyOn(Client.prototype, 'query');
    const found: string[] = [];
    for await (const { chunk, ordinal, raw } of target.ledger.rejectsOf('paged', 'coil'))
      found.push(`${chunk} ${ordinal} ${raw.length}`);
    const pages = asked.mock.calls.flatMap(([text]) => /^fetch (\d+)/.exec(text)?.[1] ?? []);
    asked.mockRestore();
    expect(found).toEqual([
      ...megabytes.map((size, n) => `0 ${n} ${size * 1_000_000}`),
      ...Array.from({ length: 1_200 }, (_, n) => `1 ${n} 0`),
    ]);
    expect(pages.slice(0, 2)).toEqual(['3', '2']);
    expect(pages.reduce((sum, rowsOfPage) => sum + Number(rowsOfPage), 0)).toBe(1_207);
    expect(Math.max(...pages.map(Number))).toBeLessThanOrEqual(500);
  });

  it('are read over a session that is there already and stays fit for use, also where nobody reads them to the end', async () => {
    await client.query(`insert into cutover.reject (run, entity, chunk, ordinal, stage, key, reason, raw)
      select 'halfway', 'coil', 0, n, 'load', '[]', 'bad', '' from generate_series(1, 3) n`);
    await target.ledger.findRun();
    const connecting = jest.spyOn(Client.prototype, 'connect');
    const read: number[] = [];
    for (const most of [1, 3]) {
      for await (const { ordinal } of target.ledger.rejectsOf('halfway', 'coil')) {
        read.push(ordinal);
        if (ordinal === most) break;
      }
    }
    const connected = connecting.mock.calls.length;
    connecting.mockRestore();
    expect([read, connected]).toEqual([[1, 1, 2, 3], 0]);
    const { rows } = await client.query(
      `select from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`,
    );
    expect(rows).toEqual([]);
  });
});

describe('claimRun', () => {
  it('refuses a second operator until the first lets go', async () => {
    const other = await openPostgresTarget({ url: database.url });
    const claim = await target.claimRun('run-1');
    await expect(other.claimRun('run-2')).rejects.toMatchObject({
      code: 'RUN_ACTIVE',
      message: expect.stringMatching(/backend \d+, connected since/) as string,
    });
    await claim.release();
    await (await other.claimRun('run-2')).release();
    await other.close();
  });

  it('names the statement that ends the sessions in its way, and no others', async () => {
    const opening = () => openPostgresTarget({ url: database.url });
    const [first, other, third] = await Promise.all([opening(), opening(), opening()]);
    const bystander = await connected(database.url);
    await bystander.query(`set application_name = 'cutover'`);
    const ending = async (claiming: Promise<unknown>): Promise<string> => {
      const error = await claiming.catch((thrown: unknown) => thrown);
      return /select pg_terminate_backend.*;/.exec((error as MigrationError).hint ?? '')?.[0] ?? '';
    };
    const gone = await first.claimRun('run-1');
    await client.query(await ending(other.claimRun('run-2')));
    const claim = await other.claimRun('run-2');
    const loader = await other.loader(aLoadPlan('coil', ['id']), aLoaderContext());
    await claim.release();
    await client.query(await ending(third.claimRun('run-3')));
    await (await third.claimRun('run-3')).release();
    expect((await bystander.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await bystander.end();
    await loader.close().catch(() => undefined);
    await gone.release();
    for (const each of [first, other, third]) await each.close();
  });

  it('waits for lanes of an operator that is gone', async () => {
    const loader = await target.loader(aLoadPlan('coil', ['id']), aLoaderContext());
    let claimed = false;
    const claiming = target.claimRun('run-1').then((claim) => {
      claimed = true;
      return claim;
    });
    await expectWaiting();
    expect(claimed).toBe(false);
    await loader.close();
    await (await claiming).release();
  });

  it('stays the only operator when the session of its claim is lost and nobody else has come', async () => {
    const claim = await target.claimRun('run-1');
    await endHolder();
    await (await target.loader(aLoadPlan('coil', ['id']), aLoaderContext())).close();
    const other = await openPostgresTarget({ url: database.url });
    await expect(other.claimRun('run-2')).rejects.toMatchObject({ code: 'RUN_ACTIVE' });
    await claim.release();
    await other.close();
  });

  it('lets in no lane of an operator that has lost its claim to another', async () => {
    const claim = await target.claimRun('run-1');
    await endHolder();
    const other = await openPostgresTarget({ url: database.url });
    const theirs = await other.claimRun('run-2');
    await expect(target.loader(aLoadPlan('coil', ['id']), aLoaderContext())).rejects.toMatchObject({
      code: 'RUN_ACTIVE',
      retryable: false,
    });
    await expect(target.setForeignKeysAside('run-1', [])).rejects.toMatchObject({ code: 'RUN_ACTIVE' });
    await theirs.release();
    await claim.release();
    await other.close();
  });

  /** Ends the backend that holds the operator's lock, and waits until it is gone. */
  async function endHolder(): Promise<void> {
    const held = `from pg_locks where locktype = 'advisory' and mode = 'ExclusiveLock' and granted
      and database = (select oid from pg_database where datname = current_database())`;
    await client.query(`select pg_terminate_backend(pid) ${held}`);
    while ((await column(client, `select count(*) ${held}`))[0] !== '0');
  }

  async function expectWaiting(): Promise<void> {
    const waiting = `select count(*) from pg_locks where locktype = 'advisory' and not granted
      and database = (select oid from pg_database where datname = current_database())`;
    while ((await column(client, waiting))[0] === '0');
  }
});

describe('facts and check', () => {
  it('name the server and find nothing wrong with a good one', async () => {
    const facts = await target.facts();
    expect(facts).toMatchObject({ encoding: 'UTF8', local: true });
    expect(facts.identity).toMatch(/^test_\w+@127\.0\.0\.1:\d+ \(system \d+\)$/);
    expect(await target.check()).toEqual([]);
  });

  it('find a read-only database and missing rights', async () => {
    const name = new URL(database.url).pathname.slice(1);
    await client.query(`create role ${name}_poor login password 'poor'; revoke temporary on database ${name} from public;
      alter role ${name}_poor set default_transaction_read_only = on`);
    const url = new URL(database.url);
    url.username = `${name}_poor`;
    url.password = 'poor';
    const poor = await openPostgresTarget({ url: url.href, ledgerSchema: 'another' });
    const issues = await poor.check();
    await poor.close();
    await client.query(`drop role ${name}_poor`);
    expect(issues.map(({ code }) => code)).toEqual(['TARGET_READ_ONLY', 'TARGET_RIGHTS', 'TARGET_RIGHTS']);
    const grants = ['create', 'temporary'].map((right) => `grant ${right} on database "${name}" to "${name}_poor";`);
    expect(issues.slice(1).map(({ hint }) => hint)).toEqual(
      grants.map((grant) => `Run as ${new URL(database.url).username}: ${grant}`),
    );
  });

  it.each([
    ['postgresql://nobody@127.0.0.1:1/x', 'TARGET_UNREACHABLE'],
    ['postgresql://u:secret@host:port/x', 'CONFIG_INVALID'],
  ])('say by code why %s cannot be opened', async (url, code) => {
    const error: unknown = await openPostgresTarget({ url }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).not.toContain('secret');
  });

  it('say that a database does not exist', async () => {
    const url = new URL(database.url);
    url.pathname = '/no_such_database';
    await expect(openPostgresTarget({ url: url.href })).rejects.toMatchObject({ code: 'TARGET_LOGIN_REFUSED' });
  });
});
