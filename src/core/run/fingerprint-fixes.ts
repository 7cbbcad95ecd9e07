import type { EarlierFingerprint } from '../mapping/fingerprint';
import type { Issue } from '../issues';
import type { RunRecord } from './run-record';

/**
 * What has changed the fingerprints of mappings that did not change themselves, oldest first. A run notes how many of these it knew, so
 * that a refusal can name those that came later. Whoever changes what `fingerprintOf` covers, or the name or arguments of a conversion,
 * adds a line at the END: whose mappings are concerned and why. Never remove or reorder one that has landed.
 */
export const FINGERPRINT_FIXES: readonly string[] = [
  'the relations, validation rules and column transformers of an entity belong to its fingerprint',
  'the zone of a time is stated by `inZone`, which belongs to the fingerprint of every mapping that it was added to',
];

/** So many of them are known again: what they changed is no reason for a fingerprint that differs. */
const KNOWN_AGAIN = 1;

/** A sentence that names the fixes that a run does not know; empty where it knows all. */
export function laterFixes({ fingerprintFixes }: Pick<RunRecord, 'fingerprintFixes'>): string {
  const later = FINGERPRINT_FIXES.slice(Math.max(KNOWN_AGAIN, fingerprintFixes ?? FINGERPRINT_FIXES.length));
  if (later.length === 0) return '';
  return ` The fingerprint may differ although the mapping does not: the run was begun by an earlier cutover, and since then ${later.join('; ')}.`;
}

/** An entity with the fingerprint of its mapping, and those that earlier builds gave it. */
export interface Fingerprinted {
  readonly entity: string;
  readonly fingerprint: string;
  readonly earlierFingerprints: readonly EarlierFingerprint[];
}

/** A run in terms of this build, and what is to be known before it is gone on with or judged. */
export interface KnownRun {
  readonly run: RunRecord;
  readonly issues: readonly Issue[];
}

/** The run as if this build had begun it: with today's fingerprint of each mapping that it knows by an earlier one, which is a warning. */
export function knownToday(run: RunRecord, mapped: readonly Fingerprinted[]): KnownRun {
  const known = mapped.flatMap(({ entity, fingerprint, earlierFingerprints }) => {
    const earlier = earlierFingerprints.find((one) => one.fingerprint === run.fingerprints[entity]);
    return earlier === undefined ? [] : [{ entity, fingerprint, lacks: earlier.lacks }];
  });
  const today = Object.fromEntries(known.map(({ entity, fingerprint }) => [entity, fingerprint]));
  const issues = [...new Set(known.map(({ lacks }) => lacks))].map((lacks) => {
    const entities = known.filter((one) => one.lacks === lacks).map(({ entity }) => entity);
    return partial(run.id, entities.join(', '), lacks);
  });
  return { run: { ...run, fingerprints: { ...run.fingerprints, ...today } }, issues };
}

function partial(runId: string, entities: string, lacks: string): Issue {
  return {
    code: 'FINGERPRINT_PARTIAL',
    level: 'warning',
    subject: runId,
    message: `an earlier cutover began the run: what it noted of the mappings of ${entities} does not cover ${lacks} of the entities`,
    hint: 'Go on only if these are as they were at the first start, or take the run back: cutover migrate --restart.',
  };
}
