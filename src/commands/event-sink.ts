import type { Emit, EventName, RunEvents } from '../core/events';

/** Something that events are shown on; `close` takes down what it put up (bars, files) and resolves when all is written. */
export interface EventSink {
  readonly emit: Emit;
  readonly close: () => Promise<void>;
}

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
