import type { Project } from '../../src/app/project/databases';
import {
  DEFAULT_MIGRATION,
  runMigration,
  type MigrationRequest,
  type MigrationResult,
} from '../../src/app/run-migration';
import type { Emit } from '../../src/core/run/events';
import { QUIET } from './quiet';

/** A load in which any number of rows may be rejected, and after which nothing is compared. */
const LOAD: MigrationRequest = {
  ...DEFAULT_MIGRATION,
  rejectLimit: { kind: 'percent', percent: 100 },
  validate: 'no',
};

/** A load that may be stopped once a chunk of it is there, and whose events somebody may follow. */
export function load(
  project: Project,
  changes: Partial<MigrationRequest> = {},
  { until = 'the end', emit = QUIET.emit }: { readonly until?: 'a chunk' | 'the end'; readonly emit?: Emit } = {},
): Promise<MigrationResult> {
  const stop = new AbortController();
  const heard: Emit = (name, facts) => {
    if (name === 'chunk:loaded' && until === 'a chunk') stop.abort();
    emit(name, facts);
  };
  return runMigration(project, { ...LOAD, ...changes }, { ...QUIET, emit: heard, signal: stop.signal });
}
