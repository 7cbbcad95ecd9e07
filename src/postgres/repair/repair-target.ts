import { MigrationError } from '../../core/errors';
import type { RepairDesk, RepairEnd, RepairRequest } from '../../core/ports/repair-desk';
import { writingFor } from '../ledger/writing-for';
import { readShape } from '../load/shape/table-shape';
import type { Place } from '../session/place';
import { dropKeys, putKeysBack, referencingKeys, type LiveKey } from '../foreign-keys/referencing-keys';
import { isInUse, readBeside, requireRights } from '../reset/required-rights';
import { withStillTriggers } from '../objects/still-triggers';
import type { Resetting } from '../reset/subjects';
import { inTransaction, type Session } from '../session/session';
import { ident, qualified } from '../session/sql';
import { sqlStateOf } from '../session/sqlstate';
import { acceptable } from './acceptable';
import { amend } from './amend';
import { placedRows } from './placed-rows';
import { kindsOf, type RepairedTable } from './repaired-table';
import { FOREIGN_KEY_VIOLATION } from '../session/row-states';

/**
 * One transaction, DDL included. The tables are locked, so that the places of rows stay what they are; foreign keys to them are taken
 * away and put back, so that rows may go and come in any order; the ledger's row for the list is the fence that lets it in once.
 */
export async function repairTarget(
  place: Place,
  request: RepairRequest,
  work: (desk: RepairDesk) => Promise<void>,
): Promise<RepairEnd> {
  try {
    return await place.operator.during((session) =>
      inTransaction(session, () => repairLocked(session, place, { ...request, work })),
    );
  } catch (error) {
    if (sqlStateOf(error) === FOREIGN_KEY_VIOLATION) throw parentMissing(request.runId, tableOf(error));
    throw error;
  }
}

interface Repairing extends RepairRequest {
  readonly work: (desk: RepairDesk) => Promise<void>;
}

async function repairLocked(session: Session, place: Place, repairing: Repairing): Promise<RepairEnd> {
  const { runId, list, plans, work } = repairing;
  const { ledgerSchema: schema } = place;
  const fence = await session.query(
    `insert into ${ident(schema)}.repair (run, list) values ($1, $2) on conflict do nothing`,
    [runId, list],
  );
  if (fence.rowCount === 0) return 'already';
  // A row that a policy hides would stay, and a deferred check would forbid the ALTER TABLE after it.
  await session.query('set local row_security = off; set constraints all immediate');
  const tables = await lockedTables(session, place, { runId, plans });
  const resetting: Resetting = { session, schema, runId, scope: 'all', system: null };
  const oids = [...new Set([...tables.values()].map(({ oid }) => oid))];
  const all = await referencingKeys(resetting.session, oids);
  const own = [...tables.values()].map(({ shape }) => shape.table);
  // One by which no row refers may stay in force.
  const doing = `repairing run ${runId}`;
  await requireRights(session, { doing, tables: readBeside(all, own), keys: await undroppable(session, all) });
  const keys = all.filter(({ droppable }) => droppable);
  await dropKeys(resetting.session, keys);
  const still = [...tables.values()].map(({ entity, oid }) => ({ entity, oid, putBack: 1 }));
  await withStillTriggers(resetting, still, () => work(deskOf(session, { schema, runId, list, tables })));
  try {
    await putKeysBack(resetting, keys);
  } catch (error) {
    throw error instanceof MigrationError && error.code === 'RESET_BLOCKED' ? childrenLeft(runId, error) : error;
  }
  return 'done';
}

async function undroppable(session: Session, keys: readonly LiveKey[]): Promise<LiveKey[]> {
  const found: LiveKey[] = [];
  for (const key of keys) if (!key.droppable && (await isInUse(session, key))) found.push(key);
  return found;
}

async function lockedTables(
  session: Session,
  place: Place,
  { runId, plans }: Pick<RepairRequest, 'runId' | 'plans'>,
): Promise<Map<string, RepairedTable>> {
  const names = [...new Set(plans.map(({ table }) => qualified(place.written(table))))].sort();
  await requireRights(session, {
    doing: `repairing run ${runId}`,
    tables: plans.map(({ table }) => ({ table: place.written(table), privileges: ['select', 'insert', 'delete'] })),
    keys: [],
  });
  await session.query(`lock table ${names.join(', ')} in access exclusive mode`);
  const tables = new Map<string, RepairedTable>();
  for (const plan of plans) {
    const shape = await readShape(session, place.written(plan.table), plan);
    tables.set(plan.entity, { entity: plan.entity, shape, oid: Number(shape.oid) });
  }
  return tables;
}

interface AtDesk extends Pick<RepairRequest, 'runId' | 'list'> {
  readonly schema: string;
  readonly tables: ReadonlyMap<string, RepairedTable>;
}

function deskOf(session: Session, { schema, runId, list, tables }: AtDesk): RepairDesk {
  const tableNamed = (entity: string): RepairedTable => {
    const table = tables.get(entity);
    if (table === undefined) throw notPlanned(entity);
    return table;
  };
  return {
    kinds: (entity) => kindsOf(tableNamed(entity)),
    rows: (entity, having) => placedRows(session, tableNamed(entity), { schema, runId, having }),
    amend: async (entity, amendment) => {
      const table = tableNamed(entity);
      const { accepted, refused } = await acceptable(session, table, amendment);
      // The transaction is that of all entities: the rows of each have a number of their own.
      const work = (): Promise<void> => amend(session, table, accepted);
      await writingFor(session, schema, { owner: { runId, entity }, work });
      return refused;
    },
    note: async (facts) => {
      await session.query(`update ${ident(schema)}.repair set facts = $3 where run = $1 and list = $2`, [
        runId,
        list,
        JSON.stringify(facts),
      ]);
    },
  };
}

function tableOf(error: unknown): string {
  const { table } = error as { readonly table?: unknown };
  return typeof table === 'string' ? table : '';
}

function parentMissing(runId: string, table: string): MigrationError {
  return new MigrationError('REPAIR_BLOCKED', `rows of ${table} would refer to rows that are not in the target`, {
    hint: 'Compare and repair the entities that they refer to as well. Nothing was changed.',
    facts: { runId, table },
  });
}

function childrenLeft(runId: string, { facts }: MigrationError): MigrationError {
  const { tables } = facts;
  return new MigrationError('REPAIR_BLOCKED', `rows of ${String(tables)} refer to rows that the repair would remove`, {
    hint: 'Remove those rows, or lead them to another row, then compare and repair again. Nothing was changed.',
    facts: { runId, tables: tables ?? null },
  });
}

function notPlanned(entity: string): MigrationError {
  return new MigrationError('INTERNAL', `${entity} is no part of this repair`);
}
