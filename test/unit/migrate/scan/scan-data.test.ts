import { MigrationError } from '../../../../src/core/errors';
import type { ChunkBounds, LegacySource } from '../../../../src/core/ports/legacy-source';
import { scanData, type ScanOptions } from '../../../../src/migrate/scan/scan-data';
import { sampleChunks } from '../../../../src/migrate/scan/sample-chunks';
import { aRun, THIS_PROCESS, type EntityShape } from '../../../support/a-run';

const OPTIONS: ScanOptions = {
  sample: null,
  batchSize: 10,
  reconnectMs: 0,
  rejectLimit: { kind: 'percent', percent: 1 },
  onConflict: null,
  unfit: [],
};

/** A scan over the memory twins. */
function aScan(shapes: readonly EntityShape[], change: (source: LegacySource) => Partial<LegacySource> = () => ({})) {
  const { source: whole, target, jobs: bare, emit, events } = aRun(shapes);
  const jobs = bare.map((job) => ({ ...job, mapping: { ...job.mapping, fields: [] } }));
  const source = { ...whole, ...change(whole) };
  const start = (options: Partial<ScanOptions> = {}, signal = new AbortController().signal) =>
    scanData(jobs, { ...THIS_PROCESS, source, target, emit, signal }, { ...OPTIONS, ...options });
  return { start, target, events };
}

const readFailed = (): MigrationError => new MigrationError('SOURCE_READ_FAILED', 'ORA-01031');

describe('scanning the data', () => {
  it('scores each entity by the rows that would load, and holds their sum against the limit', async () => {
    const { start, target } = aScan([
      { entity: 'customer', rows: 25, bad: [3, 7] },
      { entity: 'coil', rows: 75, parents: ['customer'] },
    ]);
    const readiness = await start();
    expect(readiness).toMatchObject({
      scn: '1000',
      rejects: { rejected: 2, allowed: 1 },
      issues: [],
      entities: [
        {
          entity: 'customer',
          state: 'scanned',
          scanned: 25,
          rejected: 2,
          rejects: [{ reason: 'bad', count: 2, samples: [{ key: '["3"]' }, { key: '["7"]' }] }],
        },
        { entity: 'coil', scanned: 75, rejected: 0 },
      ],
    });
    expect(target.rowsOf('coil')).toEqual([]);
    expect(await target.ledger.findRun()).toBeNull();
  });

  it('counts rows that do not meet the condition of the mapping as filtered', async () => {
    const { start } = aScan([{ entity: 'coil', rows: 10, where: (key) => key > 4 }]);
    expect((await start()).entities).toMatchObject([{ matching: 6, filtered: 4, scanned: 6 }]);
  });

  it('goes on without a snapshot where flashback is not granted, and says so', async () => {
    const { start } = aScan([{ entity: 'coil', rows: 3 }], () => ({ takeScn: () => Promise.reject(readFailed()) }));
    expect(await start()).toMatchObject({
      scn: null,
      issues: [{ code: 'SCAN_WITHOUT_SNAPSHOT', subject: 'source' }],
      entities: [{ scanned: 3 }],
    });
  });

  it('reads a single table as it is where only that one cannot be read at the SCN', async () => {
    const { start } = aScan(
      [
        { entity: 'customer', rows: 3 },
        { entity: 'coil', rows: 4 },
      ],
      (source) => ({
        count: (read) =>
          read.plan.entity === 'coil' && read.scn !== null ? Promise.reject(readFailed()) : source.count(read),
      }),
    );
    expect(await start()).toMatchObject({
      scn: '1000',
      issues: [
        { code: 'SCAN_WITHOUT_SNAPSHOT', subject: 'coil', message: expect.stringContaining('ORA-01031') as string },
      ],
      entities: [{ scanned: 3 }, { scanned: 4 }],
    });
  });

  it('goes on with the others where one cannot be read, and judges no relation to it', async () => {
    const { start } = aScan(
      [
        { entity: 'customer', rows: 3 },
        { entity: 'coil', rows: 4, parents: ['customer'] },
      ],
      (source) => ({
        read: (read, chunk) => {
          if (read.plan.entity === 'customer') throw readFailed();
          return source.read(read, chunk);
        },
      }),
    );
    expect(await start()).toMatchObject({
      issues: [
        { code: 'RELATION_NOT_JUDGED', subject: 'coil.customerId' },
        { code: 'SCAN_INCOMPLETE', level: 'error', subject: 'customer' },
      ],
      entities: [
        { state: 'failed', scanned: 0 },
        { state: 'scanned', scanned: 4 },
      ],
    });
  });

  it('leaves out an entity whose mapping has errors', async () => {
    const { start } = aScan([{ entity: 'customer', rows: 3 }]);
    expect(await start({ unfit: ['customer'] })).toMatchObject({
      issues: [{ code: 'SCAN_INCOMPLETE', subject: 'customer' }],
      entities: [{ state: 'failed', matching: null, scanned: 0 }],
    });
  });

  it('does not go on when the source is lost', async () => {
    const lost = new MigrationError('SOURCE_UNREACHABLE', 'gone');
    const { start } = aScan([{ entity: 'coil', rows: 3 }], () => ({ count: () => Promise.reject(lost) }));
    await expect(start()).rejects.toBe(lost);
  });

  it('reports each chunk, so that the operator sees it move', async () => {
    const { start, events } = aScan([{ entity: 'coil', rows: 25 }]);
    await start();
    expect(events.filter(({ name }) => name === 'entity:planned')).toMatchObject([{ facts: { rows: 25, chunks: 3 } }]);
    expect(events.filter(({ name }) => name === 'chunk:loaded')).toHaveLength(3);
  });
});

