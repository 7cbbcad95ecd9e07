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

/** Throws TRIGGERS_FIRE for those that no start of the run has named among the triggers of the entity which may fire. */
export async function refuseFiring(ofRun: OfRun, firing: readonly Firing[]): Promise<void> {
  if (firing.length === 0) return;
  const allowed = await allowedOf(ofRun);
  const refused = firing.filter((one) => !allowed.some((other) => allows(other, one)));
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

/** Triggers of an entity that a start was told of, as `nameOf` names them; null of a start that did not note which. */
interface Allowed {
  readonly entity: string;
  readonly objects: readonly string[] | null;
}

function allows(allowed: Allowed, { entity, trigger }: Firing): boolean {
  return allowed.entity === entity && (allowed.objects === null || allowed.objects.includes(nameOf(trigger)));
}

async function allowedOf({ session, schema, runId }: OfRun): Promise<readonly Allowed[]> {
  const { rows } = await session.query<Allowed>(
    `select f ->> 'subject' as entity, f -> 'objects' as objects from ${ident(schema)}.run_start s, json_array_elements(s.facts -> 'findings') f
     where s.run = $1 and f ->> 'code' = 'TRIGGERS_FIRE'`,
    [runId],
  );
  return rows;
}

function triggersFire(triggers: readonly TreeTrigger[]): MigrationError {
  const names = [...new Set(triggers.map(nameOf))].join(', ');
  return new MigrationError('TRIGGERS_FIRE', `rows would be changed while these fire: ${names}`, {
    hint: 'No row was written past them. Connect as the owner of the tables, who may disable them; they fire only where a start of the run with --allow-triggers for the entity has named them.',
    facts: { objects: names },
  });
}

/** As findings name it. */
export function nameOf({ kind, name, table }: TreeTrigger): string {
  return `${kind} ${name} of ${table.name}`;
}
