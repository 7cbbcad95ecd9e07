import type { RunRecord, RunSetup } from '../core/ports/ledger';
import type { JobSelection } from './entity-jobs';

const WHERE = 'where.';

/** What shaped a run, as the ledger keeps it: flat, without secrets. */
export function settingsOfRun(facts: {
  readonly batchSize: number;
  readonly lanes?: number;
  readonly where: Readonly<Record<string, string>>;
}): RunSetup['settings'] {
  const where = Object.entries(facts.where).map(([entity, condition]) => [WHERE + entity, condition] as const);
  return { batchSize: facts.batchSize, lanes: facts.lanes ?? 1, ...Object.fromEntries(where) };
}

/** The entities and conditions that a run was started with; of the entities in `chosen` alone, where any is named. */
export function selectionOfRun(run: RunRecord, chosen: readonly string[]): JobSelection {
  const entities = chosen.length > 0 ? chosen : Object.keys(run.fingerprints);
  const conditions = entities.flatMap((entity) => {
    const condition = run.settings[WHERE + entity];
    return typeof condition === 'string' ? [[entity, condition] as const] : [];
  });
  return { entities, where: Object.fromEntries(conditions) };
}
