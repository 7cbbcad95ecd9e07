import type { ErrorCode } from '../errors';
import type { ConflictsFound } from './forecast';
import type { Issue } from '../issues';
import type { LobsRead } from './lob-speed';
import type { LedgerUpgrade } from './ledger-version';
import type { ChunkId, EntityOutcome, RunOutcome } from './outcomes';
import type { ResetStep } from './reset';

/**
 * The named moments of a chunk's life, in order; what a kill test aims at. `reading` comes again where a lost connection to the
 * source has the chunk read from its first row.
 */
export type ChunkStep = 'reading' | 'read' | 'before-fence' | 'fenced' | 'mid-copy' | 'copied' | 'committed';

/** Every event of a run and its facts. Only the edge (commands) prints them. */
export interface RunEvents {
  /** The run has its ledger row; nothing is loaded yet. */
  'run:started': { readonly runId: string; readonly scn: string | null; readonly resumed: boolean };
  /** A ledger of an earlier version was brought to that of this build. */
  'ledger:upgraded': LedgerUpgrade;
  'run:finished': RunOutcome;
  /** In its place: the run broke off beyond what single entities account for. The ledger says `failed`. */
  'run:failed': { readonly runId: string; readonly code: ErrorCode };
  /** One finding of the pre-flight or of a later check. */
  issue: Issue;
  /** The chunks of an entity are known; `rows` is the exact count at the snapshot. */
  'entity:planned': {
    readonly entity: string;
    readonly rows: number;
    readonly chunks: number;
    /** Chunks that an earlier start of this run has loaded. */
    readonly doneChunks: number;
    /** Rows of chunks that an earlier start of this run has loaded. */
    readonly doneRows: number;
  };
  'chunk:step': ChunkId & { readonly step: ChunkStep };
  /** In a rehearsal: rows of a chunk that meet rows of the real table, by index. Comes again where a chunk is done twice. */
  'chunk:conflicts': ChunkId & { readonly conflicts: readonly ConflictsFound[] };
  /** A chunk is committed (or was found committed: `already`). */
  'chunk:loaded': ChunkId & {
    readonly read: number;
    /** Inserted and updated. */
    readonly loaded: number;
    readonly skipped: number;
    readonly rejected: number;
    readonly already: boolean;
  };
  /** What a lane has read of large values for a chunk; also of one that is read anew. Not where there are none. */
  'lobs:read': ChunkId & { readonly lobs: readonly LobsRead[] };
  'entity:finished': EntityOutcome;
  'reset:step': { readonly runId: string; readonly at: ResetStep };
  /** Something the operator should know, in one sentence. */
  notice: { readonly message: string };
}

export type EventName = keyof RunEvents;

/** Reports one event. Never throws, never waits. */
export type Emit = <Name extends EventName>(name: Name, facts: RunEvents[Name]) => void;

/** What is done at each event; events without an entry are ignored. */
export type EventTable = { readonly [Name in EventName]?: (facts: RunEvents[Name]) => void };

/** The emit that looks each event up in a table. */
export function emitBy(table: EventTable): Emit {
  return (name, facts) => {
    table[name]?.(facts);
  };
}

/** One emit for several. */
export function emitToAll(emits: readonly Emit[]): Emit {
  return (name, facts) => {
    for (const emit of emits) emit(name, facts);
  };
}
