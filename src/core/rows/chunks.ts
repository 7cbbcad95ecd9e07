import type { ChunkBounds, ChunkPlan } from '../ports/legacy-source';

/** A run of consecutive blocks of one data file that a table occupies. */
export interface BlockRange {
  readonly file: number;
  readonly block: number;
  readonly blocks: number;
}

export interface BlockAddress {
  readonly file: number;
  readonly block: number;
}

/** The plan for what is too small to cut, or cannot be cut. */
export const SINGLE_CHUNK: ChunkPlan = { strategy: 'all', chunks: [{ kind: 'all' }] };

/** How many chunks of about `rowsPerChunk` rows the matching rows make; at least one. */
export function pieceCount(matchingRows: number, rowsPerChunk: number): number {
  return Math.max(1, Math.ceil(matchingRows / Math.max(1, rowsPerChunk)));
}

/** A chunk is one transaction and is done anew as a whole: wide rows make it shorter. */
export const MAX_CHUNK_BYTES = 64 * 1024 * 1024;

/** Rows per chunk, lowered where average rows are so wide that the chunk would exceed `maxBytes`. */
export function boundedRows(rows: number, averageRowBytes: number | null, maxBytes: number): number {
  if (averageRowBytes === null || averageRowBytes <= 0) return rows;
  return Math.max(1, Math.min(rows, Math.floor(maxBytes / averageRowBytes)));
}

/**
 * Cuts a table's blocks into `pieces` of nearly equal size. Returns the addresses where the second and later pieces begin, in
 * physical order; fewer than `pieces - 1` where there are not enough blocks.
 */
export function cutBlocks(ranges: readonly BlockRange[], pieces: number): BlockAddress[] {
  const sorted = ranges.filter(({ blocks }) => blocks > 0).sort((a, b) => a.file - b.file || a.block - b.block);
  const total = sorted.reduce((sum, { blocks }) => sum + blocks, 0);
  const cuts: BlockAddress[] = [];
  let passed = 0;
  let piece = 1;
  for (const range of sorted) {
    for (; piece < pieces; piece += 1) {
      const target = Math.floor((piece * total) / pieces);
      if (target >= passed + range.blocks) break;
      if (target > 0) pushAscending(cuts, { file: range.file, block: range.block + (target - passed) });
    }
    passed += range.blocks;
  }
  return cuts;
}

/** More pieces than blocks repeat an address; a repeated cut would make an empty chunk. */
function pushAscending(cuts: BlockAddress[], next: BlockAddress): void {
  const last = cuts.at(-1);
  if (last === undefined || last.file < next.file || (last.file === next.file && last.block < next.block))
    cuts.push(next);
}

/** `[…, c1) [c1, c2) … [cn, …)`: both ends are open, so rows outside the known extents belong to a chunk too. */
export function rowidChunks(cuts: readonly string[]): ChunkPlan {
  const edges = [null, ...cuts, null];
  const chunks = edges
    .slice(1)
    .map((before, index): ChunkBounds => ({ kind: 'rowid', from: edges[index] ?? null, before }));
  return { strategy: 'rowid', chunks };
}

/** `(…, b1] (b1, b2] … (bn, …)`: `bounds` are key values in ascending order. */
export function keyChunks(bounds: readonly (readonly string[])[]): ChunkPlan {
  const edges = [null, ...bounds, null];
  const chunks = edges.slice(1).map((upTo, index): ChunkBounds => ({ kind: 'key', after: edges[index] ?? null, upTo }));
  return { strategy: 'key', chunks };
}
