import { keptBatchSize } from '../core/run/batch-size';
import { withChangeNames } from '../core/run/change-names';
import { MigrationError } from '../core/errors';
import { NOTHING_ALLOWED, withAllowances, type Allowances } from '../core/run/hazards';
import type { RunRecord, RunSetup } from '../core/run/run-record';
import { WHERE_SETTING } from '../core/run/load-command';
import { limitText, type RejectLimit } from '../core/run/reject-limit';
import { keptLimit, MAX_REJECTS_SETTING } from '../core/run/resume-command';
import { runSchemas, withSchemas } from '../core/run/run-schemas';
import type { JobSelection } from './project/entity-jobs';

/** What shaped a run, as the ledger keeps it: flat, without secrets. */
export function settingsOfRun(facts: {
  readonly batchSize: number;
  readonly lanes?: number;
  readonly where: Readonly<Record<string, string>>;
  readonly rejectLimit: RejectLimit;
  readonly allowed?: Allowances;
  readonly schemas?: JobSelection['schemas'];
}): RunSetup['settings'] {
  const where = Object.entries(facts.where).map(([entity, condition]) => [WHERE_SETTING + entity, condition] as const);
  const { batchSize, lanes = 1, rejectLimit, allowed = NOTHING_ALLOWED, schemas = {} } = facts;
  const settings = { batchSize, lanes, [MAX_REJECTS_SETTING]: limitText(rejectLimit), ...Object.fromEntries(where) };
  return withChangeNames(withSchemas(withAllowances(settings, allowed), schemas));
}

interface Kept {
  readonly batchSize: number;
  readonly rejectLimit: RejectLimit;
}

/** What is not asked for otherwise is as at the start of the run to be resumed, else the default. */
export function withKept<Request extends Partial<Kept>>(request: Request, begun: RunRecord | null): Request & Kept {
  const { batchSize = keptBatchSize(begun), rejectLimit = keptLimit(begun) } = request;
  return { ...request, batchSize, rejectLimit };
}

/** The entities and conditions that a run was started with; of the entities in `chosen` alone, where any is named. */
export function selectionOfRun(run: RunRecord, chosen: readonly string[]): JobSelection {
  const entities = chosen.length > 0 ? chosen : Object.keys(run.fingerprints);
  const conditions = entities.flatMap((entity) => {
    const condition = run.settings[WHERE_SETTING + entity];
    return typeof condition === 'string' ? [[entity, condition] as const] : [];
  });
  return { entities, where: Object.fromEntries(conditions), schemas: runSchemas(run.settings) };
}

/** Throws USAGE for an entity that the run has not loaded: whatever is said of it would be said of nothing. */
export function requireInRun({ id, fingerprints }: RunRecord, entities: readonly string[]): void {
  const stranger = entities.find((entity) => !(entity in fingerprints));
  if (stranger === undefined) return;
  throw new MigrationError('USAGE', `run ${id} has no entity "${stranger}"`, {
    hint: `Choose among: ${Object.keys(fingerprints).sort().join(', ')}.`,
  });
}

/**
 * The entities to which a command about a run is limited; none for the whole run. To name every entity is the same as to name none:
 * rows and tables that no mapping takes are then reported, too.
 */
export function requestedEntities({ fingerprints }: RunRecord, entities: readonly string[]): readonly string[] {
  return Object.keys(fingerprints).every((entity) => entities.includes(entity)) ? [] : entities;
}
