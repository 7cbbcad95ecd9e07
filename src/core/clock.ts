/** Time as an argument, so that tests own it. */
export interface Clock {
  now(): Date;
  /** Resolves after `milliseconds`; rejects never. */
  sleep(milliseconds: number): Promise<void>;
}
