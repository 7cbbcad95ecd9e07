import type { RunSettings } from './run-settings';

/** `the retry of the rejects of job, begun at 2026-…, was broken off`: a sentence for each entity whose retry never ended. */
export function brokenRetryTexts({ retriesBegun }: Pick<RunSettings, 'retriesBegun'>): string[] {
  return Object.entries(retriesBegun).map(
    ([entity, at]) => `the retry of the rejects of ${entity}, begun at ${at}, was broken off`,
  );
}
