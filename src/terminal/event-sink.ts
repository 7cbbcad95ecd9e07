import type { Emit } from '../core/run/events';

/** Something that events are shown on; `close` takes down what it put up (bars, files) and resolves when all is written. */
export interface EventSink {
  readonly emit: Emit;
  readonly close: () => Promise<void>;
}
