import { fileIssues, heapIssues, type PlannedLoad, type ReadTable } from '../core/checks/machine-checks';
import type { Issue } from '../core/issues';
import type { LegacySource } from '../core/ports/legacy-source';
import type { LoadOptions } from '../core/run/options';
import type { RunRecord } from '../core/run/run-record';
import type { EntityJob } from '../migrate/jobs/entity-job';
import type { Project } from './project/databases';
import { machineHere } from './project/machine';

interface Asked extends Pick<Project, 'configPath' | 'machine'> {
  readonly source: LegacySource;
  readonly load: Pick<LoadOptions, 'lanes' | 'batchSize'>;
  /** The run to be resumed; null for a new one. */
  readonly begun: RunRecord | null;
}

/** What this process may not take that the load of these jobs needs: memory, open files. */
export async function machineIssues(jobs: readonly EntityJob[], { load, ...asked }: Asked): Promise<Issue[]> {
  const { configPath, source, begun, machine = machineHere() } = asked;
  const inThreads = configPath !== undefined && (await source.facts()).mode === 'thin';
  const kept = begun?.settings.batchSize ?? null;
  const planned: PlannedLoad = {
    lanes: load.lanes,
    batchSize: kept ?? load.batchSize,
    heaps: inThreads ? 'own' : 'shared',
    chunks: kept === null ? 'to be cut' : 'kept',
  };
  return [...fileIssues(machine, planned), ...heapIssues(machine, await tablesRead(jobs, source), planned)];
}

/** Why a table or query cannot be read is said by other checks. */
async function tablesRead(jobs: readonly EntityJob[], source: LegacySource): Promise<ReadTable[]> {
  const tables: ReadTable[] = [];
  for (const { entity, read } of jobs) {
    const table = await source.table(read.source).catch(() => null);
    if (table !== null) tables.push({ entity, table, columns: read.columns.map(({ name }) => name) });
  }
  return tables;
}
