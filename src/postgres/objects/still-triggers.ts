import { refuseFiring, type Firing, type OfRun } from './firing';
import { ON_DELETE, ON_INSERT, ON_UPDATE, readTreeTriggers } from '../catalogue/tree-triggers';

/** A table whose triggers must not fire: those on DELETE, and if rows are put back (`putBack` of them) those on INSERT and UPDATE as well. */
interface TriggersToDisable {
  readonly entity: string;
  readonly oid: number;
  readonly putBack: number;
}

/**
 * Runs `work` while no trigger or rule of the tables fires; each has its own state again afterwards. A failure is for the transaction to undo.
 * Those that this user may not disable fire where the run's load has let those of the entity fire too; else throws TRIGGERS_FIRE.
 */
export async function withStillTriggers(
  ofRun: OfRun,
  subjects: readonly TriggersToDisable[],
  work: () => Promise<void>,
): Promise<void> {
  const found: Firing[] = [];
  for (const { entity, oid, putBack } of subjects) {
    const events = putBack > 0 ? ON_INSERT | ON_UPDATE | ON_DELETE : ON_DELETE;
    const triggers = await readTreeTriggers(ofRun.session, [oid], events);
    found.push(...triggers.map((trigger) => ({ entity, trigger })));
  }
  await refuseFiring(
    ofRun,
    found.filter(({ trigger }) => !trigger.owned),
  );
  // Entities that fill one table have its triggers in common.
  const still = new Map(found.filter(({ trigger }) => trigger.owned).map(({ trigger }) => [trigger.removal, trigger]));
  for (const { removal } of still.values()) await ofRun.session.query(removal);
  await work();
  for (const { restoration } of still.values()) await ofRun.session.query(restoration);
}
