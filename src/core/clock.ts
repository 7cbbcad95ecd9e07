/** Time as an argument, so that tests own it. */
export interface Clock {
  /** The calendar, for people. It may be set back at any moment: never take a difference of two. */
  now(): Date;
  /** Milliseconds since a moment of its own; never goes back. For durations and pauses. */
  elapsedMs(): number;
  /** Resolves after `milliseconds`, or as soon as `signal` is aborted; rejects never. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
