import { counted } from '../../core/counted';
import type { RowDifference } from '../../core/comparison/comparison';
import type { DifferenceList, DifferingEntity } from '../../core/comparison/difference-list';
import { MigrationError } from '../../core/errors';
import type { Emit } from '../../core/run/events';
import type { LegacySource } from '../../core/ports/legacy-source';
import type { RunRecord } from '../../core/run/run-record';
import type { TargetRow } from '../../core/mapping/wire';
import type { Amendment, RepairDesk } from '../../core/ports/repair-desk';
import type { OpenSpill, Spill } from '../../core/ports/spill';
import type { Target } from '../../core/ports/target';
import { laterFixes } from '../../core/run/fingerprint-fixes';
import { mappingInForce } from '../../core/run/loaded-by';
import { isShared } from '../../core/run/rows-before';
import { claimToWrite } from '../../core/ports/claim-to-write';
import { planComparison, type ComparisonPlan, type ComparisonSubject } from '../compare/comparison-plan';
import type { InTheWay } from '../compare/rows-in-the-way';
import { requireLogged } from '../require-logged';
import { matchedRows } from './matched-rows';
import { roomFor } from './room-for-rows';
import { owedRows, type OwedRows } from './owed-rows';
import { rowsOfOthers } from './rows-of-others';
import { wantedRows, type ComingBack, type WantedRow } from './wanted-rows';
import type { RepairedEntity } from '../../core/run/evidence';

export interface RepairPorts {
  readonly source: LegacySource;
  readonly target: Target;
  readonly emit: Emit;
  /** Resolves when the operator agrees, throws when not. */
  readonly confirm: (question: string) => Promise<void>;
  /** Where long values of the rows lie until these are written. */
  readonly openSpill: OpenSpill;
  /** Whether rows may be written to unlogged tables whatever the run has allowed. */
  readonly allowUnlogged?: boolean;
}

export interface RepairResult {
  readonly runId: string;
  /** `already`: this list was repaired before, and nothing was done now. */
  readonly end: 'done' | 'already' | 'nothing';
  readonly entities: readonly RepairedEntity[];
  /** Of the differences that were left: those whose row the target refuses. */
  readonly refused: readonly RefusedRow[];
}

/** A row that should be in the target and that the target does not take. */
interface RefusedRow {
  readonly entity: string;
  /** Of the legacy row. */
  readonly key: string | null;
  readonly property: string | null;
  readonly reason: string;
}

/**
 * Mends what a comparison has found, and only that (`subjects`: parents first): the legacy rows of the list are read again at the run's SCN, and what differs is put
 * right in one transaction. Asks first; shuts out other operators from before the question on. Throws REPAIR_BLOCKED, CHECKPOINT_STALE,
 * RUN_UNFINISHED, RUN_ACTIVE, TARGET_UNLOGGED.
 */
export async function repairRun(
  subjects: readonly ComparisonSubject[],
  ports: RepairPorts,
  { run, list }: { readonly run: RunRecord; readonly list: DifferenceList },
): Promise<RepairResult> {
  const { target } = ports;
  const order = subjects.map(({ entity }) => entity);
  const damaged = list.entities
    .filter(({ differences }) => differences.length > 0)
    .sort((a, b) => order.indexOf(a.entity) - order.indexOf(b.entity));
  const retried = await target.ledger.retried(run.id);
  const due = damaged.map((found) => {
    const inForce = mappingInForce(run, retried, found.entity) ?? 'none';
    return { found, subject: subjectOf(subjects, found, { run, inForce }) };
  });
  const result = { runId: run.id, end: 'nothing', entities: [], refused: [] } as const;
  if (due.length === 0) return result;
  const claim = await claimToWrite(ports, run.id);
  let spill: Spill | undefined;
  try {
    spill = ports.openSpill();
    await requireRestored(target, run);
    await requireLogged(
      ports,
      run,
      due.map(({ subject }) => subject),
    );
    await ports.confirm(question(run.id, damaged, (await target.facts()).identity));
    const repairs: EntityRepair[] = [];
    for (const { found, subject } of due) {
      repairs.push(await prepare(ports, { found, subject, run, before: repairs, spill }));
    }
    const entities: RepairedEntity[] = [];
    const refused: RefusedRow[] = [];
    const plans = repairs.map(({ plan }) => plan.load);
    const end = await target.repair({ runId: run.id, list: list.id, plans }, async (desk) => {
      for (const repair of repairs) entities.push(await repairEntity(desk, repair, refused));
      await desk.note({ kind: 'repair', entities });
    });
    return end === 'already' ? { ...result, end } : { ...result, end, entities, refused };
  } finally {
    spill?.close();
    await claim.release();
  }
}

