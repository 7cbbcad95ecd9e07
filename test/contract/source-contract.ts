import type { ChunkBounds, LegacySource, ReadPlan, RowList, SnapshotRead } from '../../src/core/ports/legacy-source';
import type { LegacyRow } from '../../src/core/mapping/wire';

/** What a suite is run over: a source with the table `ITEM (ID, NAME)`, keys 1 to `rows`, named `name 1` and so on. */
export interface SourceSubject {
  readonly source: LegacySource;
  readonly rows: number;
  readonly owner: string;
}

/** What every source promises (core/ports/legacy-source.ts). */
export function sourceContract(open: () => Promise<SourceSubject>): void {
  describe('its reading', () => {
    let source: LegacySource;
    let owner: string;
    let ids: readonly string[];
    let read: SnapshotRead;

    beforeAll(async () => {
      const subject = await open();
      ({ source, owner } = subject);
      ids = Array.from({ length: subject.rows }, (_, index) => String(index + 1));
      read = { plan: PLAN, scn: null };
    });
    const idsOf = async (chunk: ChunkBounds | RowList, batchRows?: number): Promise<string[]> =>
      sorted((await batchesOf(chunk, batchRows)).flat().map((row) => String(row[1])));
    const batchesOf = async (chunk: ChunkBounds | RowList, batchRows?: number): Promise<(readonly LegacyRow[])[]> => {
      const batches: (readonly LegacyRow[])[] = [];
      const asked = batchRows === undefined ? read : { ...read, batchRows };
      for await (const rows of source.read(asked, chunk)) batches.push(rows);
      return batches;
    };

    it('knows its tables, and null for one that is not there', async () => {
      expect(await source.table({ owner: null, name: 'ITEM' })).toMatchObject({
        name: { owner, name: 'ITEM' },
        kind: 'table',
        primaryKey: ['ID'],
        columns: [{ name: 'ID' }, { name: 'NAME' }],
      });
      expect(await source.table({ owner: null, name: 'NOTHING' })).toBeNull();
      expect((await source.tablesOf([owner])).map(({ name }) => name)).toEqual(['ITEM']);
      expect(await source.tablesOf(['NOBODY'])).toEqual([]);
    });

    it('counts all rows of a table', async () => {
      expect(await source.count(read)).toEqual({ matching: ids.length, total: ids.length });
    });

    it.each([1, 3, 7, 1_000])('cuts a table into chunks of about %d rows that hold each row once', async (rows) => {
      const { chunks } = await source.planChunks(read, rows);
      const found: string[] = [];
      for (const chunk of chunks) found.push(...(await idsOf(chunk)));
      expect(sorted(found)).toEqual(sorted(ids));
    });

    it('halves a chunk into two that hold its rows, each once', async () => {
      const [whole] = (await source.planChunks(read, 1_000)).chunks;
      const halves = await source.halve(read, whole ?? { kind: 'all' });
      const found = await Promise.all((halves ?? []).map((half) => idsOf(half)));
      expect(sorted(found.flat())).toEqual(sorted(ids));
    });

    it('gives rows as they are asked for, in batches that are no longer than told', async () => {
      const [whole] = (await source.planChunks(read, 1_000)).chunks;
      const batches = await batchesOf(whole ?? { kind: 'all' }, 4);
      expect(Math.max(...batches.map((rows) => rows.length))).toBeLessThanOrEqual(4);
      const second = batches.flat().find((row) => row[1] === '2');
      expect(second?.slice(1)).toEqual(['2', 'name 2']);
    });

    it('gives single rows by key, those that are there', async () => {
      expect(await idsOf({ kind: 'keys', keys: [['2'], ['999'], ['5']] })).toEqual(['2', '5']);
    });

    it('looks up values by key, and nothing for a key that is not there', async () => {
      const table = { owner: null, name: 'ITEM' };
      const found = await source.lookUp({ table, key: ['ID'], value: 'NAME', keys: [['3'], ['999']] }, null);
      expect(found).toEqual([['3', 'name 3']]);
    });
  });
}

const PLAN: ReadPlan = {
  entity: 'item',
  source: { owner: null, name: 'ITEM' },
  columns: [
    { name: 'ID', as: 'text' },
    { name: 'NAME', as: 'text' },
  ],
  key: ['ID'],
  where: null,
};

function sorted(texts: readonly string[]): string[] {
  return [...texts].sort();
}
