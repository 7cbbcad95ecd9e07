import { readFile } from 'node:fs/promises';
import type { Issue } from '../core/issues';
import type { EntityState } from '../core/run/outcomes';

/** `migration_checkpoint.json`: what an operator can read while the run goes on. The ledger in the target is the truth. */
export interface Checkpoint {
  readonly runId: string;
  readonly state: 'running' | 'complete' | 'failed' | 'interrupted' | 'reset';
  readonly scn: string | null;
  readonly entities: Readonly<Record<string, EntityCheckpoint>>;
  /** ISO 8601, UTC. */
  readonly updatedAt: string;
  /** The command that goes on with this run; null where it was reset. */
  readonly resume: string | null;
}

export interface EntityCheckpoint {
  readonly state: 'planned' | 'loading' | EntityState;
  readonly chunks: { readonly planned: number; readonly loaded: number };
  /** What earlier starts of the run have loaded; `rows` counts this start until the entity is finished. */
  readonly doneBefore: { readonly rows: number };
  readonly rows: {
    /** All rows of the source at the snapshot, and those that the mapping's condition leaves out; null until the entity is finished. */
    readonly source: number | null;
    readonly filtered: number | null;
    readonly expected: number;
    readonly read: number;
    readonly loaded: number;
    readonly skipped: number;
    readonly rejected: number;
  };
}

/** The mirror at `path`: null where there is none, an issue where it cannot be read (the run itself is not harmed). */
export async function readCheckpoint(path: string): Promise<Checkpoint | Issue | null> {
  try {
    const content: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isCheckpoint(content) ? content : corrupt(path, 'it is not a checkpoint');
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (code === 'ENOENT') return null;
    return corrupt(path, code === undefined ? 'it is not JSON' : 'it cannot be read');
  }
}

function isCheckpoint(content: unknown): content is Checkpoint {
  if (typeof content !== 'object' || content === null) return false;
  const { runId, state, entities } = content as Partial<Record<keyof Checkpoint, unknown>>;
  return typeof runId === 'string' && typeof state === 'string' && typeof entities === 'object' && entities !== null;
}

function corrupt(path: string, because: string): Issue {
  return {
    code: 'CHECKPOINT_CORRUPT',
    level: 'warning',
    message: `${because}; the ledger in the target is used instead`,
    hint: 'Delete the file: the next run writes it anew.',
    subject: path,
  };
}
