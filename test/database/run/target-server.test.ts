import { rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { DEFAULT_MIGRATION, runMigration, type MigrationRequest } from '../../../src/app/run-migration';
import type { Emit, EventName, RunEvents } from '../../../src/core/run/events';
import { createDatabase, type EmbeddedPostgres } from '../../../src/demo/embedded-postgres';
import { abisEntities } from '../../../src/entities';
import { synchronizeSchema } from '../../../src/typeorm/schema';
import { startAbis, type Abis } from '../../support/abis';
import { traces } from '../../support/child-migration';
import { outageOf, type Downfall } from '../../support/outage';
import { column, connected } from '../../support/sql';
import { startTestServer } from '../../support/test-server';

type Moment = (name: EventName, facts: RunEvents[EventName]) => boolean;

const at =
  (wanted: EventName, matching: Readonly<Record<string, unknown>> = {}): Moment =>
  (name, facts) =>
    name === wanted &&
    Object.entries(matching).every(([key, value]) => (facts as Record<string, unknown>)[key] === value);

describe('a target server in trouble', () => {
  let abis: Abis;
  let server: EmbeddedPostgres;
  let uninterrupted: unknown;
  let databases = 0;

  beforeAll(async () => {
    [abis, server] = await Promise.all([startAbis({ scale: 0.02 }), startTestServer()]);
    await migrate(abis.targetUrl);
    uninterrupted = await traces(abis.targetUrl);
  });
  afterAll(async () => {
    await server.stop();
    await abis.stop();
  });

  async function emptyTarget(): Promise<string> {
    const url = await createDatabase(server.url, `target_${(databases += 1)}`);
    await synchronizeSchema(url, abisEntities);
    return url;
  }

  async function migrate(url: string, changes: Partial<MigrationRequest> = {}, emit: Emit = () => undefined) {
    return runMigration(
      { ...abis.project, target: { url } },
      {
        ...DEFAULT_MIGRATION,
        entities: ['customer', 'coil'],
        batchSize: 200,
        rejectLimit: { kind: 'percent', percent: 100 },
        reconnectMs: 30_000,
        ...changes,
      },
      { emit, signal: new AbortController().signal, confirm: () => Promise.resolve() },
    );
  }

  it.each<[string, Downfall, number, Moment]>([
    ['while chunks are planned', 'SIGINT', 1, at('run:started')],
    ['before foreign keys are set aside', 'SIGQUIT', 1, at('entity:planned', { entity: 'coil' })],
    ['in the middle of a COPY', 'SIGKILL', 1, at('chunk:step', { entity: 'coil', chunk: 2, step: 'mid-copy' })],
    ['at a commit, with two lanes', 'SIGQUIT', 2, at('chunk:step', { entity: 'coil', chunk: 2, step: 'copied' })],
    ['after the last chunk, before all comes back', 'SIGINT', 1, at('chunk:loaded', { entity: 'coil', chunk: 4 })],
    ['while the run is closed', 'SIGQUIT', 1, at('entity:finished', { entity: 'coil' })],
  ])('is waited for %s (%s), and everything is there once', async (_, downfall, lanes, moment) => {
    const url = await emptyTarget();
    const outage = outageOf(server, downfall);
    const notices: string[] = [];
    const emit: Emit = (name, facts) => {
      if (name === 'notice' && 'message' in facts) notices.push(facts.message);
      if (moment(name, facts)) outage.begin();
    };
    const { outcome } = await migrate(url, { lanes }, emit);
    expect(outage.hasBegun()).toBe(true);
    await outage.over();
    expect(outcome).toMatchObject({ state: 'complete', failure: null });
    expect(notices.some((text) => text.includes('TARGET_UNREACHABLE, trying again in'))).toBe(true);
    expect(await traces(url)).toEqual(uninterrupted);
  });

  it('is given up when the time is over, with the command to resume; the resumed run leaves everything once', async () => {
    const url = await emptyTarget();
    const outage = outageOf(server, 'SIGINT');
    const isDue = at('chunk:step', { entity: 'coil', chunk: 1, step: 'fenced' });
    let runId = '';
    const emit: Emit = (name, facts) => {
      if (name === 'run:started' && 'runId' in facts) runId = facts.runId;
      if (isDue(name, facts)) outage.begin();
    };
    const failure = await migrate(url, { reconnectMs: 0 }, emit).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'TARGET_UNREACHABLE',
      exitCode: 69,
      hint: expect.stringContaining(`cutover migrate --resume --run ${runId}`) as string,
    });
    await outage.over();
    const { outcome } = await migrate(url, { resume: {} });
    expect(outcome).toMatchObject({ state: 'complete' });
    expect(await traces(url)).toEqual(uninterrupted);
  });

  /** The first write to the table then meets the same ENOSPC as on a full disk. */
  async function fillDisk(client: Client, table: string): Promise<() => Promise<void>> {
    const [path] = await column(client, `select pg_relation_filepath('${table}')`);
    const [data] = await column(client, 'show data_directory');
    const file = join(String(data), String(path));
    await rename(file, `${file}.aside`);
    await symlink('/dev/full', file);
    return () => rename(`${file}.aside`, file);
  }

  it('fails an entity with the remedy when its disk is full, leaves nothing half done, and finishes after a resume', async () => {
    const url = await emptyTarget();
    const client = await connected(url);
    const makeRoom = await fillDisk(client, 'coil');
    // One or two pages at a time: more would be reserved by a call that the device does not know.
    const { outcome } = await migrate(url, { batchSize: 40 });
    await makeRoom();
    expect(outcome).toMatchObject({
      state: 'failed',
      entities: [
        { entity: 'customer', state: 'complete' },
        {
          entity: 'coil',
          state: 'failed',
          code: 'LOAD_FAILED',
          because: expect.stringMatching(/SQLSTATE 53100\. Free disk space /) as string,
          tally: { inserted: 0, rejected: 0 },
        },
      ],
    });
    expect(await column(client, `select count(*) from cutover.chunk_load where entity = 'coil'`)).toEqual(['0']);
    expect(await column(client, 'select count(*) from coil')).toEqual(['0']);
    expect(await migrate(url, { resume: {} })).toMatchObject({ outcome: { state: 'complete' } });
    await client.end();
    expect(withoutChunks(await traces(url))).toEqual(withoutChunks(uninterrupted));
  });
});

function withoutChunks(found: unknown): unknown {
  return { ...(found as object), chunks: null };
}
