import { MigrationError } from '../../core/errors';
import { plainName } from '../../core/mapping/table-name';
import { refuseEditedJournal } from '../ledger/seal/edited-journal';
import type { Place } from '../session/place';
import { inTransaction, onlyRow, type Session } from '../session/session';
import { freeing, holderOf, type Holder } from '../catalogue/name-holders';
import { ident, qualified } from '../session/sql';
import { isOfRow } from '../session/row-states';
import { isConnectionLoss, mayBeDataFault, sqlStateOf } from '../session/sqlstate';
import { definitionsOf } from './definitions';
import { closeObject, inRestoringOrder, objectsAside, type AsideObject } from './aside-object';

/**
 * Brings back what the run has set aside, indexes before triggers, each in one transaction with its journal row: what a crash has
 * left is found and continued. One that cannot be restored stops no other: only then is what went wrong thrown, as LOAD_FAILED where
 * the rows or what an index is made with may be at fault.
 */
export async function restoreObjects(session: Session, { ledgerSchema: schema }: Place, runId: string): Promise<void> {
  await refuseEditedJournal(session, schema, runId);
  const aside = await objectsAside(session, schema, runId);
  const refused: Refused[] = [];
  const failures: unknown[] = [];
  for (const object of inRestoringOrder(aside)) {
    try {
      await inTransaction(session, () => restoreOne(session, schema, object));
    } catch (error) {
      if (isConnectionLoss(error)) throw error;
      if (mayBeDataFault(error))
        refused.push({ object: await withHolder(session, object), state: sqlStateOf(error) ?? 'unknown' });
      else failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  if (refused.length > 0) throw notRestored(refused);
}

const NO_INDEX = `select to_regclass($1) is not null and not exists (
    select from pg_index where indrelid = to_regclass($1) and indexrelid = to_regclass($2)) as wanting`;
/** By its oid first: its owner may have renamed it, and another one may have its name. */
const SWITCHED = {
  trigger: `select tgname::text as name from pg_trigger
    where tgrelid = to_regclass($1) and (oid = $3::oid or tgname = $2) order by oid is distinct from $3::oid limit 1`,
  rule: `select rulename::text as name from pg_rewrite
    where ev_class = to_regclass($1) and (oid = $3::oid or rulename = $2) order by oid is distinct from $3::oid limit 1`,
} as const;

/** In a transaction. */
export async function restoreOne(session: Session, schema: string, object: AsideObject): Promise<void> {
  const wanting = await asWanting(session, object);
  if (wanting !== null) await session.query(wanting.restoration);
  await closeObject(session, schema, wanting ?? object);
}

/**
 * The object as it has to be brought back, under the name that it has now. Null where there is nothing to do: the index is there again, or
 * the trigger, the rule or the table itself is there no more.
 */
export async function asWanting(session: Session, object: AsideObject): Promise<AsideObject | null> {
  const { kind, table, name, oid = null } = object;
  if (kind === 'index') {
    const index = qualified({ schema: table.schema, name });
    const { rows } = await session.query<{ wanting: boolean }>(NO_INDEX, [qualified(table), index]);
    return onlyRow(rows).wanting ? object : null;
  }
  const { rows } = await session.query<{ name: string }>(SWITCHED[kind], [qualified(table), name, oid]);
  return rows[0] === undefined ? null : renamed(session, object, rows[0].name);
}

/** Of an index also what has its name, for `notRestored`. */
export async function withHolder(session: Session, object: AsideObject): Promise<HeldObject> {
  const { kind, table, name, seq } = object;
  return { ...object, holder: kind === 'index' ? await holderOf(session, { kind, table, name, seq }) : null };
}

async function renamed(session: Session, object: AsideObject, name: string): Promise<AsideObject> {
  const { kind, oid } = object;
  const former = ident(object.name);
  if (name === object.name || !object.restoration.endsWith(former)) return object;
  const restoration = object.restoration.slice(0, -former.length) + ident(name);
  if (kind === 'index' || oid === undefined) return { ...object, name, restoration };
  // Its definition has its name.
  const defined = (await definitionsOf(session, [{ kind, oid }]))({ kind, oid });
  return { ...object, name, restoration, ...(defined === undefined ? {} : { defined }) };
}

interface HeldObject extends AsideObject {
  readonly holder: Holder | null;
}

interface Refused {
  readonly object: HeldObject;
  readonly state: string;
}

const NAME_TAKEN = '42P07';

/** Only some states say that a row is at fault; others may be of what an index is made with. */
export function notRestored(refused: readonly Refused[]): MigrationError {
  const named = refused
    .map(({ object: { name, table }, state }) => `${name} of ${plainName(table)} (SQLSTATE ${state})`)
    .join(', ');
  const facts = { indexes: refused.map(({ object: { name } }) => name).join(', ') };
  if (refused.every(({ state }) => state === NAME_TAKEN))
    return new MigrationError('LOAD_FAILED', `the names of indexes that have to come back are taken: ${named}`, {
      hint: [
        ...new Set(
          refused.map(({ object: { holder } }) => {
            return holder === null ? 'They may be free again: give the command once more.' : freeing(holder);
          }),
        ),
      ].join(' '),
      facts,
    });
  const isOfRows = refused.every(({ state }) => isOfRow(state));
  const message = isOfRows ? 'rows that the run did not load do not fit an index' : 'indexes cannot be built again';
  return new MigrationError('LOAD_FAILED', `${message}: ${named}`, {
    hint: isOfRows
      ? 'Shorten or remove them (or create the index in another way under its name).'
      : 'Look the SQLSTATE up and restore what the index needs (or create it in another way under its name).',
    facts,
  });
}
