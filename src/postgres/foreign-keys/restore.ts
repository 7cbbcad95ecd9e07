import { MigrationError } from '../../core/errors';
import { sameTable } from '../../core/mapping/table-name';
import type { OrphanVerdict } from '../../core/run/outcomes';
import type { OrphanRule, TableName } from '../../core/ports/target';
import { entityTables } from '../ledger/entity-table';
import { refuseEditedJournal } from '../ledger/seal/edited-journal';
import type { Place } from '../session/place';
import { inTransaction, type Session } from '../session/session';
import { qualified } from '../session/sql';
import { addConstraint } from './add-constraint';
import { brokenKeys, notRestored } from './broken-keys';
import { addOrphans, closeKey, journalKey, journalKeysOf, type JournalKey } from './journal';
import { NOT_ENFORCED } from './note-aside';
import { sameReference } from '../../core/mapping/same-reference';
import { readForeignKeys, type LiveForeignKey } from '../catalogue/live-keys';
import { type LiveKey, dropKeys, keysTo, putKeysBack } from './referencing-keys';
import {
  admittedPolicies,
  clearOrphans,
  countMovableOrphans,
  countOrphansOf,
  countSettledOrphans,
  moveOrphans,
  orphanWorks,
  type OrphanWork,
  otherThanNull,
} from './orphans';

/** One key to settle: its rule (if it has one), and its journal entry (if it was set aside). */
interface KeyToSettle {
  readonly work: OrphanWork | null;
  readonly key: JournalKey | null;
  /** The database enforces it already, or left it unchecked before the run: nothing to move, nothing to add. */
  readonly live: 'no' | 'valid' | 'not-valid';
  /** Without a rule of its own, but with the columns of a key whose orphans are kept. */
  readonly kept?: true;
  orphans: number;
}

interface Run {
  readonly session: Session;
  readonly schema: string;
  readonly runId: string;
}

/**
 * Deals with orphans until nothing changes, then puts the foreign keys back. Every step commits by itself and finds done what was
 * done, so that the whole can be repeated after a crash at any point.
 */
export async function restoreKeys(
  session: Session,
  place: Place,
  { runId, rules }: { readonly runId: string; readonly rules: readonly OrphanRule[] },
): Promise<OrphanVerdict[]> {
  const run = { session, schema: place.ledgerSchema, runId };
  await refuseEditedJournal(session, place.ledgerSchema, runId);
  const works = await orphanWorks(session, place, { runId, rules });
  const settlings = await settlingsOf(run, works);
  await settleOrphans(run, settlings);
  const ends: RestoreEnd[] = [];
  for (const settling of settlings) ends.push(await restoreOne(run, settling, partnersOf(settling, settlings)));
  await analyze(run);
  const broken = ends.filter(({ constraint, policy }) => constraint === 'not-valid' && policy !== 'keep');
  if (broken.length > 0) throw notRestored(await brokenKeys(session, place, broken));
  return ends.flatMap(({ verdict }) => verdict ?? []);
}

async function settlingsOf(run: Run, works: readonly OrphanWork[]): Promise<KeyToSettle[]> {
  const keys = await journalKeysOf(run.session, run.schema, run.runId);
  const settled: KeyToSettle[] = [];
  for (const work of works) {
    const { settling, isNew } = await settlingOf(run, work, keys);
    if (isNew && settling.key !== null) keys.push(settling.key);
    settled.push(settling);
  }
  const ruled = new Set(settled.map(({ key }) => key?.seq));
  const others = keys.filter(({ seq }) => !ruled.has(seq));
  return [...settled, ...others.map((key) => withoutRule(key, settled))];
}

async function settlingOf(
  run: Run,
  work: OrphanWork,
  keys: readonly JournalKey[],
): Promise<{ readonly settling: KeyToSettle; readonly isNew: boolean }> {
  const noted = keys.find((candidate) => isKeyOf(candidate, work));
  if (noted !== undefined) {
    const orphans = await countSettledOrphans(run.session, run, work.rule);
    return { settling: { work: matching(work, noted.match), key: noted, live: 'no', orphans }, isNew: false };
  }
  const there = await liveKeyOf(run.session, work);
  const ruled = there === undefined ? work : matching(work, there.match);
  const key = there === undefined ? await noteRelation(run, work) : null;
  return {
    settling: { work: ruled, key, live: stateOf(there), orphans: 0 },
    isNew: key !== null,
  };
}

/** The rule as the key itself has it: an entity cannot say MATCH FULL. */
function matching(work: OrphanWork, match: LiveForeignKey['match'] = 'simple'): OrphanWork {
  const { rule } = work;
  return { ...work, rule: { ...rule, foreignKey: { ...rule.foreignKey, match } } };
}

