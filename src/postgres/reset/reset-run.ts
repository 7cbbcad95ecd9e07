import { sameTable } from '../../core/mapping/table-name';
import type { Emit } from '../../core/run/events';
import type { RunState } from '../../core/run/run-record';
import { refuseLeft, type ResetOrder, type ResetOutcome, type ResetPlan, type ResetStep } from '../../core/run/reset';
import { systemIdentifier } from '../session/server-facts';
import { overwritersOf } from '../ledger/former-owners';
import { entityTables } from '../ledger/entity-table';
import type { Place } from '../session/place';
import { setSequencesBack } from '../sequences/set-back';
import { inTransaction, onlyRow, type Session } from '../session/session';
import { ident, qualified } from '../session/sql';
import { clearLedger } from './clear-ledger';
import { dropKeys, putKeysBack, referencingKeys, type LiveKey } from '../foreign-keys/referencing-keys';
import { refuseReferences } from './refuse-references';
import { removeRows } from './remove-rows';
import { isInUse, readBeside, requireRights } from './required-rights';
import type { Wanted } from '../catalogue/privileges';
import { heldAside, restoreAside, type HeldAside } from './restore-aside';
import { withStillTriggers } from '../objects/still-triggers';
import { lostRows, readSubjects, type Resetting, type Subject, type Subjects } from './subjects';
import { refuseEditedLedger } from './edited-ledger';

/** What is to be done, known before anything is done. */
interface Prepared extends Subjects {
  /** Those with rows to be removed. */
  readonly losing: readonly Subject[];
  readonly keys: readonly LiveKey[];
  readonly aside: HeldAside;
  /** Parts of the ledger that were edited and are believed. */
  readonly edited: readonly string[];
}

/** What a reset would do now. */
export function planReset(place: Place, order: ResetOrder): Promise<ResetPlan> {
  return place.sessions.use(async (session) => planOf(await prepare(await resettingOf(session, place, order), order)));
}

/**
 * Takes back what a run has loaded. All of it is one transaction, DDL included: a crash leaves the run whole or undone. Only sequences,
 * which no transaction holds, come after it; a second reset goes on with those that are left.
 */
export async function resetRun(place: Place, order: ResetOrder, emit: Emit): Promise<ResetOutcome> {
  const { runId, scope } = order;
  const step = (name: ResetStep): void => {
    emit('reset:step', { runId, at: name });
  };
  return place.operator.during(async (session) => {
    const resetting = await resettingOf(session, place, order);
    const { plan, notValid, losing } = await inTransaction(session, () => takeBack(resetting, order, step));
    step('committed');
    const sequences = scope === 'all' ? await setSequencesBack(session, place.ledgerSchema, runId) : [];
    await giveBackSpace(session, losing);
    step('done');
    return { ...plan, notValid, sequences };
  });
}

async function resettingOf(
  session: Session,
  { ledgerSchema: schema }: Place,
  { runId, scope }: ResetOrder,
): Promise<Resetting> {
  return { session, schema, runId, scope, system: await systemIdentifier(session) };
}

async function takeBack(resetting: Resetting, order: ResetOrder, step: (name: ResetStep) => void) {
  const { session } = resetting;
  // A row that a policy hides would stay, and a deferred check would forbid the ALTER TABLE after it.
  await session.query('set local row_security = off; set constraints all immediate');
  await lockTables(resetting);
  step('locked');
  const prepared = await prepare(resetting, order);
  const { losing, keys, aside } = prepared;
  step('checked');
  await dropKeys(resetting.session, keys);
  await withStillTriggers(resetting, losing, async () => {
    step('cleared-way');
    await removeRows(resetting, losing);
    step('removed');
  });
  await putKeysBack(resetting, keys);
  const notValid = await restoreAside(resetting, aside);
  step('restored');
  const plan = planOf(prepared);
  await clearLedger(resetting, {
    left: plan.entities.reduce((sum, { left }) => sum + left, 0),
    edited: plan.edited,
  });
  step('recorded');
  return { plan, notValid, losing };
}

