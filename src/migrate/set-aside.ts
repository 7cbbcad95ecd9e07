import type { SideObject } from '../core/outcomes';
import { tablesOf, type EntityJob } from './entity-job';
import type { OrphanPorts } from './settle-orphans';

/** Sets aside what would hinder the load or change its rows: foreign keys, triggers, secondary indexes. Safe to repeat. */
export async function setAside(
  { target, emit }: OrphanPorts,
  runId: string,
  jobs: readonly EntityJob[],
): Promise<void> {
  const tables = tablesOf(jobs);
  await target.setForeignKeysAside(runId, tables);
  for (const object of await target.setObjectsAside(runId, tables)) {
    const message = triggerNotice(object);
    if (message !== null) emit('notice', { message });
  }
}

/** Null for an index, whose absence changes no row. */
function triggerNotice({ kind, table, name, state }: SideObject): string | null {
  if (kind === 'index') return null;
  if (state === 'aside') return `trigger ${name} of ${table} is disabled until the load is done`;
  return `trigger ${name} of ${table} fires during the load: only the table's owner may disable it`;
}
