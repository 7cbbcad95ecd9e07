import type { OrphanRule } from '../../core/ports/target';
import type { Place } from '../session/place';
import type { Session } from '../session/session';
import { sameReference } from '../../core/mapping/same-reference';
import { readForeignKeys } from '../catalogue/live-keys';

/**
 * The rules as a load into the real tables would apply them, for copies that have not all of their foreign keys: a key that the real table
 * has decides what happens to rows from before the run. `place` leads to the real tables.
 */
export async function rulesAsLoaded(
  session: Session,
  place: Pick<Place, 'actual'>,
  rules: readonly OrphanRule[],
): Promise<OrphanRule[]> {
  const asLoaded: OrphanRule[] = [];
  for (const rule of rules) {
    const keys = await readForeignKeys(session, place.actual(rule.table));
    const parent = place.actual(rule.foreignKey.parent);
    const live = keys.find((key) => sameReference(key, { ...rule.foreignKey, parent }));
    if (live === undefined) asLoaded.push(rule);
    else {
      const isChecked = live.validated || rule.rowsBefore === 0;
      const foreignKey = { ...rule.foreignKey, name: live.name, match: live.match ?? 'simple' };
      asLoaded.push({ ...rule, foreignKey, rowsBefore: 0, policy: isChecked ? rule.policy : 'keep' });
    }
  }
  return asLoaded;
}
