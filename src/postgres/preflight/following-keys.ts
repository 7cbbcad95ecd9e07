import type { FollowingKey } from '../../core/run/hazards';
import type { TableName } from '../../core/ports/target';
import { keysTo } from '../foreign-keys/referencing-keys';
import type { Place } from '../session/place';
import { mayUseSchema } from './rights';

/** The keys of other tables that change their rows when columns of this one are updated; none where the table does not exist. */
export function readFollowingKeys(place: Place, known: TableName): Promise<FollowingKey[]> {
  const parent = place.actual(known);
  return place.sessions.use(async (session) => {
    if (!(await mayUseSchema(session, parent.schema))) return [];
    return (await keysTo(session, parent)).flatMap((key) => {
      const { name, table, onUpdate: action, parentColumns, definition, owner } = key;
      if (!key.enforced || key.within || action === 'NO ACTION' || action === 'RESTRICT') return [];
      return [{ name, table, action, parentColumns, definition, owner }];
    });
  });
}
