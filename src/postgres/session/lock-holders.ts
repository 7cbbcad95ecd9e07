import type { LockWait } from '../../core/waits/wait-text';
import type { Look } from '../../core/waits/watch';

/** By error of a statement: the lock that it was last seen waiting for. */
const holders = new WeakMap<object, LockWait>();

export function rememberLock(error: unknown, look: Look | null): void {
  if (look?.state === 'lock' && typeof error === 'object' && error !== null) holders.set(error, look);
}

/** The lock that a statement waited for until it failed, where it was seen. */
export function lockOf(error: unknown): LockWait | null {
  return typeof error === 'object' && error !== null ? (holders.get(error) ?? null) : null;
}
