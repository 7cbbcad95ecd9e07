import type { LoadPlan, RowChecksum } from '../../core/ports/target';
import type { Place } from '../session/place';
import { sumOfRows } from './shape/sum-of-rows';
import { readShape } from './shape/table-shape';

/**
 * The load's own checksum, made with its own encoders: it says what was sent, and can only be made again in the same way. That the right
 * values are stored is for the comparison, which has nothing of this.
 */
export function checksumsOf(place: Place, plan: LoadPlan): Promise<RowChecksum> {
  return place.sessions.use(async (session) => {
    const { encoder } = await readShape(session, place.actual(plan.table), plan);
    return (rows, without) => sumOfRows(rows, encoder, without);
  });
}
