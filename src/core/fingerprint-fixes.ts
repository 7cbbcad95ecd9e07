import type { Issue } from './issues';
import type { RunRecord } from './ports/ledger';

/**
 * What has changed the fingerprints of mappings that did not change themselves, oldest first. A run notes how many of these it knew, so
 * that a refusal can name those that came later. Whoever changes what `fingerprintOf` covers, or the name or arguments of a conversion,
 * adds a line at the END: whose mappings are concerned and why. Never remove or reorder one that has landed.
 */
export const FINGERPRINT_FIXES: readonly string[] = [
  'the relations, validation rules and column transformers of an entity belong to its fingerprint',
  'the zone of a time is stated by `inZone`, which belongs to the fingerprint of every mapping that it was added to',
];

/** A sentence that names the fixes that a run does not know; empty where it knows all. */
export function laterFixes({ fingerprintFixes }: Pick<RunRecord, 'fingerprintFixes'>): string {
  const later = FINGERPRINT_FIXES.slice(fingerprintFixes ?? FINGERPRINT_FIXES.length);
  if (later.length === 0) return '';
  return ` The fingerprint may differ although the mapping does not: the run was begun by an earlier cutover, and since then ${later.join('; ')}.`;
}

/** An entity with the fingerprint of its mapping, and those that earlier builds gave it. */
export interface Fingerprinted {
  readonly entity: string;
  readonly fingerprint: string;
  readonly earlierFingerprints: readonly string[];
}

/** The run as if this build had begun it: with today's fingerprint of each mapping that it knows by an earlier one. */
export function asOfToday(run: RunRecord, mapped: readonly Fingerprinted[]): RunRecord {
  const known = mapped.filter((one) => isKnownByEarlier(run, one));
  const today = known.map(({ entity, fingerprint }) => [entity, fingerprint] as const);
  return { ...run, fingerprints: { ...run.fingerprints, ...Object.fromEntries(today) } };
}

/** A warning where a run is gone on with whose fingerprints do not cover all that they cover today. */
export function earlierFingerprintIssues(run: RunRecord, mapped: readonly Fingerprinted[]): Issue[] {
  const entities = mapped.filter((one) => isKnownByEarlier(run, one)).map(({ entity }) => entity);
  if (entities.length === 0) return [];
  return [
    {
      code: 'FINGERPRINT_PARTIAL',
      level: 'warning',
      subject: run.id,
      message: `an earlier cutover began the run: what it noted of the mappings of ${entities.join(', ')} covers no relations, validation rules or column transformers of the entities`,
      hint: 'Go on only if these are as they were at the first start, or take the run back: cutover migrate --restart.',
    },
  ];
}

function isKnownByEarlier({ fingerprints }: RunRecord, { entity, earlierFingerprints }: Fingerprinted): boolean {
  return earlierFingerprints.includes(fingerprints[entity] ?? '');
}
