import { MigrationError } from '../../core/errors';
import type { TableName } from '../../core/ports/target';
import type { Session } from '../session/session';
import { ident } from '../session/sql';
import { readTriggers } from './live-objects';
import type { TreeTrigger } from '../catalogue/tree-triggers';

/** The run whose operator has allowed triggers or not; its ledger is in `schema`. */
export interface OfRun {
  readonly session: Session;
  readonly schema: string;
  readonly runId: string;
}

/** A trigger or rule that would fire on rows of an entity. */
export interface Firing {
  readonly entity: string;
  readonly trigger: TreeTrigger;
}

/** Throws TRIGGERS_FIRE for those of entities of which no start of the run has said that their triggers may fire. */
export async function refuseFiring(ofRun: OfRun, firing: readonly Firing[]): Promise<void> {
  if (firing.length === 0) return;
  const allowed = await allowedOf(ofRun);
  const refused = firing.filter(({ entity }) => !allowed.includes(entity));
  if (refused.length > 0) throw triggersFire(refused.map(({ trigger }) => trigger));
}

/**
 * The same for a chunk whose table is held: what was there is disabled by now, so that any that fires was made or enabled since. A run of
 * which no start is noted has no operator who was told.
 */
export async function refuseNewTriggers(
  ofRun: OfRun,
  { entity, table }: { readonly entity: string; readonly table: TableName },
): Promise<void> {
  const triggers = await readTriggers(ofRun.session, table);
  if (triggers.length === 0 || !(await isNoted(ofRun))) return;
  await refuseFiring(
    ofRun,
    triggers.map((trigger) => ({ entity, trigger })),
  );
}

async function isNoted({ session, schema, runId }: OfRun): Promise<boolean> {
  const { rowCount } = await session.query(`select from ${ident(schema)}.run_start where run = $1 limit 1`, [runId]);
  return (rowCount ?? 0) > 0;
}

async function allowedOf({ session, schema, runId }: OfRun): Promise<string[]> {
  const { rows } = await session.query<{ entity: string }>(
    `select distinct f ->> 'subject' as entity from ${ident(schema)}.run_start s, json_array_elements(s.facts -> 'findings') f
     where s.run = $1 and f ->> 'code' = 'TRIGGERS_FIRE'`,
    [runId],
  );
  return rows.map(({ entity }) => entity);
}

function triggersFire(triggers: readonly TreeTrigger[]): MigrationError {
  const names = [...new Set(triggers.map(({ kind, name, table }) => `${kind} ${name} of ${table.name}`))].join(', ');
  return new MigrationError('TRIGGERS_FIRE', `rows would be changed while these fire: ${names}`, {
    hint: 'No row was written past them. Connect as the owner of the tables, who may disable them; they fire only where the run was loaded with --allow-triggers for the entity.',
    facts: { objects: names },
  });
}