/** All at once and in one order, so that nobody who writes or resets waits for us while we wait for them. */
async function lockTables(resetting: Resetting): Promise<void> {
  const { session, schema, runId, scope } = resetting;
  const tables = (await entityTables(session, schema, runId)).filter(
    ({ entity }) => scope === 'all' || scope.includes(entity),
  );
  const { rows } = await session.query<{ oid: number }>(
    `select t.oid from unnest($1::text[]) n join pg_class t on t.oid = to_regclass(n)`,
    [tables.map(({ table }) => qualified(table))],
  );
  const keys = await referencingKeys(
    resetting.session,
    rows.map(({ oid }) => oid),
  );
  const aside = await heldAside(resetting);
  const held = [...aside.keys, ...aside.objects, ...aside.unproven, ...aside.referring];
  // A key that stays in force needs no lock: whoever refers by it waits for ours on the rows.
  const named = [...tables, ...keys.filter(({ droppable }) => droppable), ...held].map(({ table }) => qualified(table));
  const there = await session.query<{ name: string }>(
    `select n as name from unnest($1::text[]) n where to_regclass(n) is not null group by n order by n`,
    [named],
  );
  if (there.rows.length === 0) return;
  await session.query(`lock table ${there.rows.map(({ name }) => name).join(', ')} in access exclusive mode`);
}

async function prepare(resetting: Resetting, order: ResetOrder): Promise<Prepared> {
  const { session, schema, runId } = resetting;
  const edited = await refuseEditedLedger(resetting, order.edited);
  const found = await readSubjects(resetting);
  // Before what refers to them: rows that a later run has overwritten may be among those that refer.
  const changed = found.subjects.filter((subject) => lostRows(subject, found.subjects) > 0);
  if (changed.length > 0) {
    const oids = changed.map(({ oid }) => oid);
    const overwrittenBy = await overwritersOf(session, schema, { runId, oids });
    refuseLeft(order, found.subjects.map(entityOf), { overwrittenBy, state: await stateOf(resetting) });
  }
  const losing = found.subjects.filter(({ own }) => own > 0);
  const all = await referencingKeys(
    resetting.session,
    losing.map(({ oid }) => oid),
  );
  await requireRights(session, {
    doing: `resetting run ${runId}`,
    tables: [
      ...losing.map(wantedOf),
      ...readBeside(
        all,
        losing.map(({ table }) => table),
      ),
    ],
    keys: await undroppable(resetting, all, losing),
  });
  const keys = all.filter(({ droppable }) => droppable);
  const aside = await heldAside(resetting);
  const absent = aside.referring.filter((key) => losing.some(({ table }) => sameTable(table, key.parent)));
  await refuseReferences(resetting, losing, [...all, ...absent]);
  return { ...found, losing, keys, aside, edited };
}

async function stateOf({ session, schema, runId }: Resetting): Promise<RunState> {
  const { rows } = await session.query<{ state: RunState }>(`select state from ${ident(schema)}.run where id = $1`, [
    runId,
  ]);
  return onlyRow(rows).state;
}

function wantedOf({ table, putBack }: Subject): Wanted {
  return { table, privileges: putBack > 0 ? ['select', 'insert', 'delete'] : ['select', 'delete'] };
}

/**
 * Keys in the way that this user may not drop. In force, a key does no harm where no row refers by it to one that goes, of which
 * `refuseReferences` makes sure unless rows of the table go or come themselves.
 */
async function undroppable(
  { session }: Resetting,
  keys: readonly LiveKey[],
  losing: readonly Subject[],
): Promise<LiveKey[]> {
  const isPutBack = losing.some(({ putBack }) => putBack > 0);
  const found: LiveKey[] = [];
  for (const key of keys.filter(({ droppable }) => !droppable)) {
    const isOfRun = losing.some(({ table }) => sameTable(table, key.table));
    if (isOfRun || (isPutBack && (await isInUse(session, key)))) found.push(key);
  }
  return found;
}

function planOf({ subjects, gone, aside, edited }: Prepared): ResetPlan {
  return { entities: subjects.map(entityOf), gone, aside: aside.keys.length + aside.objects.length, edited };
}

function entityOf(subject: Subject, _: number, subjects: readonly Subject[]): ResetPlan['entities'][number] {
  const { entity, table, own, putBack } = subject;
  return { entity, table: table.name, removed: own - putBack, putBack, left: lostRows(subject, subjects) };
}

/** Without it the next load would write behind the dead rows. Nothing is lost where the server refuses. */
async function giveBackSpace(session: Session, subjects: readonly Subject[]): Promise<void> {
  for (const { table } of subjects) await session.query(`vacuum (analyze) ${qualified(table)}`).catch(() => undefined);
}
