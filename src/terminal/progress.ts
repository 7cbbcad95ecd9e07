import { createColors } from 'picocolors';
import type { Emit } from '../core/run/events';
import { type EventSink } from './event-sink';
import { emitBy } from '../core/run/events';
import { barProgress } from './progress-bars';
import { jsonProgress } from './progress-json';
import { plainProgress } from './progress-lines';
import type { Streams } from './streams';
import { issueText } from './wording';

/** 0: errors only; 1: entities and their progress; 2: every finding and count of changed values, and chunks in the log; 3: each step of a chunk, in the log. */
export type Verbosity = 0 | 1 | 2 | 3;

export interface ProgressOptions {
  readonly streams: Streams;
  readonly format: 'text' | 'json';
  readonly verbosity: Verbosity;
  readonly colour: 'auto' | 'never';
  readonly nowMs: () => number;
}

/** Shows the events of a run as the output can bear it: NDJSON, bars on a terminal, else plain lines. */
export function progressFor(options: ProgressOptions): EventSink {
  const { stdout } = options.streams;
  if (options.format === 'json') return jsonProgress(stdout);
  if (options.verbosity === 0) return quietProgress(options.streams);
  const shown = stdout.isTTY === true ? barsFor(options) : plainProgress(stdout, options.nowMs);
  return options.verbosity >= 2 ? shown : { ...shown, emit: withoutInfo(shown.emit) };
}

function barsFor({ streams, nowMs, colour }: ProgressOptions): EventSink {
  const bars = barProgress(streams.stdout, { nowMs, colours: createColors(colour === 'auto') });
  // The drivers are loaded after this line: whoever pressed Enter sees at once that the command has begun.
  bars.emit('notice', { message: 'starting' });
  return bars;
}

/** Findings that ask for nothing would push those that do off the screen; the log has them all. */
function withoutInfo(emit: Emit): Emit {
  return (name, facts) => {
    if (name === 'issue' && 'level' in facts && facts.level === 'info') return;
    emit(name, facts);
  };
}

function quietProgress({ stdout }: Streams): EventSink {
  return {
    emit: emitBy({
      issue: (issue) => {
        if (issue.level === 'error') stdout.write(`${issueText(issue)}\n`);
      },
    }),
    close: () => Promise.resolve(),
  };
}
