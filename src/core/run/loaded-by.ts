import type { RunRecord } from './run-record';

/** The mapping by which rejected rows of an entity were loaded later, the last one where there were several. */
export interface Retried {
  readonly fingerprint: string;
  /** Rows that this mapping and those before it have loaded. */
  readonly rows: number;
}

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
