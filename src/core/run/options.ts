import { DEFAULT_LOCK_TIMEOUT_MS, DEFAULT_STALL_TIMEOUT_MS } from '../waits/watch';
import type { ConflictPolicy } from './conflicts';
import { DEFAULT_REJECT_LIMIT, type RejectLimit } from './reject-limit';
import type { RunRecord } from './run-record';

/** Sessions of the Oracle pool unless the project says otherwise; each lane holds one. */
export const SOURCE_SESSIONS = 10;
/** Sessions beside those of the lanes, for counts and checks. */
export const SESSIONS_BESIDE_LANES = 2;
export const MOST_LANES = SOURCE_SESSIONS - SESSIONS_BESIDE_LANES;

/** A run that is gone on with. */
export interface Resume {
  /** Null: the latest. */
  readonly runId: string | null;
  /** `new`: what is left of it is read at a new SCN. */
  readonly snapshot: 'kept' | 'new';
}

/** How rows are loaded. Complete: what nobody has said is resolved by `completeOptions`, and nothing behind it has a default of its own. */
export interface LoadOptions {
  /** Rows per chunk. A resumed run keeps those of its start, and tells where others were asked for. */
  readonly batchSize: number;
  /** Chunks loaded at the same time, each over connections of its own; 1 to MOST_LANES. */
  readonly lanes: number;
  readonly rejectLimit: RejectLimit;
  /** What becomes of rows whose key the target had before the run. Null: nobody has decided, so they are rejected. */
  readonly onConflict: ConflictPolicy | null;
  /** How long a database that is lost in mid-run is waited for; 0: not at all. */
  readonly reconnectMs: number;
  /** How long a silent database is waited for where its answer is due soon. */
  readonly stallTimeoutMs: number;
  /** How long a lock is waited for that somebody else holds on the target. */
  readonly lockTimeoutMs: number;
  readonly resume: 'no' | Resume;
  /** `none` reads what is current: no consistency between tables. */
  readonly snapshot: 'scn' | 'none';
  /** Compare source and target after the load. */
  readonly validate: 'after' | 'no';
}

/** What a load is unless told otherwise. */
export const DEFAULT_LOAD: LoadOptions = {
  batchSize: 20_000,
  lanes: 1,
  rejectLimit: DEFAULT_REJECT_LIMIT,
  onConflict: null,
  reconnectMs: 120_000,
  stallTimeoutMs: DEFAULT_STALL_TIMEOUT_MS,
  lockTimeoutMs: DEFAULT_LOCK_TIMEOUT_MS,
  resume: 'no',
  snapshot: 'scn',
  validate: 'after',
};

/** What a resumed run keeps from its start unless it is resumed with others. */
export type KeptOptions = Omit<LoadOptions, 'resume'>;

/** What a load is asked for with: what is left out of the options that a run keeps is as at the start of the run to resume, else the default. */
export interface LoadRequest extends Partial<KeptOptions> {
  readonly resume: 'no' | Partial<Resume>;
}

/** The options of a run for which nobody says others: those that it has kept, as far as they are noted. */
export function keptOptions({ settings, scn }: Pick<RunRecord, 'settings' | 'scn'>): KeptOptions {
  const { batchSize, lanes, rejectLimit, onConflict, reconnectMs, stallTimeoutMs, lockTimeoutMs, validate } = settings;
  return {
    batchSize: batchSize ?? DEFAULT_LOAD.batchSize,
    lanes: lanes ?? DEFAULT_LOAD.lanes,
    rejectLimit: rejectLimit ?? DEFAULT_LOAD.rejectLimit,
    onConflict,
    reconnectMs: reconnectMs ?? DEFAULT_LOAD.reconnectMs,
    stallTimeoutMs: stallTimeoutMs ?? DEFAULT_LOAD.stallTimeoutMs,
    lockTimeoutMs: lockTimeoutMs ?? DEFAULT_LOAD.lockTimeoutMs,
    snapshot: scn === null ? 'none' : 'scn',
    validate: validate ?? DEFAULT_LOAD.validate,
  };
}

/** `begun`: the run to be resumed; null for a new one. */
export function completeOptions<Request extends LoadRequest>(
  request: Request,
  begun: Pick<RunRecord, 'settings' | 'scn'> | null,
): Omit<Request, keyof LoadOptions> & LoadOptions {
  const kept = begun === null ? DEFAULT_LOAD : keptOptions(begun);
  const asked: Partial<KeptOptions> = request;
  return { ...request, ...withDefaults<KeptOptions>(kept, asked), resume: resumeOf(request.resume) };
}

/** The run named, else the latest; at its own SCN unless told otherwise. */
export function resumeOf(asked: LoadRequest['resume']): LoadOptions['resume'] {
  return asked === 'no' ? 'no' : { runId: asked.runId ?? null, snapshot: asked.snapshot ?? 'kept' };
}

/** `asked` over `defaults`; what is undefined in it is not asked for. */
export function withDefaults<Asked extends object>(defaults: Asked, asked: Partial<Asked>): Asked {
  const given = Object.entries(asked).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(given) };
}
