import { MigrationError } from '../core/errors';

/** Each lane holds a session of the Oracle pool (10 unless told), and two are left for counts and checks. */
export const MOST_LANES = 8;

/** Sessions beside those of the lanes. */
const SESSIONS_BESIDE = 2;

/**
 * The number of lanes asked for, 1 where none is. Throws USAGE where it is not a whole number from 1 to 8, or where several lanes do
 * not fit the source's own `poolMax`: they would wait for each other's sessions.
 */
export function laneCount(lanes = 1, { poolMax }: { readonly poolMax?: number } = {}): number {
  if (!Number.isInteger(lanes) || lanes < 1 || lanes > MOST_LANES) throw notANumberOfLanes(lanes);
  if (lanes > 1 && poolMax !== undefined && poolMax < lanes + SESSIONS_BESIDE) throw poolTooSmall(lanes, poolMax);
  return lanes;
}

function poolTooSmall(lanes: number, poolMax: number): MigrationError {
  const needed = lanes + SESSIONS_BESIDE;
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
