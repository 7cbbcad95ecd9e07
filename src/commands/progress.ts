import { createColors } from 'picocolors';
import { emitBy, type EventSink } from './event-sink';
import { barProgress } from './progress-bars';
import { jsonProgress } from './progress-json';
import { plainProgress } from './progress-lines';
import type { Streams } from './streams';
import { issueText } from './wording';

/** 0: errors only; 1: entities and their progress; 2: chunks too, in the log; 3: each step of a chunk, in the log. */
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
  if (stdout.isTTY !== true) return plainProgress(stdout, options.nowMs);
  return barProgress(stdout, { nowMs: options.nowMs, colours: createColors(options.colour === 'auto') });
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
