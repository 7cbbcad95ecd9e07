import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../core/clock';

/** The machine's clock. */
export function systemClock(): Clock {
  return {
    now: () => new Date(),
    elapsedMs: () => performance.now(),
    sleep: (milliseconds, signal) =>
      sleep(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
  };
}
