import { rowsLoaded } from '../core/run/account';
import type { Clock } from '../core/clock';
import type { Emit, EventName, RunEvents } from '../core/run/events';
import type { Checkpoint, EntityCheckpoint } from './checkpoint';
import { visibleJson } from '../core/words/visible';
import { writeWhole } from './write-whole';

const SHORTEST_PAUSE_MS = 1_000;

export interface MirrorOptions {
  readonly path: string;
  readonly clock: Clock;
  /** The command as it is typed here; as it is written where absent. */
  readonly asTyped?: (command: string) => string;
  /** Told once when the file cannot be written; the run goes on, for the ledger is the truth. */
  readonly onFailure: (error: unknown) => void;
}

/** Keeps the checkpoint file up to date with the events of a run. */
export interface CheckpointMirror {
  readonly emit: Emit;
  /** Resolves when the last state is on the disk. */
  readonly close: () => Promise<void>;
}

type Draft = Omit<Checkpoint, 'updatedAt' | 'resume' | 'entities'> & { entities: Record<string, EntityCheckpoint> };

/** Writes at every change of state, and at most once a second while chunks are loaded; one write at a time, the latest state wins. */
export function mirrorCheckpoint(options: MirrorOptions): CheckpointMirror {
  const writer = new LatestWriter(options);
  let draft: Draft | null = null;
  return {
    emit: (name, facts) => {
      const next = advanced(draft, { name, facts } as RunEvent);
      if (next === draft || next === null) return;
      draft = next;
      writer.offer(next, name === 'chunk:loaded' ? 'soon' : 'now');
    },
    close: () => writer.close(),
  };
}

type RunEvent = { [Name in EventName]: { readonly name: Name; readonly facts: RunEvents[Name] } }[EventName];

function advanced(draft: Draft | null, event: RunEvent): Draft | null {
  if (event.name === 'run:started') {
    return { runId: event.facts.runId, scn: event.facts.scn, state: 'running', entities: {} };
  }
  if (draft === null) return null;
  switch (event.name) {
    case 'run:finished':
      return { ...draft, state: event.facts.state };
    case 'run:failed':
      return { ...draft, state: 'failed' };
    case 'entity:planned':
      return withEntity(draft, event.facts.entity, planned(event.facts));
    case 'chunk:loaded':
      return withEntity(draft, event.facts.entity, loaded(draft.entities[event.facts.entity], event.facts));
    case 'entity:finished':
      return withEntity(draft, event.facts.entity, finished(draft.entities[event.facts.entity], event.facts));
    default:
      return draft;
  }
}

function withEntity(draft: Draft, entity: string, checkpoint: EntityCheckpoint): Draft {
  return { ...draft, entities: { ...draft.entities, [entity]: checkpoint } };
}

const NOTHING: EntityCheckpoint = {
  state: 'planned',
  chunks: { planned: 0, loaded: 0 },
  doneBefore: { rows: 0 },
  rows: { source: null, filtered: null, expected: 0, read: 0, loaded: 0, skipped: 0, rejected: 0 },
};

function planned({ rows, chunks, doneChunks, doneRows }: RunEvents['entity:planned']): EntityCheckpoint {
  return {
    state: 'planned',
    chunks: { planned: chunks, loaded: doneChunks },
    doneBefore: { rows: doneRows },
    rows: { ...NOTHING.rows, expected: rows },
  };
}

function loaded(before: EntityCheckpoint = NOTHING, chunk: RunEvents['chunk:loaded']): EntityCheckpoint {
  const { rows, chunks } = before;
  return {
    ...before,
    state: 'loading',
    chunks: { ...chunks, loaded: chunks.loaded + 1 },
    rows: {
      ...rows,
      read: rows.read + (chunk.already ? 0 : chunk.read),
      loaded: rows.loaded + chunk.loaded,
      skipped: rows.skipped + chunk.skipped,
      rejected: rows.rejected + chunk.rejected,
    },
  };
}

/** The ledger's tally replaces the sums of this start. */
function finished(before: EntityCheckpoint = NOTHING, outcome: RunEvents['entity:finished']): EntityCheckpoint {
  const { source, filtered, read, skipped, rejected } = outcome.tally;
  const counts = { source, filtered, read, loaded: rowsLoaded(outcome.tally), skipped, rejected };
  return { ...before, state: outcome.state, rows: { ...before.rows, ...counts } };
}

/** Writes the latest state offered, one write at a time, and waits between hurried ones. */
class LatestWriter {
  #next: Draft | null = null;
  #working: Promise<void> | null = null;
  #urgency: 'now' | 'soon' = 'soon';
  #lastMs = Number.NEGATIVE_INFINITY;
  #wake: () => void = () => undefined;
  #failed = false;

  constructor(readonly options: MirrorOptions) {}

  offer(draft: Draft, urgency: 'now' | 'soon'): void {
    this.#next = draft;
    if (urgency === 'now') this.#hurry();
    this.#working ??= this.#work();
  }

  async close(): Promise<void> {
    this.#hurry();
    await this.#working;
  }

  #hurry(): void {
    this.#urgency = 'now';
    this.#wake();
  }

  async #work(): Promise<void> {
    try {
      while (this.#next !== null) {
        await this.#pause();
        const draft = this.#next;
        this.#next = null;
        this.#urgency = 'soon';
        this.#lastMs = this.#nowMs();
        await this.#write(draft);
      }
    } finally {
      this.#working = null;
    }
  }

  async #pause(): Promise<void> {
    const left = this.#lastMs + SHORTEST_PAUSE_MS - this.#nowMs();
    if (left <= 0 || this.#urgency === 'now') return;
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    await Promise.race([this.options.clock.sleep(left), woken]);
  }

  async #write(draft: Draft): Promise<void> {
    const updatedAt = this.options.clock.now().toISOString();
    const { asTyped = asWritten } = this.options;
    const resume = asTyped(`cutover migrate --resume --run ${draft.runId}`);
    const content: Checkpoint = { ...draft, updatedAt, resume };
    try {
      await writeWhole(this.options.path, [`${visibleJson(content, 2)}\n`]);
    } catch (error) {
      if (!this.#failed) this.options.onFailure(error);
      this.#failed = true;
    }
  }

  #nowMs(): number {
    return this.options.clock.elapsedMs();
  }
}

function asWritten(command: string): string {
  return command;
}