interface EntityRepair {
  readonly plan: ComparisonPlan;
  readonly differences: readonly RowDifference[];
  readonly wanted: ReadonlyMap<RowDifference, WantedRow>;
  readonly shared: boolean;
  readonly owed: OwedRows;
  readonly inTheWay: InTheWay | null;
}

interface Preparing {
  readonly found: DifferingEntity;
  readonly subject: ComparisonSubject;
  readonly run: RunRecord;
  /** Of its parents, for one. */
  readonly before: readonly EntityRepair[];
  readonly spill: Spill;
}

/** The source is read before the target's tables are locked. */
async function prepare(
  { source, target, openSpill }: RepairPorts,
  { found, subject, run, before, spill }: Preparing,
): Promise<EntityRepair> {
  const { primaryKey = [] } = (await target.table(subject.contract.table)) ?? {};
  const plan = planComparison(subject, 'rows', primaryKey);
  const { differences } = found;
  const from = { plan, source, target, runId: run.id, scn: run.scn, comingBack: before.map(comingBack) };
  const wanted = await wantedRows({ ...from, spill }, differences);
  const progress = await target.ledger.progress(run.id);
  const skipped = progress.find(({ entity }) => entity === subject.entity)?.tally.skipped ?? 0;
  const shared = isShared(subject.entity, { sharers: subject.sharers, settings: run.settings, skipped });
  const owed = await owedRows({ ...from, skipped, openSpill }, differences, wanted);
  const byKeys = planComparison(subject, 'keys', primaryKey);
  const inTheWay = await rowsOfOthers({ ...from, byKeys }, { differences, shared });
  return { plan, differences, wanted, shared, owed, inTheWay };
}

function comingBack({ plan, differences, wanted }: EntityRepair): ComingBack {
  const missing = differences.filter(({ kind }) => kind === 'missing');
  return { load: plan.load, rows: missing.flatMap((difference) => wanted.get(difference) ?? []) };
}

async function repairEntity(desk: RepairDesk, repair: EntityRepair, refused: RefusedRow[]): Promise<RepairedEntity> {
  const { entity } = repair.plan;
  const { amendment, of, done } = await amendmentOf(desk, repair);
  const { remove, replace, add } = amendment;
  const isNeeded = remove.length + replace.length + add.length > 0;
  const refusals = isNeeded ? await desk.amend(entity, amendment) : [];
  const differences = refusals.map(({ row }) => of.get(row));
  for (const [nth, { fault }] of refusals.entries()) {
    const key = differences[nth]?.legacyKey ?? null;
    refused.push({ entity, key, property: fault.property, reason: fault.reason });
  }
  const notInserted = differences.filter((difference) => difference?.kind === 'missing').length;
  const inserted = add.length - notInserted;
  const replaced = replace.length - (refusals.length - notInserted);
  const left = repair.differences.length - remove.length - inserted - replaced;
  return { entity, inserted, replaced, ...done, left };
}

interface Amending {
  readonly amendment: Amendment;
  /** Of which difference a row is. */
  readonly of: ReadonlyMap<TargetRow, RowDifference>;
  readonly done: Pick<RepairedEntity, 'deleted' | 'undoubled'>;
}

