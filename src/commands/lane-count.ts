import { MigrationError } from '../core/errors';

/** Each lane holds a session of the Oracle pool (10 unless told), and two are left for counts and checks. */
export const MOST_LANES = 8;

/** The number of lanes asked for, 1 where none is. Throws USAGE where it is not a whole number from 1 to 8. */
export function laneCount(lanes = 1): number {
  if (Number.isInteger(lanes) && lanes >= 1 && lanes <= MOST_LANES) return lanes;
  throw new MigrationError('USAGE', `${lanes} is not a number of lanes`, {
    hint: `Choose a whole number from 1 to ${MOST_LANES}.`,
    facts: { lanes },
  });
}
