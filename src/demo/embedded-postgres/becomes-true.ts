import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 10;

/** Asks `condition` again and again until it holds; false when it did not within `withinMs` milliseconds. */
export async function becomesTrue(condition: () => boolean | Promise<boolean>, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}
