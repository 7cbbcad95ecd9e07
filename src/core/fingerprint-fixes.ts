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
