import { MigrationError } from '../../core/errors';
import type { Allowances } from '../../core/run/hazards';
import { sameTable } from '../../core/mapping/table-name';
import type { SideObject } from '../../core/run/outcomes';
import type { RunRecord } from '../../core/run/run-record';
import { shellWord } from '../../core/words/shell-word';
import { rowsBefore } from '../../core/run/rows-before';
import { tablesOf, type EntityJob } from '../jobs/entity-job';
import type { OrphanPorts } from './settle-orphans';

interface Asiding {
  readonly jobs: readonly EntityJob[];
  readonly chunksLeft: number;
  /** What the operator takes upon himself. */
  readonly allowed: Allowances;
  /** Triggers and rules that the pre-flight of this start has named to him. */
  readonly named: readonly string[];
}

/**
 * Sets aside what would hinder the load or change its rows: foreign keys (rows of one table come in any order, by several lanes, and orphans
 * are settled by policies afterwards), triggers, rules, secondary indexes. Where no chunk is left, only
 * what would see orphans move, if any are still to be settled: keys that an earlier start has put back stay. Safe to repeat. Throws TRIGGERS_FIRE where some fire that may not.
 */
export async function setAside(
  ports: OrphanPorts,
  run: Pick<RunRecord, 'id' | 'settings'>,
  { jobs, chunksLeft, allowed, named }: Asiding,
): Promise<void> {
  const { target } = ports;
  const living = tablesOf(jobs.filter(({ entity }) => rowsBefore(run.settings, entity) > 0));
  if (chunksLeft > 0) await target.setForeignKeysAside(run.id, tablesOf(jobs), living);
  else if (!(await hasUnsettledKeys(ports, run.id))) return;
  const objects = await target.setObjectsAside(run.id, tablesOf(jobs), living);
  refuseFiring(objects, jobs, { ...allowed, named });
  for (const object of objects) {
    const message = triggerNotice(object);
    if (message !== null) ports.emit('notice', { message });
  }
}

async function hasUnsettledKeys({ target }: OrphanPorts, runId: string): Promise<boolean> {
  const { foreignKeys } = await target.ledger.trail(runId);
  return foreignKeys.some(({ state }) => state !== 'restored');
}

/** Null for an index, whose absence changes no row. */
function triggerNotice({ kind, on, name, state }: SideObject): string | null {
  if (kind === 'index') return null;
  if (state === 'aside') return `${kind} ${name} of ${on} is disabled until the load is done`;
  return `${kind} ${name} of ${on} fires during the load: only the table's owner may disable it`;
}

/** The pre-flight has said so; a trigger may have been made since. */
function refuseFiring(
  objects: readonly SideObject[],
  jobs: readonly EntityJob[],
  { triggers, named }: Allowances & Pick<Asiding, 'named'>,
): void {
  const refused = objects.flatMap(({ kind, name, table, on, state }) => {
    const object = `${kind} ${name} of ${on}`;
    const filling = jobs.filter(({ contract }) => sameTable(contract.table, table)).map(({ entity }) => entity);
    if (state !== 'no-right' || kind === 'index') return [];
    const isAllowed = named.includes(object) && filling.every((entity) => triggers.includes(entity));
    return isAllowed ? [] : [{ object, filling }];
  });
  if (refused.length > 0) throw triggersFire(refused);
}

function triggersFire(
  refused: readonly { readonly object: string; readonly filling: readonly string[] }[],
): MigrationError {
  const objects = refused.map(({ object }) => object).join(', ');
  const entities = [...new Set(refused.flatMap(({ filling }) => filling))].join(',');
  return new MigrationError('TRIGGERS_FIRE', `rows would be written while these fire: ${objects}`, {
    hint: `Nothing was loaded by this start. Connect as the owner of the tables, or let them fire with --allow-triggers ${shellWord(entities)}.`,
    facts: { objects, entities },
  });
}
