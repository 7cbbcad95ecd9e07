import type { RunSetup } from './run-record';

/** What the names of settings begin with that keep, by entity, since when a retry of its rejects is under way, or was broken off. */
export const RETRY_BEGUN = 'retryBegun.';

/** Entities of which a retry of rejects was begun and never ended, and when it was begun (ISO 8601, UTC). */
export function openRetries(settings: RunSetup['settings']): (readonly [entity: string, at: string])[] {
  return Object.entries(settings).flatMap(([name, at]) =>
    name.startsWith(RETRY_BEGUN) ? [[name.slice(RETRY_BEGUN.length), String(at)] as const] : [],
  );
}

/** `the retry of the rejects of job, begun at 2026-…, was broken off`: a sentence each. */
export function brokenRetryTexts(settings: RunSetup['settings']): string[] {
  return openRetries(settings).map(
    ([entity, at]) => `the retry of the rejects of ${entity}, begun at ${at}, was broken off`,
  );
}

/** The settings without those marks. */
export function withoutOpenRetries(settings: RunSetup['settings']): RunSetup['settings'] {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !name.startsWith(RETRY_BEGUN)));
}