/** A second constraint over the columns of a ruled one: what that one keeps, it has to bear as well. */
function withoutRule(key: JournalKey, settled: readonly KeyToSettle[]): KeyToSettle {
  const isKept = settled.some(
    (other) =>
      other.key !== null &&
      sameTable(other.key.table, key.table) &&
      sameReference(other.key, key) &&
      policyOf(other) === 'keep',
  );
  return { work: null, key, live: 'no', orphans: 0, ...(isKept ? { kept: true } : {}) };
}

/** A relation that the database does not enforce gets a journal entry too, which counts its orphans. */
async function noteRelation({ session, schema, runId }: Run, { rule, child, parent }: OrphanWork): Promise<JournalKey> {
  const key = { ...rule.foreignKey, parent, definition: NOT_ENFORCED, validated: true, comment: null };
  return journalKey(session, schema, { runId, table: child, key, state: 'restored' });
}

/** Compared by columns: the names of constraints differ between an entity's metadata and the database. */
function isKeyOf(
  key: Omit<LiveForeignKey, 'definition'> & { readonly table?: TableName },
  { rule, child, parent }: OrphanWork,
): boolean {
  const isOfTable = key.table === undefined || sameTable(key.table, child);
  return isOfTable && sameReference(key, { ...rule.foreignKey, parent });
}

async function liveKeyOf(session: Session, work: OrphanWork): Promise<LiveForeignKey | undefined> {
  return (await readForeignKeys(session, work.child)).find((key) => isKeyOf(key, work));
}

function stateOf(live: LiveForeignKey | undefined): KeyToSettle['live'] {
  if (live === undefined) return 'no';
  return live.validated ? 'valid' : 'not-valid';
}

/** Rounds over the rules, until no table has lost rows that another one refers to. */
async function settleOrphans(run: Run, settlings: readonly KeyToSettle[]): Promise<void> {
  const moving = settlings.filter((settling) => policyOf(settling) !== 'keep' && !isEnforced(settling));
  let shrunk: TableName[] | null = null;
  do {
    const due: KeyToSettle[] = moving.filter(({ work }) => {
      return shrunk === null || shrunk.some((table) => work !== null && sameTable(table, work.parent));
    });
    const lost: TableName[] = [];
    for (const settling of due) {
      const rows = await settleOnce(run, settling, shrunk === null ? 'first' : 'later');
      if (rows > 0 && policyOf(settling) === 'reject' && settling.work !== null) lost.push(settling.work.child);
    }
    shrunk = lost;
  } while (shrunk.length > 0);
}

/** One round of one rule, and its count in the journal, in one transaction. */
function settleOnce(run: Run, settling: KeyToSettle, round: 'first' | 'later'): Promise<number> {
  const { session, schema, runId } = run;
  const { work, key } = settling;
  if (work === null || key === null) return Promise.resolve(0);
  return inTransaction(session, async () => {
    const move = (keys: readonly LiveKey[]): Promise<number> =>
      moveOrphans(session, { schema, runId, work, keys, round });
    const rows =
      policyOf(settling) === 'reject'
        ? await withoutUncheckedKeys(session, { ...run, table: work.child }, move)
        : await clearOrphans(session, { schema, runId, work, columns: clearable(work) });
    if (rows > 0) await addOrphans(session, schema, { seq: key.seq, orphans: rows });
    settling.orphans += rows;
    return rows;
  });
}

function clearable(work: OrphanWork): string[] {
  if (!admittedPolicies(work).includes('null')) throw notNullable(work);
  return work.rule.foreignKey.columns.filter((column) => work.nullable.includes(column));
}

/** Where nothing checked the key before the run, rows may break it that are not the run's to move, unless there were none at all. */
function policyOf({ work, key, live }: KeyToSettle): OrphanRule['policy'] {
  if (work === null || live === 'not-valid') return 'keep';
  if (key?.validated === false && work.rule.rowsBefore > 0) return 'keep';
  if (key?.definition === NOT_ENFORCED && work.rule.rowsBefore > 0) return 'keep';
  return work.rule.policy;
}

/** Whether the database itself sees to it that there is no orphan. */
function isEnforced({ key, live }: KeyToSettle): boolean {
  return live === 'valid' || (key?.state === 'restored' && key.definition !== NOT_ENFORCED);
}

/** All settlings of one key: of each entity that fills the table. */
function partnersOf(settling: KeyToSettle, settlings: readonly KeyToSettle[]): readonly KeyToSettle[] {
  const { key } = settling;
  return key === null ? [settling] : settlings.filter((other) => other.key?.seq === key.seq);
}