describe('a sample of a table', () => {
  const takenOf = async (rows: number, perChunk: readonly number[]) => {
    const chunks = perChunk.map((_, index): ChunkBounds => ({ kind: 'rowid', from: String(index), before: null }));
    const { source } = aRun([]);
    const whole: LegacySource = {
      ...source,
      planChunks: () => Promise.resolve({ strategy: 'rowid', chunks }),
      read: async function* (_, bounds) {
        await Promise.resolve();
        const index = bounds.kind === 'rowid' ? Number(bounds.from) : 0;
        const all = Array.from({ length: perChunk[index] ?? 0 }, (__, row) => [null, `${index}:${row}`]);
        for (let at = 0; at < all.length; at += 4) yield all.slice(at, at + 4);
      },
    };
    const read = {
      plan: { entity: 'coil', source: { owner: null, name: 'C' }, columns: [], key: [], where: null },
      scn: null,
    };
    const matching = perChunk.reduce((sum, count) => sum + count, 0);
    const sample = await sampleChunks(whole, { read, matching, rows });
    const found: unknown[][] = [];
    for (const { bounds } of sample.chunks) {
      const taken: unknown[] = [];
      for await (const batch of sample.source.read(read, bounds)) taken.push(...batch.map(([, name]) => name));
      found.push(taken);
    }
    return found;
  };
  const sampled = async (rows: number, perChunk: readonly number[]) =>
    (await takenOf(rows, perChunk)).map(({ length }) => length);
  const sampledRows = async (rows: number, perChunk: readonly number[]) => (await takenOf(rows, perChunk)).flat();

  it('is taken from places all over it', async () => {
    expect(
      await sampled(
        100,
        Array.from({ length: 40 }, () => 50),
      ),
    ).toEqual([...Array.from({ length: 10 }, () => 10), ...Array.from({ length: 10 }, () => 0)]);
  });

  it('gives what an empty place does not have to those after it', async () => {
    expect(await sampled(9, [2, 0, 50])).toEqual([2, 0, 7, 0, 0, 0]);
  });

  it('takes what is still wanted from the places that have more', async () => {
    expect(await sampled(500, [617, 0, 617, 0, 0, 0])).toEqual([84, 0, 104, 0, 0, 0, 156, 0, 156, 0, 0, 0]);
    expect(await sampled(30, [5, 100, 2])).toEqual([5, 13, 2, 0, 10, 0]);
  });

  it('does not give a row twice, whatever a batch holds', async () => {
    expect(new Set(await sampledRows(12, [9, 1, 9])).size).toBe(12);
  });

  it('is the whole of a table that is smaller', async () => {
    expect(await sampled(100, [3])).toEqual([3, 0]);
  });
});
