import type { Clock } from './clock';
import { MigrationError } from './errors';

/** Waits before the second, third, … attempt, in milliseconds; the last one for all that follow. */
const PAUSES_MS = [250, 1_000, 2_000, 5_000, 10_000];

export interface RetryOptions {
  readonly clock: Clock;
  /** Called before each pause. */
  readonly onRetry: (retry: Retry) => void;
  /** A failure later than this after the first one is the last; 0 repeats nothing. */
  readonly limitMs: number;
  /** Aborted: a failure is the last one, also one that is being waited after. */
  readonly signal?: AbortSignal;
}

/** A failure that is not the last one. */
export interface Retry {
  readonly code: string;
  /** Attempts so far. */
  readonly attempt: number;
  readonly pauseMs: number;
}

/**
 * Repeats `work` while it fails with a retryable code, after growing pauses, for `limitMs` at most; the last failure is thrown as it
 * is. `work` must be restartable.
 */
export async function retrying<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, limitMs, signal, onRetry } = options;
  let sinceMs: number | null = null;
  let waitedMs = 0;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      sinceMs ??= clock.elapsedMs();
      const leftMs = limitMs - Math.max(waitedMs, clock.elapsedMs() - sinceMs);
      if (leftMs <= 0 || signal?.aborted === true || !isRetryable(error)) throw error;
      const pauseMs = Math.min(PAUSES_MS[attempt - 1] ?? Math.max(...PAUSES_MS), leftMs);
      onRetry({ code: error.code, attempt, pauseMs });
      await clock.sleep(pauseMs, signal);
      waitedMs += pauseMs;
    }
  }
}

/** `SOURCE_UNREACHABLE, trying again in 2 s`. */
export function retryText({ code, pauseMs }: Retry): string {
  const seconds = (pauseMs / 1000).toFixed(pauseMs < 1000 ? 2 : 0);
  return `${code}, trying again in ${seconds} s`;
}

function isRetryable(error: unknown): error is MigrationError {
  return error instanceof MigrationError && error.retryable;
}
