import fc from 'fast-check';
import {
  boundedRows,
  cutBlocks,
  keyChunks,
  pieceCount,
  rowidChunks,
  type BlockRange,
} from '../../../../src/core/rows/chunks';
import type { ChunkBounds } from '../../../../src/core/ports/legacy-source';

/** Extents of a table: ascending, without overlaps, with gaps, over up to three files. */
const extents = fc
  .array(
    fc.record({ file: fc.integer({ min: 1, max: 3 }), gap: fc.nat(20), blocks: fc.integer({ min: 1, max: 64 }) }),
    {
      maxLength: 12,
    },
  )
  .map((pieces) => {
    const next = new Map<number, number>();
    return pieces.map(({ file, gap, blocks }): BlockRange => {
      const block = (next.get(file) ?? 128) + gap;
      next.set(file, block + blocks);
      return { file, block, blocks };
    });
  });

const order = (a: { file: number; block: number }, b: { file: number; block: number }): number =>
  a.file - b.file || a.block - b.block;

describe('cutBlocks', () => {
  it('cuts in strictly ascending order, inside the extents, into no more pieces than asked for', () => {
    fc.assert(
      fc.property(extents, fc.integer({ min: 1, max: 40 }), (ranges, pieces) => {
        const cuts = cutBlocks(ranges, pieces);
        expect(cuts.length).toBeLessThan(pieces);
        cuts.slice(1).forEach((cut, index) => {
          expect(order(cuts[index]!, cut)).toBeLessThan(0);
        });
        for (const cut of cuts) {
          expect(
            ranges.some(
              ({ file, block, blocks }) => file === cut.file && cut.block >= block && cut.block < block + blocks,
            ),
          ).toBe(true);
        }
      }),
    );
  });

  it('makes pieces whose sizes differ by one block at most, when there are enough blocks', () => {
    fc.assert(
      fc.property(extents, fc.integer({ min: 1, max: 10 }), (ranges, pieces) => {
        const blocks = ranges
          .flatMap((range) =>
            Array.from({ length: range.blocks }, (_, i) => ({ file: range.file, block: range.block + i })),
          )
          .sort(order);
        fc.pre(blocks.length >= pieces);
        const cuts = cutBlocks(ranges, pieces);
        const sizes = Array.from({ length: cuts.length + 1 }, () => 0);
        for (const block of blocks) sizes[cuts.filter((cut) => order(cut, block) <= 0).length]! += 1;
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        expect(sizes).toHaveLength(pieces);
      }),
    );
  });

  it('cuts a table without extents nowhere', () => {
    expect(cutBlocks([], 5)).toEqual([]);
  });
});

describe('rowidChunks and keyChunks', () => {
  const within = (chunk: ChunkBounds, value: string): boolean => {
    if (chunk.kind === 'rowid') {
      return (chunk.from === null || value >= chunk.from) && (chunk.before === null || value < chunk.before);
    }
    if (chunk.kind === 'key') {
      return (chunk.after === null || value > chunk.after[0]!) && (chunk.upTo === null || value <= chunk.upTo[0]!);
    }
    return true;
  };
  const word = fc.string({ minLength: 1, maxLength: 3 });

  it('put every value into exactly one chunk, whatever the cuts are', () => {
    fc.assert(
      fc.property(fc.uniqueArray(word), word, (cuts, value) => {
        const ascending = [...cuts].sort((a, b) => (a < b ? -1 : 1));
        const plans = [rowidChunks(ascending), keyChunks(ascending.map((cut) => [cut]))];
        for (const { chunks } of plans) expect(chunks.filter((chunk) => within(chunk, value))).toHaveLength(1);
      }),
    );
  });

  it('give one open chunk when there is nothing to cut', () => {
    expect(rowidChunks([])).toEqual({ strategy: 'rowid', chunks: [{ kind: 'rowid', from: null, before: null }] });
    expect(keyChunks([])).toEqual({ strategy: 'key', chunks: [{ kind: 'key', after: null, upTo: null }] });
  });
});

describe('pieceCount and boundedRows', () => {
  it('makes one piece of an empty table', () => {
    expect(pieceCount(0, 20_000)).toBe(1);
    expect(pieceCount(20_001, 20_000)).toBe(2);
  });

  it('lowers the rows of a chunk when rows are wide, never below one', () => {
    expect(boundedRows(20_000, null, 1_000)).toBe(20_000);
    expect(boundedRows(20_000, 10, 1_000)).toBe(100);
    expect(boundedRows(20_000, 5_000, 1_000)).toBe(1);
  });
});
