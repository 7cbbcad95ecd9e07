import type { RunRecord, RunSetup } from '../core/ports/ledger';
import type { JobSelection } from './entity-jobs';

const WHERE = 'where.';
const ROWS_BEFORE = 'rowsBefore.';

/** What shaped a run, as the ledger keeps it: flat, without secrets. */
export function settingsOfRun(facts: {
  readonly batchSize: number;
  readonly where: Readonly<Record<string, string>>;
  /** Rows in the target tables before the run, by entity. */
  readonly rowsBefore: Readonly<Record<string, number>>;
}): RunSetup['settings'] {
  return {
    batchSize: facts.batchSize,
    ...prefixed(WHERE, facts.where),
    ...prefixed(ROWS_BEFORE, facts.rowsBefore),
  };
}

/** The entities and conditions that a run was started with. */
export function selectionOfRun(run: RunRecord): JobSelection {
  return { entities: Object.keys(run.fingerprints), where: unprefixed(WHERE, run.settings, String) };
}

export function rowsBeforeRun(settings: RunSetup['settings']): Readonly<Record<string, number>> {
  return unprefixed(ROWS_BEFORE, settings, Number);
}

function prefixed<T>(prefix: string, values: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]));
}

function unprefixed<T>(prefix: string, settings: RunSetup['settings'], read: (value: unknown) => T): Record<string, T> {
  const found = Object.entries(settings).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), read(value)]));
}
