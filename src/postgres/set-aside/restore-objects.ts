import { MigrationError } from '../../core/errors';
import type { Place } from '../place';
import { inTransaction, onlyRow, type Session } from '../session';
import { qualified } from '../sql';
import { mayBeDataFault } from '../sqlstate';
import { closeObject, objectsAside, type AsideObject } from './aside-object';

/**
 * Brings back what the run has set aside, indexes before triggers, each in one transaction with its journal row: what a crash has
 * left is found and continued. Throws LOAD_FAILED where loaded values do not fit an index, after all others are back.
 */
export function restoreObjects(place: Place, runId: string): Promise<void> {
  return place.sessions.use(async (session) => {
    const schema = place.ledgerSchema;
    const aside = await objectsAside(session, schema, runId);
    const inOrder = ['index', 'trigger', 'rule'].flatMap((kind) => aside.filter((object) => object.kind === kind));
    const refused: AsideObject[] = [];
    for (const object of inOrder) {
      try {
        await inTransaction(session, () => restoreOne(session, schema, object));
      } catch (error) {
        if (!mayBeDataFault(error)) throw error;
        refused.push(object);
      }
    }
    if (refused.length > 0) throw notRestored(refused);
  });
}

const WANTING: Readonly<Record<AsideObject['kind'], string>> = {
  index: `select to_regclass($1) is not null and not exists (
    select from pg_index where indrelid = to_regclass($1) and indexrelid = to_regclass($2)) as wanting`,
  trigger: 'select exists (select from pg_trigger where tgrelid = to_regclass($1) and tgname = $2) as wanting',
  rule: 'select exists (select from pg_rewrite where ev_class = to_regclass($1) and rulename = $2) as wanting',
};

/** In a transaction. */
export async function restoreOne(session: Session, schema: string, object: AsideObject): Promise<void> {
  if (await isWanting(session, object)) await session.query(object.restoration);
  await closeObject(session, schema, object.seq);
}

/** Whether it has to be brought back. Not wanting: the index is there again, or the trigger, the rule or the table itself is there no more. */
export async function isWanting(session: Session, { kind, table, name }: AsideObject): Promise<boolean> {
  const { rows } = await session.query<{ wanting: boolean }>(WANTING[kind], [
    qualified(table),
    kind === 'index' ? qualified({ schema: table.schema, name }) : name,
  ]);
  return onlyRow(rows).wanting;
}

function notRestored(objects: readonly AsideObject[]): MigrationError {
  const named = objects.map(({ name, table }) => `${name} of ${table.schema}.${table.name}`).join(', ');
  return new MigrationError('LOAD_FAILED', `rows that the run did not load do not fit an index: ${named}`, {
    hint: 'Shorten or remove them (or create the index in another way under its name), then run again with --resume.',
    facts: { indexes: objects.map(({ name }) => name).join(', ') },
  });
}
