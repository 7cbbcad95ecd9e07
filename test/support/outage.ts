import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedPostgres } from '../../src/demo/embedded-postgres';

/** How a server goes down: told to (fast shutdown), at once without tidying up, or killed. */
export type Downfall = 'SIGINT' | 'SIGQUIT' | 'SIGKILL';

/** A server of a test's own that goes down and comes back on the same port. */
export interface Outage {
  /** Takes the server down now and starts it again; the second call does nothing. */
  readonly begin: () => void;
  /** Resolves when the server is back; rejects where it does not come back. */
  readonly over: () => Promise<void>;
  readonly hasBegun: () => boolean;
}

export function outageOf(server: EmbeddedPostgres, downfall: Downfall): Outage {
  let coming: Promise<void> | null = null;
  return {
    begin: () => {
      if (coming !== null) return;
      process.kill(server.pid, downfall);
      coming = comeBack(server);
      coming.catch(() => undefined);
    },
    over: () => coming ?? Promise.resolve(),
    hasBegun: () => coming !== null,
  };
}

/** After SIGKILL the sessions of the old server may still hold its memory for a moment. */
async function comeBack(server: EmbeddedPostgres): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await server.restart();
      return;
    } catch (error) {
      if (attempt === 50) throw error;
      await sleep(100);
    }
  }
}
