import type { ChunkTime, StartRecord } from '../../core/run/evidence';

const MOST_PARTS = 48;

/** The chunks of one start of the run, in time. Milliseconds are those since 1970. */
export interface StretchOfWork {
  /** Number of the start, 1 for the first. */
  readonly start: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly chunks: number;
  /** Rows read in these chunks. */
  readonly rows: number;
  readonly rowsPerSecond: number;
  /** Rows per second in parts of equal length from `fromMs` to `toMs`. */
  readonly throughput: readonly number[];
  /** In the order in which they began. */
  readonly entities: readonly EntityStretch[];
}

export interface EntityStretch {
  readonly entity: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly chunks: number;
  readonly rows: number;
  /** When its chunks were loaded: pieces of time that do not overlap. */
  readonly busy: readonly (readonly [fromMs: number, toMs: number])[];
}

/** The chunks by the starts that have loaded them, so that a night between two starts takes no room; starts without any are left out. */
export function timelineOf(chunks: readonly ChunkTime[], starts: readonly Pick<StartRecord, 'at'>[]): StretchOfWork[] {
  const begins = starts.map(({ at }) => Date.parse(at));
  const startOf = ({ fromMs }: ChunkTime): number =>
    Math.max(0, begins.filter((begin) => begin <= fromMs).length - 1) + 1;
  const numbers = [...new Set(chunks.map(startOf))].sort((a, b) => a - b);
  return numbers.map((start) =>
    stretchOf(
      start,
      chunks.filter((chunk) => startOf(chunk) === start),
    ),
  );
}

function stretchOf(start: number, chunks: readonly ChunkTime[]): StretchOfWork {
  const span = spanOf(chunks);
  const rows = rowsOf(chunks);
  return {
    start,
    ...span,
    chunks: chunks.length,
    rows,
    rowsPerSecond: Math.round(perSecond(rows, span.toMs - span.fromMs)),
    throughput: throughputOf(chunks, span),
    entities: [...new Set(chunks.map(({ entity }) => entity))]
      .map((entity) =>
        entityStretch(
          entity,
          chunks.filter((chunk) => chunk.entity === entity),
        ),
      )
      .sort((a, b) => a.fromMs - b.fromMs),
  };
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Not by spreading: a run may have more chunks than a call takes arguments. */
function spanOf(chunks: readonly ChunkTime[]): Span {
  return {
    fromMs: chunks.reduce((least, { fromMs }) => Math.min(least, fromMs), Infinity),
    toMs: chunks.reduce((most, { toMs }) => Math.max(most, toMs), -Infinity),
  };
}

function rowsOf(chunks: readonly ChunkTime[]): number {
  return chunks.reduce((sum, { read }) => sum + read, 0);
}

/** A chunk that took no measurable time counts as a millisecond. */
function perSecond(rows: number, milliseconds: number): number {
  return (rows * 1000) / Math.max(1, milliseconds);
}

/** The rows of a chunk are taken to come evenly over its time. No part is shorter than the millisecond that times are told in. */
function throughputOf(chunks: readonly ChunkTime[], { fromMs, toMs }: Span): number[] {
  const span = Math.max(1, toMs - fromMs);
  const parts = Math.min(MOST_PARTS, span);
  const width = span / parts;
  const rows = new Array<number>(parts).fill(0);
  for (const chunk of chunks) {
    const last = Math.min(parts - 1, Math.floor((chunk.toMs - fromMs) / width));
    const first = Math.min(last, Math.floor((chunk.fromMs - fromMs) / width));
    const length = Math.max(1, chunk.toMs - chunk.fromMs);
    for (let bucket = first; bucket <= last; bucket += 1) {
      const begin = Math.max(chunk.fromMs, fromMs + bucket * width);
      const end = Math.min(Math.max(chunk.toMs, chunk.fromMs + 1), fromMs + (bucket + 1) * width);
      const share = first === last ? 1 : Math.max(0, end - begin) / length;
      rows[bucket] = (rows[bucket] ?? 0) + chunk.read * share;
    }
  }
  return rows.map((count) => Math.round(perSecond(count, width)));
}

function entityStretch(entity: string, chunks: readonly ChunkTime[]): EntityStretch {
  const times = chunks.map(({ fromMs, toMs }) => [fromMs, toMs] as const).sort(([a], [b]) => a - b);
  const busy: [number, number][] = [];
  for (const [fromMs, toMs] of times) {
    const last = busy.at(-1);
    if (last !== undefined && fromMs <= last[1]) last[1] = Math.max(last[1], toMs);
    else busy.push([fromMs, toMs]);
  }
  return { entity, ...spanOf(chunks), chunks: chunks.length, rows: rowsOf(chunks), busy };
}
