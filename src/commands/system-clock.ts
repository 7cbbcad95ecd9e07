import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../core/clock';

/** The machine's clock. */
export function systemClock(): Clock {
  return { now: () => new Date(), sleep: (milliseconds) => sleep(milliseconds) };
}
