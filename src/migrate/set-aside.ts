import type { SideObject } from '../core/outcomes';
import type { RunRecord } from '../core/ports/ledger';
import { rowsBefore } from '../core/rows-before';
import { tablesOf, type EntityJob } from './entity-job';
import type { OrphanPorts } from './settle-orphans';

/**
 * Sets aside what would hinder the load or change its rows: foreign keys, triggers, rules, secondary indexes. Where no chunk is left, only
 * what would see orphans move, if any are still to be settled: keys that an earlier start has put back stay. Safe to repeat.
 */
export async function setAside(
  ports: OrphanPorts,
  run: Pick<RunRecord, 'id' | 'settings'>,
  { jobs, chunksLeft }: { readonly jobs: readonly EntityJob[]; readonly chunksLeft: number },
): Promise<void> {
  const { target } = ports;
  const living = tablesOf(jobs.filter(({ entity }) => rowsBefore(run.settings, entity) > 0));
  if (chunksLeft > 0) await target.setForeignKeysAside(run.id, tablesOf(jobs), living);
  else if (!(await hasUnsettledKeys(ports, run.id))) return;
  for (const object of await target.setObjectsAside(run.id, tablesOf(jobs), living)) {
    const message = triggerNotice(object);
    if (message !== null) ports.emit('notice', { message });
  }
}

async function hasUnsettledKeys({ target }: OrphanPorts, runId: string): Promise<boolean> {
  const { foreignKeys } = await target.ledger.trail(runId);
  return foreignKeys.some(({ state }) => state !== 'restored');
}

/** Null for an index, whose absence changes no row. */
function triggerNotice({ kind, table, name, state }: SideObject): string | null {
  if (kind === 'index') return null;
  if (state === 'aside') return `${kind} ${name} of ${table} is disabled until the load is done`;
  return `${kind} ${name} of ${table} fires during the load: only the table's owner may disable it`;
}
