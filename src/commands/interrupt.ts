/** The part of `process` that tells of signals; a test's own emitter otherwise. */
export interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

export interface InterruptOptions {
  readonly signals: SignalSource;
  /** Told once, at the first signal. */
  readonly onFirst: () => void;
  /** Ends the process at once. */
  readonly exit: (code: number) => void;
}

export interface Interrupt {
  readonly signal: AbortSignal;
  /** Gives the signals back. */
  readonly release: () => void;
}

/** The first Ctrl-C (or SIGTERM) aborts the signal, so that the work in hand can be finished; the second ends the process with 130. */
export function onInterrupt({ signals, onFirst, exit }: InterruptOptions): Interrupt {
  const controller = new AbortController();
  const listener = (): void => {
    if (controller.signal.aborted) {
      exit(130);
      return;
    }
    controller.abort();
    onFirst();
  };
  signals.on('SIGINT', listener);
  signals.on('SIGTERM', listener);
  return {
    signal: controller.signal,
    release: () => {
      signals.off('SIGINT', listener);
      signals.off('SIGTERM', listener);
    },
  };
}