async function amendmentOf(desk: RepairDesk, repair: EntityRepair): Promise<Amending> {
  const { differences, wanted } = repair;
  const { rows, present } = await matchedRows(desk, repair);
  const remove: string[] = [];
  const replace: Amendment['replace'][number][] = [];
  const done = { deleted: 0, undoubled: 0 };
  const room = roomFor(repair.owed, present);
  for (const difference of differences) {
    const { kind } = difference;
    const by = wanted.get(difference);
    const row = rows.get(difference);
    if (kind === 'missing' || row === undefined) continue;
    if (kind === 'different') {
      if (by === undefined || !room.replaced(row, by)) continue;
      replace.push({ place: row.place, row: by.row });
    } else if (kind === 'extra' ? room.isOwedToNone(row) : room.giveUp(row)) {
      remove.push(row.place);
      done[kind === 'extra' ? 'deleted' : 'undoubled'] += 1;
    }
  }
  const missing = differences.filter(({ kind }) => kind === 'missing').flatMap((one) => wanted.get(one) ?? []);
  const add = missing.filter(room.take).map(({ row }) => row);
  const of = new Map([...wanted].map(([difference, { row }]) => [row, difference] as const));
  return { amendment: { remove, replace, add }, of, done };
}

function subjectOf(
  subjects: readonly ComparisonSubject[],
  { entity, fingerprint }: DifferingEntity,
  { run, inForce }: { readonly run: RunRecord; readonly inForce: string },
): ComparisonSubject {
  const subject = subjects.find((candidate) => candidate.entity === entity);
  const what = `mapping of ${entity}`;
  requireSame(what, inForce, fingerprint);
  if (subject?.fingerprint !== inForce) {
    throw stale({ what, saved: inForce, current: subject?.fingerprint ?? 'none' }, laterFixes(run));
  }
  return subject;
}

/** Throws CHECKPOINT_STALE where a list is not of that run, or the run not of these databases. */
export function requireSame(what: string, ofRun: string, given: string): void {
  if (ofRun !== given) throw stale({ what, saved: ofRun, current: given });
}

/** `because`: a sentence that explains it, with a blank before. */
function stale(
  facts: { readonly what: string; readonly saved: string; readonly current: string },
  because = '',
): MigrationError {
  const { what } = facts;
  return new MigrationError('CHECKPOINT_STALE', `the ${what} is not the one of the run`, {
    hint: `Use the ${what} of the run; a list of differences must be one that was written for it.${because}`,
    facts,
  });
}

/** What is set aside, or still to be loaded, is not there to be repaired. */
export async function requireRestored(
  target: Target,
  { id, state, fingerprints }: Pick<RunRecord, 'id' | 'state' | 'fingerprints'>,
): Promise<void> {
  const progress = await target.ledger.progress(id);
  // An entity that was taken back, or never begun, has no progress at all.
  const loaded = Object.keys(fingerprints).every((entity) => {
    const of = progress.find((one) => one.entity === entity);
    return of !== undefined && of.plannedChunks === of.loadedChunks;
  });
  const { aside } = await target.ledger.trail(id);
  if (state === 'reset' || !loaded || aside > 0) throw unfinished(id, state);
}

function unfinished(runId: string, state: string): MigrationError {
  return new MigrationError('RUN_UNFINISHED', `run ${runId} is ${state}: its rows are not all in place`, {
    hint: 'Finish it with "cutover migrate --resume" first; of a run that was reset nothing is left to repair or to load.',
    facts: { runId, state },
  });
}

function question(runId: string, entities: readonly DifferingEntity[], identity: string): string {
  const count = (kind: RowDifference['kind']): number =>
    entities.reduce((sum, { differences }) => sum + differences.filter((one) => one.kind === kind).length, 0);
  const parts = [
    { rows: count('missing'), text: (rows: string) => `insert ${rows}` },
    { rows: count('different'), text: (rows: string) => `replace ${rows}` },
    { rows: count('doubled'), text: (rows: string) => `delete ${rows} that are there too often` },
    { rows: count('extra'), text: (rows: string) => `DELETE ${rows} that no legacy row accounts for` },
  ].filter(({ rows }) => rows > 0);
  const names = entities.map(({ entity }) => entity).join(', ');
  return `Repair ${names} of run ${runId} in ${identity}: ${parts.map(({ rows, text }) => text(counted(rows, 'row'))).join(', ')}?`;
}
