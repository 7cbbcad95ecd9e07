import { sameTable } from '../../core/mapping/table-name';
import type { SideObject } from '../../core/run/outcomes';
import type { TableName } from '../../core/ports/target';
import { refuseEditedJournals } from '../ledger/seal/edited-journal';
import type { Place } from '../session/place';
import { rowsOf } from '../catalogue/rows-of';
import { inTransaction, onlyRow, type Session } from '../session/session';
import { qualified } from '../session/sql';
import { adoptObjects, journalObject, objectsAside, type LiveObject } from './aside-object';
import type { TreeTrigger } from '../catalogue/tree-triggers';
import { definitionsOf } from './definitions';
import { readIndexes, readTriggers } from './live-objects';
import { noteLivingObjects, type Tables } from './living';

/**
 * Disables the triggers and rules and drops the secondary indexes of tables without rows, each noted in the journal, in one
 * transaction per table. Triggers of another owner's table or partition stay as they are, and the answer says so.
 */
export async function setObjectsAside(
  session: Session,
  place: Place,
  { runId, tables, living }: Tables & { readonly runId: string },
): Promise<SideObject[]> {
  const lived = living.map(place.written);
  const found: SideObject[] = [];
  for (const table of tables.map(place.written)) {
    const isLiving = lived.some((one) => sameTable(one, table));
    found.push(...(await inTransaction(session, () => setTableAside(session, place, { runId, table, isLiving }))));
  }
  return found;
}

interface Aside {
  readonly runId: string;
  readonly table: TableName;
  readonly isLiving: boolean;
}

async function setTableAside(session: Session, place: Place, { runId, table, isLiving }: Aside): Promise<SideObject[]> {
  const schema = place.ledgerSchema;
  await refuseEditedJournals(session, schema, runId);
  await adoptObjects(session, schema, { runId, table });
  const aside = (await objectsAside(session, schema, runId)).filter((object) => sameTable(object.table, table));
  const { owned, creates, empty } = await standingOf(session, table);
  const triggers = await readTriggers(session, table);
  // A rehearsal's copy of a table with rows keeps them, as the table itself will: some rows may never come to be judged by them.
  const droppable = owned && creates && empty && place.beside(table) === null;
  const indexes = droppable ? await readIndexes(session, table) : [];
  const going: LiveObject[] = [...(await withDefinitions(session, triggers)), ...indexes];
  for (const object of going) {
    await journalObject(session, schema, { runId, object });
    await session.query(object.removal);
  }
  await noteLivingObjects(session, schema, { runId, table, isLiving });
  const staying = triggers.filter((trigger) => !trigger.owned);
  const known = place.known(table);
  const told = (objects: readonly Pick<LiveObject, 'kind' | 'name'>[], on: string, state: SideObject['state']) =>
    objects.map(({ kind, name }): SideObject => ({ kind, table: known, on, name, state }));
  return [
    ...told(oncePerName([...aside, ...going]), known.name, 'aside'),
    ...staying.flatMap((trigger) => told([trigger], trigger.table.name, 'no-right')),
  ];
}

/** Those that this user may disable, each with what it is. */
async function withDefinitions(session: Session, triggers: readonly TreeTrigger[]): Promise<LiveObject[]> {
  const owned = triggers.filter((trigger) => trigger.owned);
  const definitionOf = await definitionsOf(session, owned);
  return owned.map((trigger) => {
    const defined = definitionOf(trigger);
    return defined === undefined ? trigger : { ...trigger, defined };
  });
}

/** A trigger of a partitioned table is there once for each partition. */
function oncePerName<T extends Pick<LiveObject, 'kind' | 'name'>>(objects: readonly T[]): T[] {
  return objects.filter(
    ({ kind, name }, at) => objects.findIndex((other) => other.kind === kind && other.name === name) === at,
  );
}

interface Standing {
  readonly owned: boolean;
  /** An index is made anew in the schema of its table, which takes a right of its own. */
  readonly creates: boolean;
  readonly empty: boolean;
}

async function standingOf(session: Session, table: TableName): Promise<Standing> {
  const { rows } = await session.query<Standing>(
    `select pg_has_role(relowner, 'usage') as owned, has_schema_privilege(relnamespace, 'create') as creates, not exists (select from ${await rowsOf(session, table)}) as empty
     from pg_class where oid = to_regclass($1)`,
    [qualified(table)],
  );
  return onlyRow(rows);
}