function isKept(partners: readonly KeyToSettle[]): boolean {
  return partners.some((partner) => policyOf(partner) === 'keep');
}

interface RestoreEnd {
  readonly name: string;
  readonly key: JournalKey | null;
  readonly policy: OrphanRule['policy'];
  readonly constraint: OrphanVerdict['constraint'];
  readonly verdict: OrphanVerdict | null;
}

async function restoreOne(run: Run, settling: KeyToSettle, partners: readonly KeyToSettle[]): Promise<RestoreEnd> {
  const { work, key } = settling;
  const kept = await orphansLeft(run, settling);
  const constraint = await restoreConstraint(run, settling, kept);
  const name = key?.name ?? work?.rule.foreignKey.name ?? '';
  // A key without a rule has nothing that excuses it from being valid again, unless it was not before.
  if (work === null) return { name, key, policy: policyWithoutRule(settling), constraint, verdict: null };
  const left = kept > 0 ? await countMovableOrphans(run.session, run.runId, work) : 0;
  const verdict = verdictOf(work.rule, settling, { name, constraint, left });
  const mayStay = isKept(partners) || mayKeepOrphans(key, left);
  return { name, key, policy: mayStay ? 'keep' : verdict.policy, constraint, verdict };
}

/** `left`: how many the run has loaded. Without a constraint, rows of others may be orphans rightly. */
function mayKeepOrphans(key: JournalKey | null, left: number): boolean {
  return key?.validated === false || (key?.definition === NOT_ENFORCED && left === 0);
}

function policyWithoutRule({ key, kept }: KeyToSettle): OrphanRule['policy'] {
  return key?.validated === false || kept === true ? 'keep' : 'reject';
}

async function orphansLeft({ session }: Run, settling: KeyToSettle): Promise<number> {
  return settling.work === null || isEnforced(settling) ? 0 : countOrphansOf(session, settling.work);
}

function verdictOf(
  { entity, property }: OrphanRule,
  settling: KeyToSettle,
  end: { readonly name: string; readonly constraint: OrphanVerdict['constraint']; readonly left: number },
): OrphanVerdict {
  const { name: foreignKey, constraint, left } = end;
  return { entity, foreignKey, property, policy: policyOf(settling), orphans: settling.orphans + left, constraint };
}

async function restoreConstraint(run: Run, settling: KeyToSettle, kept: number): Promise<OrphanVerdict['constraint']> {
  const { session, schema } = run;
  const { key, live } = settling;
  if (isEnforced(settling)) return 'valid';
  if (key === null) return live === 'valid' ? 'valid' : 'not-valid';
  if (key.definition === NOT_ENFORCED) return kept === 0 ? 'valid' : 'not-valid';
  const validate = kept === 0 && key.validated ? 'validate' : 'leave';
  const constraint = await addConstraint(session, key, validate);
  await closeKey(session, schema, { seq: key.seq, state: constraint === 'valid' ? 'restored' : 'not-valid' });
  return constraint;
}

/** Statistics for the planner, which knows nothing of the loaded rows yet. */
async function analyze({ session, schema, runId }: Run): Promise<void> {
  for (const { table } of await entityTables(session, schema, runId))
    await session.query(`analyze ${qualified(table)}`);
}

function notNullable(work: OrphanWork): MigrationError {
  const { entity, property } = work.rule;
  return new MigrationError('LOAD_FAILED', `orphans of ${entity}.${property} cannot be set to null`, {
    hint: `Make a column of the key in ${qualified(work.child)} nullable, then go on with "cutover migrate --resume". Or ${otherThanNull(work)}`,
    facts: { entity, property },
  });
}

/**
 * Runs `work`, which takes rows out of the table, with the other keys that lead to it. Rows of others that refer to it by a key that is
 * NOT VALID may have referred to nothing before the run: they are neither to hinder that, nor to be deleted or cleared by it. Such keys
 * are away meanwhile, in one transaction.
 */
async function withoutUncheckedKeys<T>(
  session: Session,
  { runId, table }: { readonly runId: string; readonly table: TableName },
  work: (keysTo: readonly LiveKey[]) => Promise<T>,
): Promise<T> {
  const keys = await keysTo(session, table);
  const isUnchecked = ({ definition }: LiveKey): boolean => definition.endsWith(' NOT VALID');
  const unchecked = keys.filter(isUnchecked);
  await dropKeys(session, unchecked);
  const done = await work(keys.filter((key) => !isUnchecked(key)));
  await putKeysBack({ session, runId }, unchecked);
  return done;
}
