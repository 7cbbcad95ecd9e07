import type { Clock } from './clock';
import { MigrationError } from './errors';

/** Waits before the second, third, … attempt, in milliseconds; their number bounds the attempts. */
const PAUSES_MS = [250, 1_000, 3_000, 10_000];

export interface RetryOptions {
  readonly clock: Clock;
  /** Called before each pause with the code of the failure. */
  readonly onRetry: (code: string, attempt: number) => void;
  /** Aborted: a failure is the last one. */
  readonly signal?: AbortSignal;
}

/** Repeats `work` while it fails with a retryable code; the last failure is thrown as it is. `work` must be restartable. */
export async function retrying<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const pause = PAUSES_MS[attempt];
      if (pause === undefined || options.signal?.aborted === true || !isRetryable(error)) throw error;
      options.onRetry(error.code, attempt + 1);
      await options.clock.sleep(pause);
    }
  }
}

function isRetryable(error: unknown): error is MigrationError {
  return error instanceof MigrationError && error.retryable;
}
