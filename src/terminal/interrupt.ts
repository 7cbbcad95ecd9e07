/** The part of `process` that tells of signals; a test's own emitter otherwise. */
export interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

export interface InterruptOptions {
  readonly signals: SignalSource;
  /** Told once, at the first signal, with what goes on then. */
  readonly onFirst: (stage: Stage) => void;
  /** Told once, at the second signal, where something is to be done before the process ends. */
  readonly onSecond?: () => void;
  /** Ends the process at once. */
  readonly exit: (code: number) => void;
}

/** What a command is doing: its work, or what is left once its result is printed. */
export type Stage = 'work' | 'shutting down';

export interface Interrupt {
  readonly signal: AbortSignal;
  /** The result is printed: only connections are to be closed. */
  readonly shuttingDown: () => void;
  /** Takes work that is done before the process ends; answers with what takes it off again. */
  readonly beforeKilled: (work: () => Promise<void>) => () => void;
  /** Gives the signals back. */
  readonly release: () => void;
}

/**
 * The first Ctrl-C (or SIGTERM) aborts the signal, so that the work in hand can be finished; the second ends the process with 130, after what
 * must not be left undone; a third does not wait for that either.
 */
export function onInterrupt({ signals, onFirst, onSecond, exit }: InterruptOptions): Interrupt {
  const controller = new AbortController();
  const last = new Set<() => Promise<void>>();
  let isEnding = false;
  let stage: Stage = 'work';
  const end = (): void => {
    exit(130);
  };
  const endOrderly = (): void => {
    isEnding = true;
    onSecond?.();
    void Promise.allSettled([...last].map((work) => work())).then(end);
  };
  const listener = (): void => {
    if (!controller.signal.aborted) {
      controller.abort();
      onFirst(stage);
    } else if (isEnding || last.size === 0) end();
    else endOrderly();
  };
  signals.on('SIGINT', listener);
  signals.on('SIGTERM', listener);
  return {
    signal: controller.signal,
    shuttingDown: () => {
      stage = 'shutting down';
    },
    beforeKilled: (work) => {
      last.add(work);
      return () => last.delete(work);
    },
    release: () => {
      signals.off('SIGINT', listener);
      signals.off('SIGTERM', listener);
    },
  };
}
