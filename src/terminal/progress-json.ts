import type { Writable } from 'node:stream';
import { visibleJson } from '../core/words/visible';
import type { EventSink } from './event-sink';

/** Writes one NDJSON line: `{"event": …, "at": …, "facts": …}`. */
export function writeJsonLine(stdout: Writable, line: { readonly event: string; readonly facts: unknown }): void {
  stdout.write(`${visibleJson({ event: line.event, at: new Date().toISOString(), facts: line.facts })}\n`);
}

/** Every event as one line of NDJSON, whatever the verbosity. */
export function jsonProgress(stdout: Writable): EventSink {
  return {
    emit: (event, facts) => {
      writeJsonLine(stdout, { event, facts });
    },
    close: () => Promise.resolve(),
  };
}
