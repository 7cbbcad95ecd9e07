import { MigrationError } from '../../core/errors';
import { MOST_LANES, SESSIONS_BESIDE_LANES } from '../../core/run/options';
import type { TableMapping } from '../../core/mapping/table-mapping';

/**
 * Throws USAGE where the number of lanes is not a whole one from 1 to MOST_LANES, or where several lanes do not fit the source's own
 * `poolMax`: they would wait for each other's sessions.
 */
export function needSessionsForLanes(lanes: number, { poolMax }: { readonly poolMax?: number } = {}): void {
  if (!Number.isInteger(lanes) || lanes < 1 || lanes > MOST_LANES) throw notANumberOfLanes(lanes);
  if (lanes > 1 && poolMax !== undefined && poolMax < lanes + SESSIONS_BESIDE_LANES) throw poolTooSmall(lanes, poolMax);
}

/** Rows are read by one session while another looks up what they need. */
const SESSIONS_FOR_LOOKUPS = 2;

/**
 * Throws USAGE where a mapping looks values up in the source and `poolMax` leaves no session for it: the reading of the rows would wait
 * for itself.
 */
export function needSessionsForLookups(mappings: readonly TableMapping[], poolMax = SESSIONS_FOR_LOOKUPS): void {
  if (poolMax >= SESSIONS_FOR_LOOKUPS) return;
  const looking = mappings.find(({ fields }) => fields.some(({ lookup }) => lookup?.in === 'legacy'));
  if (looking !== undefined) throw noSessionForLookups(looking, poolMax);
}

function noSessionForLookups({ entity }: TableMapping, poolMax: number): MigrationError {
  const needs = `${SESSIONS_FOR_LOOKUPS} Oracle sessions`;
  return new MigrationError('USAGE', `${entity} looks values up while it is read, which needs ${needs}`, {
    hint: `Raise poolMax of the source to ${SESSIONS_FOR_LOOKUPS} or more.`,
    facts: { entity, poolMax },
  });
}

function poolTooSmall(lanes: number, poolMax: number): MigrationError {
  const needed = lanes + SESSIONS_BESIDE_LANES;
  return new MigrationError('USAGE', `${lanes} lanes need ${needed} Oracle sessions, and poolMax allows ${poolMax}`, {
    hint: `Raise poolMax of the source to ${needed}, or choose fewer lanes.`,
    facts: { lanes, poolMax },
  });
}

function notANumberOfLanes(lanes: number): MigrationError {
  return new MigrationError('USAGE', `${lanes} is not a number of lanes`, {
    hint: `Choose a whole number from 1 to ${MOST_LANES}.`,
    facts: { lanes },
  });
}
