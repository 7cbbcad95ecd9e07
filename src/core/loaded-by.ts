import type { RunRecord } from './ports/ledger';
import type { Retried } from './ports/reject-loader';

/**
 * Fingerprint of the mapping that accounts for the rows of an entity: the run's, or that by which its rejected rows were loaded last. Null
 * where the run does not have the entity.
 */
export function mappingInForce(
  run: Pick<RunRecord, 'fingerprints'>,
  retried: Readonly<Record<string, Retried>>,
  entity: string,
): string | null {
  return retried[entity]?.fingerprint ?? run.fingerprints[entity] ?? null;
}
