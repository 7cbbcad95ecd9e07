import type { RunSetup } from './run-record';

/** What the names of settings begin with that keep, by entity, since when a retry of its rejects is under way, or was broken off. */
export const RETRY_BEGUN = 'retryBegun.';

/** `the retry of the rejects of job, begun at 2026-…, was broken off`: a sentence for each entity whose retry never ended. */
export function brokenRetryTexts(settings: RunSetup['settings']): string[] {
  return Object.entries(settings).flatMap(([name, at]) =>
    name.startsWith(RETRY_BEGUN)
      ? [`the retry of the rejects of ${name.slice(RETRY_BEGUN.length)}, begun at ${String(at)}, was broken off`]
      : [],
  );
}

/** The settings without those marks. */
export function withoutOpenRetries(settings: RunSetup['settings']): RunSetup['settings'] {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !name.startsWith(RETRY_BEGUN)));
}
