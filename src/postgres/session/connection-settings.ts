import { DEFAULT_LOCK_TIMEOUT_MS, patience, type Patience } from '../../core/waits/watch';

/** Where the target is, where in it the ledger, and how long it is waited for. */
export interface PostgresTargetSettings {
  /** `postgresql://user:password@host:port/database`. */
  readonly url: string;
  /** 4 seconds where absent: a silent host is known within 5 s. */
  readonly connectTimeoutMs?: number;
  /** `cutover` where absent. */
  readonly ledgerSchema?: string;
  /** See `Patience`; 10 minutes where absent. */
  readonly stallTimeoutMs?: number;
  /** How long a lock is waited for that somebody else holds; a minute where absent. */
  readonly lockTimeoutMs?: number;
}

/** What every session of a target is opened with. */
export interface ConnectionSettings {
  readonly url: string;
  readonly connectTimeoutMs: number;
  /** A lock that somebody holds for longer is an error, not a wait without end. */
  readonly lockTimeoutMs: number;
  /** Statements that write there are answered soon. */
  readonly ledgerSchema: string;
  readonly patience: Patience;
}

export const DEFAULT_LEDGER = 'cutover';
const CONNECT_TIMEOUT_MS = 4_000;

/** Hears what is waited for. */
export type Tell = Patience['tell'];

export function connectionTo(
  settings: PostgresTargetSettings,
  { ledgerSchema = DEFAULT_LEDGER, tell = () => undefined }: { ledgerSchema?: string; tell?: Tell | undefined } = {},
): ConnectionSettings {
  const {
    url,
    connectTimeoutMs = CONNECT_TIMEOUT_MS,
    lockTimeoutMs = DEFAULT_LOCK_TIMEOUT_MS,
    stallTimeoutMs,
  } = settings;
  return {
    url,
    connectTimeoutMs,
    lockTimeoutMs,
    ledgerSchema,
    patience: patience(tell, stallTimeoutMs, lockTimeoutMs),
  };
}
