import type { ChunkTime } from './evidence';
import type { RunOutcome } from './outcomes';
import { SAMPLES } from './sample-size';

/** What the real run would do with rows whose key is in the target already, by `--on-conflict`; `aborts`: it would end there. */
export type ConflictFate = 'rejected' | 'skipped' | 'updated' | 'aborts';

/** Rows of a chunk, or of an entity, that meet rows of the target in one of its unique indexes. */
export interface ConflictsFound {
  readonly constraint: string;
  readonly fate: ConflictFate;
  readonly rows: number;
  /** Legacy keys of a few of them. */
  readonly sampleKeys: readonly string[];
}

export interface ConflictForecast extends ConflictsFound {
  readonly entity: string;
}

/** How long the real run is expected to take: as long as the rehearsal, give or take how unevenly its chunks went. */
export interface DurationForecast {
  readonly seconds: number;
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** Chunks that it is told from. */
  readonly chunks: number;
}

/** What a rehearsal says about the real run. */
export interface Forecast {
  readonly conflicts: readonly ConflictForecast[];
  /** Null where the rehearsal did not come to its end. */
  readonly duration: DurationForecast | null;
  /** The command of the real run; absent where there was no rehearsal to repeat. */
  readonly command?: string;
}

/** A real run differs by more than its chunks tell: the load of both servers at that hour, and how full their memory is. */
const LEAST_SPREAD = 0.2;
/** No more than this is known from a handful of chunks. */
const SPREAD_OF_FEW = 0.5;
const FEW_CHUNKS = 5;
const MOST_SPREAD = 0.9;

/** Null unless the rehearsal is complete. Its own time, with the mean deviation of its chunks' times per row as the uncertainty. */
export function forecastDuration(
  { state, seconds }: Pick<RunOutcome, 'state' | 'seconds'>,
  chunks: readonly ChunkTime[],
): DurationForecast | null {
  if (state !== 'complete') return null;
  const least = chunks.length < FEW_CHUNKS ? SPREAD_OF_FEW : LEAST_SPREAD;
  const spread = Math.min(MOST_SPREAD, Math.max(least, spreadOf(chunks)));
  const [fromSeconds, toSeconds] = [seconds * (1 - spread), seconds * (1 + spread)];
  return { seconds, fromSeconds, toSeconds, chunks: chunks.length };
}

/**
 * By how much of its time a chunk is slower or faster than its entity's chunks are, as a mean over all of the time. The deviations are not
 * taken to cancel each other out, as those of independent chunks would: what slows a run slows all of it.
 */
function spreadOf(chunks: readonly ChunkTime[]): number {
  const time = ({ fromMs, toMs }: ChunkTime): number => Math.max(0, toMs - fromMs);
  let off = 0;
  let all = 0;
  for (const entity of new Set(chunks.map((chunk) => chunk.entity))) {
    const own = chunks.filter((chunk) => chunk.entity === entity && chunk.read > 0);
    const rows = own.reduce((sum, { read }) => sum + read, 0);
    const total = own.reduce((sum, chunk) => sum + time(chunk), 0);
    if (rows === 0) continue;
    for (const chunk of own) off += Math.abs(time(chunk) - (total / rows) * chunk.read);
    all += total;
  }
  return all === 0 ? 0 : off / all;
}

/** Sums what the chunks of a rehearsal have met. A chunk that is done twice counts once. */
export interface ConflictTally {
  readonly add: (entity: string, chunk: number, conflicts: readonly ConflictsFound[]) => void;
  readonly conflicts: () => readonly ConflictForecast[];
}

export function conflictTally(): ConflictTally {
  const chunks = new Map<string, readonly ConflictForecast[]>();
  return {
    add: (entity, chunk, conflicts) => {
      chunks.set(
        `${entity}\0${chunk}`,
        conflicts.map((found) => ({ entity, ...found })),
      );
    },
    conflicts: () => summed([...chunks.values()].flat()),
  };
}

function summed(found: readonly ConflictForecast[]): ConflictForecast[] {
  const sums = new Map<string, ConflictForecast>();
  for (const conflict of found) {
    const id = `${conflict.entity}\0${conflict.constraint}\0${conflict.fate}`;
    const sum = sums.get(id) ?? { ...conflict, rows: 0, sampleKeys: [] };
    const sampleKeys = [...sum.sampleKeys, ...conflict.sampleKeys].slice(0, SAMPLES);
    sums.set(id, { ...sum, rows: sum.rows + conflict.rows, sampleKeys });
  }
  return [...sums.values()];
}
