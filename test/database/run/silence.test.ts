import { DEFAULT_MIGRATION, runMigration } from '../../../src/app/run-migration';
import { tellBy } from '../../../src/app/tell';
import type { Emit } from '../../../src/core/run/events';
import { startAbis, type Abis } from '../../support/abis';
import { traces } from '../../support/child-migration';
import { silentProxy, silentTarget, type SilentProxy } from '../../support/silent-proxy';

/**
 * The limit for silence: none of the many answers of a whole run takes a quarter of it, however slow the machine is. A database that cannot be
 * asked is waited for six times as long where its answer may take long.
 */
let stallMs = 600_000;
let abis: Abis;
let uninterrupted: unknown;

beforeAll(async () => {
  abis = await startAbis({ scale: 0.02 });
  const startedMs = performance.now();
  await migrate({ target: abis.targetUrl });
  stallMs = Math.max(1_000, (performance.now() - startedMs) / 4);
  uninterrupted = await traces(abis.targetUrl);
});
afterAll(() => abis.stop());

interface Between {
  readonly target: string;
  /** Of the source; the stand-in's own where absent. */
  readonly port?: number;
  readonly emit?: Emit;
}

async function migrate({ target, port, emit = () => undefined }: Between) {
  const notices: string[] = [];
  const listening: Emit = (name, facts) => {
    if (name === 'notice' && 'message' in facts) notices.push(facts.message);
    emit(name, facts);
  };
  const { source } = abis.project;
  const connectString = `${abis.standin.host}:${port ?? abis.standin.port}/ABISDB`;
  const { outcome } = await runMigration(
    {
      ...abis.project,
      source: { ...source, connectString, stallTimeoutMs: stallMs, fetchRows: 50 },
      target: { url: target, stallTimeoutMs: stallMs },
      tell: tellBy(listening),
    },
    {
      ...DEFAULT_MIGRATION,
      entities: ['customer', 'coil'],
      batchSize: 200,
      rejectLimit: { kind: 'percent', percent: 100 },
      reconnectMs: 60 * stallMs,
      validate: 'no',
    },
    { emit: listening, signal: new AbortController().signal, confirm: () => Promise.resolve() },
  );
  return { state: outcome?.state, notices };
}

/** Falls silent at the n-th of these events. */
function silentAt(proxy: SilentProxy, event: string, nth: number, when?: (message: Buffer) => boolean): Emit {
  let left = nth;
  return (name) => {
    if (name === event) left -= 1;
    if (left === 0) proxy.silence(when);
    if (left === 0) left = -1;
  };
}

const isCommit = (message: Buffer): boolean => message.includes('commit\0');

describe('a run whose target falls silent', () => {
  it.each([
    ['before its first chunk', 'run:started', 1, undefined],
    ['in the middle of a chunk', 'chunk:loaded', 2, undefined],
    ['at a commit', 'chunk:loaded', 2, isCommit],
  ] as const)('%s says so, goes on over new sessions, and has each row once', async (_, event, nth, when) => {
    const url = await abis.anotherTarget();
    const proxy = await silentTarget(url);
    const { state, notices } = await migrate({ target: proxy.url, emit: silentAt(proxy, event, nth, when) });
    await proxy.close();
    expect(notices).toContainEqual(expect.stringMatching(/^the target has not answered since .* of silence\): /));
    expect(notices).toContainEqual(expect.stringContaining('TARGET_UNREACHABLE, trying again in'));
    expect(state).toBe('complete');
    expect(await traces(url)).toEqual(uninterrupted);
  });
});

describe('a run whose source falls silent', () => {
  it.each([
    ['while its rows are counted', 'run:started', 1],
    ['between the fetches of a chunk', 'chunk:step', 1],
    ['in the middle of the run', 'chunk:loaded', 2],
  ] as const)('%s says so, reads over new sessions, and has each row once', async (_, event, nth) => {
    const url = await abis.anotherTarget();
    const proxy = await silentProxy(abis.standin);
    const { state, notices } = await migrate({ target: url, port: proxy.port, emit: silentAt(proxy, event, nth) });
    await proxy.close();
    expect(notices).toContainEqual(
      expect.stringMatching(/^the legacy database has not answered since .* of silence\): /),
    );
    expect(notices).toContainEqual(expect.stringContaining('SOURCE_UNREACHABLE, trying again in'));
    expect(state).toBe('complete');
    expect(await traces(url)).toEqual(uninterrupted);
  });
});

describe('a database that accepts connections and says nothing', () => {
  it.each(['source', 'target'] as const)('is given up as %s before anything is begun', async (side) => {
    const url = await abis.anotherTarget();
    const proxy = side === 'source' ? await silentProxy(abis.standin, 'never') : await silentTarget(url, 'never');
    proxy.silence();
    const between =
      side === 'source' ? { target: url, port: proxy.port } : { target: (proxy as { url?: string }).url ?? '' };
    await expect(migrate(between)).rejects.toMatchObject({
      code: side === 'source' ? 'SOURCE_UNREACHABLE' : 'TARGET_UNREACHABLE',
    });
    await proxy.close();
  });
});
