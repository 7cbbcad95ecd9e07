import { randomBytes } from 'node:crypto';
import { MigrationError } from '../../core/errors';
import { sameTable } from '../../core/mapping/table-name';
import type { Shadow, TableName, Target } from '../../core/ports/target';
import { createLedger } from '../ledger/install';
import { rulesAsLoaded } from '../foreign-keys/rules-as-loaded';
import { lockKey, takeIfFree } from '../session/locks';
import { operatorOf, type Operator } from '../session/operator';
import type { Place } from '../session/place';
import { rowsOf } from '../catalogue/rows-of';
import { inTransaction, type Session } from '../session/session';
import { ident, qualified, equalities, pairsOf } from '../session/sql';
import { translating } from '../session/sqlstate';
import { copyTables } from './copy-tables';
import { REHEARSAL_PREFIX, removeLeftovers } from './leftovers';
import { shadowPairs, type NamedPair, type ShadowPair } from './shadow-names';
import { countRows } from '../compare/row-counts';
import { readUniques } from '../catalogue/constraints';

/** Makes the schema of a rehearsal. A session of its own holds its lock, which tells others that it is in use. */
export async function openShadow(
  place: Place,
  tables: readonly TableName[],
  targetAt: (place: Place) => Target,
): Promise<Shadow> {
  const schema = `${REHEARSAL_PREFIX}${randomBytes(6).toString('hex')}`;
  return place.sessions.openFor(async (holder) => {
    const removed = await removeLeftovers(holder);
    await takeIfFree(holder, lockKey('rehearsal', schema));
    const pairs = await withRows(holder, shadowPairs(schema, tables.map(place.actual)));
    await inTransaction(holder, async () => {
      await holder.query(`create schema ${ident(schema)}`);
      await copyTables(holder, pairs);
    });
    await createLedger(holder, schema);
    const shadow = shadowPlace(place, { schema, pairs, operator: operatorOf(place.sessions, schema) });
    return {
      target: rehearsing(targetAt(shadow), { place, shadow, real: targetAt(place) }),
      removed,
      drop: () => dropShadow(holder, schema),
    };
  });
}

/** Asked once, before anything is copied: rows that come later are not the rehearsal's to foresee. */
async function withRows(session: Session, pairs: readonly NamedPair[]): Promise<ShadowPair[]> {
  const filled: ShadowPair[] = [];
  for (const pair of pairs) {
    const { rows } = await session.query<{ filled: boolean }>(
      `select exists (select from ${await rowsOf(session, pair.original)}) as filled`,
    );
    filled.push({ ...pair, filled: rows[0]?.filled ?? false });
  }
  return filled;
}

interface Rehearsing {
  readonly place: Place;
  readonly shadow: Place;
  readonly real: Target;
}

/** The target over the copies, where it has to answer as if they were the real tables. */
function rehearsing(target: Target, { place, shadow, real }: Rehearsing): Target {
  return {
    ...target,
    table: async (name) => {
      const [copy, original] = [await target.table(name), await real.table(name)];
      if (copy === null || original === null) return copy;
      const { foreignKeys, unruledKeys = [] } = original;
      return { ...copy, foreignKeys, unruledKeys };
    },
    count: (table) => translating(`counting ${qualified(table)}`, () => countAfterLoad(shadow, table)),
    restoreForeignKeys: async (runId, rules) => {
      const asLoaded = await translating('reading foreign keys', () => {
        return place.sessions.use((session) => rulesAsLoaded(session, place, rules));
      });
      return target.restoreForeignKeys(runId, asLoaded);
    },
    close: () => Promise.resolve(),
  };
}

interface ShadowParts {
  readonly schema: string;
  readonly pairs: NonNullable<Place['copies']>;
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
    beside: (table) => pairs.find(({ copy, filled }) => filled && sameTable(copy, table))?.original ?? null,
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

/** The lock goes with the session, so last. A second call, or a session that was lost, drops nothing. */
function dropShadow(holder: Session, schema: string): Promise<void> {
  if (holder.isLost()) return holder.close();
  return translating(`dropping the rehearsal ${schema}`, async () => {
    await holder.query(`drop schema if exists ${ident(schema)} cascade`);
    await holder.close();
  });
}

/** Rows that the real table would have: its own, and those of the copy that do not stand in the place of one. */
async function countAfterLoad(shadow: Place, table: TableName): Promise<number> {
  const copy = shadow.actual(table);
  const beside = shadow.beside(copy);
  const loaded = await countRows(shadow, table);
  if (beside === null) return loaded;
  return shadow.sessions.use(async (session) => {
    const real = await rowsOf(session, beside);
    const same = (await readUniques(session, beside)).map(({ columns }) => {
      return `(${equalities('b', 'c', pairsOf(columns))})`;
    });
    const replacing =
      same.length === 0
        ? '0'
        : `(select count(*) from ${qualified(copy)} c
            where ${same.map((key) => `exists (select from ${real} b where ${key})`).join(' or ')})`;
    const { rows } = await session.query<{ rows: string }>(
      `select (select count(*) from ${real}) - ${replacing} as rows`,
    );
    return loaded + Number(rows[0]?.rows);
  });
}
