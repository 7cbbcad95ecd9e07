import { MigrationError } from '../../core/errors';
import { ON_DELETE, ON_INSERT, ON_UPDATE, readTreeTriggers, type TreeTrigger } from '../set-aside/tree-triggers';
import { ident } from '../sql';
import type { Resetting, Subject } from './subjects';

type OfRun = Pick<Resetting, 'session' | 'schema' | 'runId'>;
type Stilled = Pick<Subject, 'entity' | 'oid' | 'putBack'>;

/**
 * Runs `work` while no trigger or rule of the tables fires; each has its own state again afterwards. A failure is for the transaction to undo.
 * Those that this user may not disable fire where the run's load has let those of the entity fire too; else throws TRIGGERS_FIRE.
 */
export async function withStillTriggers(
  ofRun: OfRun,
  subjects: readonly Stilled[],
  work: () => Promise<void>,
): Promise<void> {
  const found: { readonly entity: string; readonly trigger: TreeTrigger }[] = [];
  for (const { entity, oid, putBack } of subjects) {
    const events = putBack > 0 ? ON_INSERT | ON_UPDATE | ON_DELETE : ON_DELETE;
    const triggers = await readTreeTriggers(ofRun.session, [oid], events);
    found.push(...triggers.map((trigger) => ({ entity, trigger })));
  }
  const firing = found.filter(({ trigger }) => !trigger.owned);
  if (firing.length > 0) await refuseFiring(ofRun, firing);
  // Entities that fill one table have its triggers in common.
  const still = new Map(found.filter(({ trigger }) => trigger.owned).map(({ trigger }) => [trigger.removal, trigger]));
  for (const { removal } of still.values()) await ofRun.session.query(removal);
  await work();
  for (const { restoration } of still.values()) await ofRun.session.query(restoration);
}

async function refuseFiring(
  { session, schema, runId }: OfRun,
  firing: readonly { readonly entity: string; readonly trigger: TreeTrigger }[],
): Promise<void> {
  const { rows } = await session.query<{ entity: string }>(
    `select distinct f ->> 'subject' as entity from ${ident(schema)}.run_start s, json_array_elements(s.facts -> 'findings') f
     where s.run = $1 and f ->> 'code' = 'TRIGGERS_FIRE'`,
    [runId],
  );
  const allowed = rows.map(({ entity }) => entity);
  const refused = firing.filter(({ entity }) => !allowed.includes(entity));
  if (refused.length > 0) throw triggersFire(refused.map(({ trigger }) => trigger));
}

function triggersFire(triggers: readonly TreeTrigger[]): MigrationError {
  const names = [...new Set(triggers.map(({ kind, name, table }) => `${kind} ${name} of ${table.name}`))].join(', ');
  return new MigrationError('TRIGGERS_FIRE', `rows would be changed while these fire: ${names}`, {
    hint: 'Nothing was changed. Connect as the owner of the tables, who may disable them; they fire only where the run was loaded with --allow-triggers for the entity.',
    facts: { objects: names },
  });
}
