import { randomBytes } from 'node:crypto';
import { MigrationError } from '../../core/errors';
import type { Shadow, TableName, Target } from '../../core/ports/target';
import { installLedger } from '../ledger/schema';
import { lockKey, takeIfFree } from '../ledger/locks';
import { operatorOf, type Operator } from '../ledger/operator';
import { sameTable, type Place } from '../place';
import { inTransaction, type Session } from '../session';
import { ident, qualified } from '../sql';
import { translating } from '../sqlstate';
import { copyTables } from './copy-tables';
import { REHEARSAL_PREFIX, removeLeftovers } from './leftovers';
import { shadowPairs, type ShadowPair } from './shadow-names';

/** Makes the schema of a rehearsal. A session of its own holds its lock, which tells others that it is in use. */
export async function openShadow(
  place: Place,
  tables: readonly TableName[],
  targetAt: (place: Place) => Target,
): Promise<Shadow> {
  const holder = await place.sessions.open();
  const schema = `${REHEARSAL_PREFIX}${randomBytes(6).toString('hex')}`;
  try {
    const removed = await removeLeftovers(holder);
    await takeIfFree(holder, lockKey('rehearsal', schema));
    const pairs = shadowPairs(schema, tables.map(place.actual));
    await inTransaction(holder, async () => {
      await holder.query(`create schema ${ident(schema)}`);
      await copyTables(holder, pairs);
    });
    await installLedger(holder, schema);
    const target = targetAt(shadowPlace(place, { schema, pairs, operator: operatorOf(place.sessions, schema) }));
    return { target: { ...target, close: () => Promise.resolve() }, removed, drop: () => dropShadow(holder, schema) };
  } catch (error) {
    await holder.close();
    throw error;
  }
}

interface ShadowParts {
  readonly schema: string;
  readonly pairs: readonly ShadowPair[];
  readonly operator: Operator;
}

/** A place whose tables are led to their copies. */
export function shadowPlace(place: Place, { schema, pairs, operator }: ShadowParts): Place {
  const copyOf = (table: TableName): TableName | undefined =>
    pairs.find(({ original }) => sameTable(original, place.actual(table)))?.copy;
  return {
    sessions: place.sessions,
    ledgerSchema: schema,
    operator,
    copies: pairs,
    actual: (table) => copyOf(table) ?? table,
    written: (table) => copyOf(table) ?? refuse(table),
    known: (table) => pairs.find(({ copy }) => sameTable(copy, table))?.original ?? table,
  };
}

/** A rehearsal must not touch a real table, whatever it is asked. */
function refuse(table: TableName): never {
  throw new MigrationError('INTERNAL', `the rehearsal has no copy of ${qualified(table)}`, {
    hint: 'Report this as a defect of cutover.',
  });
}

/** The lock goes with the session, so last. A second call does nothing. */
function dropShadow(holder: Session, schema: string): Promise<void> {
  if (holder.isLost()) return Promise.resolve();
  return translating(`dropping the rehearsal ${schema}`, async () => {
    await holder.query(`drop schema if exists ${ident(schema)} cascade`);
    await holder.close();
  });
}
