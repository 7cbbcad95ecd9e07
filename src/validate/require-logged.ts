import { onceSignedOff } from '../core/checks/written-anew';
import type { EntityContract } from '../core/mapping/entity-contract';
import { MigrationError } from '../core/errors';
import type { TableHazards } from '../core/run/hazards';
import type { RunRecord } from '../core/run/run-record';
import type { Target } from '../core/ports/target';

/** An entity into whose table rows are about to be written beside the load of its run. */
interface Written {
  readonly entity: string;
  readonly contract: Pick<EntityContract, 'table'>;
}

/** Throws TARGET_UNLOGGED for tables that a crash would empty, unless a start of the run, or the config, has allowed it. */
export async function requireLogged(
  { target, allowUnlogged = false }: { readonly target: Target; readonly allowUnlogged?: boolean },
  run: Pick<RunRecord, 'id' | 'settings'>,
  written: readonly Written[],
): Promise<void> {
  if (allowUnlogged || run.settings.allowed.unlogged) return;
  const found: Unlogged[] = [];
  for (const { entity, contract } of written) {
    const { unlogged, logging } = await target.hazards(contract.table);
    if (unlogged.length > 0) found.push({ entity, unlogged, logging });
  }
  if (found.length === 0) return;
  const { starts } = await target.ledger.trail(run.id);
  const known = starts.flatMap(({ findings }) => findings.filter(({ code }) => code === 'TARGET_UNLOGGED'));
  const refused = found.filter(({ entity }) => known.every(({ subject }) => subject !== entity));
  if (refused.length > 0) throw targetUnlogged(refused);
}

type Unlogged = Pick<Written, 'entity'> & Pick<TableHazards, 'unlogged' | 'logging'>;

function targetUnlogged(found: readonly Unlogged[]): MigrationError {
  const listed = [...new Set(found.flatMap(({ unlogged }) => unlogged))].join(', ');
  const statements = [...new Set(found.flatMap(({ logging }) => logging))];
  return new MigrationError('TARGET_UNLOGGED', `a crash of the server would take back what is written to ${listed}`, {
    hint: `Set allowUnlogged: true in the config, then run this command again. ${onceSignedOff(statements)}`,
    facts: { unlogged: listed },
  });
}
