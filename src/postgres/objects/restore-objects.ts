import { MigrationError } from '../../core/errors';
import { plainName } from '../../core/mapping/table-name';
import { refuseEditedJournal } from '../ledger/seal/edited-journal';
import type { Place } from '../session/place';
import { inTransaction, onlyRow, type Session } from '../session/session';
import { qualified } from '../session/sql';
import { isOfRow } from '../session/row-states';
import { isConnectionLoss, mayBeDataFault, sqlStateOf } from '../session/sqlstate';
import { closeObject, inRestoringOrder, objectsAside, type AsideObject } from './aside-object';

/**
 * Brings back what the run has set aside, indexes before triggers, each in one transaction with its journal row: what a crash has
 * left is found and continued. One that cannot be restored stops no other: only then is what went wrong thrown, as LOAD_FAILED where
 * the rows or what an index is made with may be at fault.
 */
export function restoreObjects(place: Place, runId: string): Promise<void> {
  return place.sessions.use(async (session) => {
    const schema = place.ledgerSchema;
    await refuseEditedJournal(session, schema, runId);
    const aside = await objectsAside(session, schema, runId);
    const refused: Refused[] = [];
    const failures: unknown[] = [];
    for (const object of inRestoringOrder(aside)) {
      try {
        await inTransaction(session, () => restoreOne(session, schema, object));
      } catch (error) {
        if (isConnectionLoss(error)) throw error;
        if (mayBeDataFault(error)) refused.push({ object, state: sqlStateOf(error) ?? 'unknown' });
        else failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
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

interface Refused {
  readonly object: AsideObject;
  readonly state: string;
}

/** Only some states say that a row is at fault; others may be of what an index is made with. */
function notRestored(refused: readonly Refused[]): MigrationError {
  const named = refused
    .map(({ object: { name, table }, state }) => `${name} of ${plainName(table)} (SQLSTATE ${state})`)
    .join(', ');
  const isOfRows = refused.every(({ state }) => isOfRow(state));
  const message = isOfRows ? 'rows that the run did not load do not fit an index' : 'indexes cannot be built again';
  return new MigrationError('LOAD_FAILED', `${message}: ${named}`, {
    hint: isOfRows
      ? 'Shorten or remove them (or create the index in another way under its name), then run again with --resume.'
      : 'Look the SQLSTATE up and restore what the index needs (or create it in another way under its name), then run again with --resume.',
    facts: { indexes: refused.map(({ object: { name } }) => name).join(', ') },
  });
}
