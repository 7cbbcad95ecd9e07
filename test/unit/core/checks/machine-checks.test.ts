import {
  fileIssues,
  heapIssues,
  heapNeed,
  type Machine,
  type PlannedLoad,
  type ReadTable,
} from '../../../../src/core/checks/machine-checks';

const MEBIBYTE = 1_048_576;

const load = (changes: Partial<PlannedLoad> = {}): PlannedLoad => ({
  ...{ lanes: 1, batchSize: 20_000, heaps: 'own', chunks: 'to be cut' },
  ...changes,
});

const read = (columns: number, table: Partial<ReadTable['table']> = {}): ReadTable => ({
  entity: 'coil',
  columns: Array.from({ length: columns }, (_, index) => `C${index}`),
  table: { estimatedRows: 1_000_000, averageRowBytes: 100, columns: [], ...table },
});

const heap = (mebibytes: number): Machine => ({ heapLimit: mebibytes * MEBIBYTE, files: null });
const files = (open: number, limit: number): Machine => ({ ...heap(4096), files: { open, limit } });

describe('heapNeed', () => {
  it.each([
    [19, 5_000, 91],
    [19, 15_200, 92],
    [19, 45_700, 248],
    [19, 91_400, 378],
    [101, 20_000, 345],
    [2, 200_000, 287],
  ])(
    'of %i columns in chunks of %i rows refuses no load that was measured to live, of %i MiB',
    (columns, rows, least) => {
      const { bytes } = heapNeed(read(columns, { estimatedRows: rows }), load({ batchSize: rows }));
      const need = bytes / MEBIBYTE;
      expect(need * 0.8).toBeLessThan(least);
      expect(need * 1.25).toBeGreaterThan(least);
    },
  );

  it('counts the rows that the chunks of a table really have', () => {
    expect(heapNeed(read(19, { estimatedRows: 60 }), load()).rows).toBe(60);
    expect(heapNeed(read(19, { estimatedRows: 30_000 }), load()).rows).toBe(15_000);
    expect(heapNeed(read(19, { averageRowBytes: 64 * 1024 }), load()).rows).toBeLessThanOrEqual(1024);
  });

  it('multiplies by the lanes only where they share a heap', () => {
    const one = heapNeed(read(19), load()).bytes;
    expect(heapNeed(read(19), load({ lanes: 4 })).bytes).toBe(one);
    expect(heapNeed(read(19), load({ lanes: 4, heaps: 'shared' })).bytes).toBeGreaterThan(2 * one);
  });
});

describe('heapIssues', () => {
  it('refuses a heap with which a load surely dies, naming the options that help', () => {
    const [issue, ...others] = heapIssues(heap(248), [read(19)], load({ batchSize: 100_000 }));
    expect(others).toEqual([]);
    expect(issue).toMatchObject({ code: 'MACHINE_LIMIT', level: 'error', subject: 'coil' });
    expect(issue?.hint).toMatch(/--max-old-space-size=\d+.* or choose a smaller --batch-size\./);
  });

  it('passes with the heap that its own hint asks for', () => {
    const [issue] = heapIssues(heap(248), [read(19)], load({ batchSize: 100_000 }));
    const [, asked = ''] = /--max-old-space-size=(\d+)/.exec(issue?.hint ?? '') ?? [];
    expect(heapIssues(heap(Number(asked)), [read(19)], load({ batchSize: 100_000 }))).toEqual([]);
  });

  it('only warns where it is narrow, or nobody knows how many rows there are', () => {
    const large = load({ batchSize: 100_000 });
    expect(heapIssues(heap(400), [read(19)], large)).toMatchObject([{ level: 'warning' }]);
    expect(heapIssues(heap(150), [read(19, { estimatedRows: null })], large)).toMatchObject([{ level: 'warning' }]);
  });

  it('does not advise another batch size for chunks that are cut already, and fewer lanes where they share the heap', () => {
    const resumed = load({ batchSize: 100_000, lanes: 4, heaps: 'shared', chunks: 'kept' });
    const [issue] = heapIssues(heap(300), [read(19)], resumed);
    expect(issue?.hint).toContain('fewer --lanes');
    expect(issue?.hint).not.toContain('--batch-size');
  });

  it('says nothing at the defaults of Node.js and cutover', () => {
    expect(heapIssues(heap(4144), [read(100), read(19)], load())).toEqual([]);
  });
});

describe('fileIssues', () => {
  it('refuses more lanes than there is room for, and advises fewer of several only', () => {
    const [several] = fileIssues(files(23, 40), { lanes: 4 });
    expect(several).toMatchObject({ code: 'MACHINE_LIMIT', level: 'error' });
    expect(several?.hint).toMatch(/ulimit -n 4096.* fewer --lanes/);
    const [one] = fileIssues(files(23, 30), { lanes: 1 });
    expect(one?.hint).not.toContain('--lanes');
  });

  it('says nothing where there is room, or no limit', () => {
    expect(fileIssues(files(23, 40), { lanes: 1 })).toEqual([]);
    expect(fileIssues(heap(4096), { lanes: 8 })).toEqual([]);
  });
});
