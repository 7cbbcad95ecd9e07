import { NOTHING_READ, rowsAccounted } from '../core/run/account';
import { are, counted, grouped, were } from '../core/counted';
import { MigrationError } from '../core/errors';
import { rowSecurity, unloggedNow } from '../core/checks/hazard-checks';
import type { EntityContract } from '../core/mapping/entity-contract';
import type { Issue } from '../core/issues';
import type { EntityTally, EntityVerdict } from '../core/run/outcomes';
import type { LegacySource, ReadPlan } from '../core/ports/legacy-source';
import type { Target } from '../core/ports/target';
import type { OrphanPolicy } from '../core/mapping/table-mapping';
import type { EntityProgress, RunRecord } from '../core/run/run-record';
import { takenBack } from '../core/run/left-by-reset';
import { inheritingTables } from '../core/checks/inheriting-tables';
import { resumeCommand } from '../core/run/resume-command';
import { isPending, pendingIssue } from '../core/run/pending';
import { rowsBefore } from '../core/run/rows-before';
import { isOfManyMoments, snapshotIssues } from '../core/run/snapshots';
import { mismatch } from './mismatch';
import { countOrphans, orphanIssues, relationsCounted } from './orphans-of-table';
import { targetCount } from './rows-of-table';

/** One entity to be proven: how it was read, where it went. */
export interface ValidationSubject {
  readonly entity: string;
  readonly read: ReadPlan;
  readonly contract: EntityContract;
  readonly orphans: Readonly<Record<string, OrphanPolicy>>;
  /** All entities that fill the same table, itself included; itself alone where absent. */
  readonly sharers?: readonly string[];
}

export interface ValidationPorts {
  readonly source: LegacySource;
  readonly target: Target;
  /** Told what was counted of the source at the SCN of the run. */
  readonly onCounts?: (entity: string, counts: Counts) => void;
}

/**
 * Counts at the run's SCN, the accounting read = inserted + updated + skipped + rejected + filtered, and orphans, for exactly the entities given.
 * Both databases are asked; nothing is taken from the process that loaded. Returns a verdict for every entity.
 */
export async function validate(
  subjects: readonly ValidationSubject[],
  ports: ValidationPorts,
  run: Pick<RunRecord, 'id' | 'scn' | 'settings' | 'state'>,
): Promise<EntityVerdict[]> {
  const progress = await ports.target.ledger.progress(run.id);
  const addedSince = await ports.target.ledger.addedSince(run.id);
  const moment = run.settings.rowsBeforeAt;
  const overwritten = moment === null ? {} : await ports.target.ledger.overwrittenSince(run.id, moment);
  const othersIn = (entity: string): number => rowsBefore(run.settings, entity) + (addedSince[entity] ?? 0);
  const at: ValidatedAt = { run, progress, overwritten, othersIn };
  const verdicts: EntityVerdict[] = [];
  for (const subject of subjects) verdicts.push(await verdictOn(subject, subjects, { ports, at }));
  return verdicts;
}

/** The run, and what its ledger says. */
interface ValidatedAt {
  readonly run: Pick<RunRecord, 'id' | 'scn' | 'settings' | 'state'>;
  readonly progress: readonly EntityProgress[];
  readonly overwritten: Readonly<Record<string, number>>;
  /** Rows of the entity's table that were there before, or were added since. */
  readonly othersIn: (entity: string) => number;
}

async function verdictOn(
  subject: ValidationSubject,
  subjects: readonly ValidationSubject[],
  { ports, at }: { readonly ports: ValidationPorts; readonly at: ValidatedAt },
): Promise<EntityVerdict> {
  const { run, progress } = at;
  const { entity, contract } = subject;
  const { tally = NOTHING_READ, snapshots } = accountOf(entity, progress) ?? {};
  const counts = await sourceCounts(subject, ports, { tally, snapshots, scn: run.scn });
  const targetRows = await ports.target.count(contract.table);
  const sharers = subject.sharers ?? [entity];
  const of = { entity, sourceRows: counts?.total ?? null, targetRows, ...filledBy(sharers), tally };
  const common = [
    ...snapshotIssues(entity, snapshots, run.scn),
    ...(counts === null ? [sourceNotCounted(entity)] : []),
  ];
  const ofTable = await tableIssues(subject, ports.target);
  if (isPending(run, accountOf(entity, progress))) {
    const issues = [...common, pendingIssue(entity, run, progress), ...ofTable];
    return { ...of, pending: true, orphans: {}, issues };
  }
  const sharing = subjects.filter((one) => sharers.includes(one.entity));
  const loaded = sharing.filter((one) => !isPending(run, accountOf(one.entity, progress)));
  const orphans = await countOrphans(subject, relationsCounted(subject, loaded), ports.target);
  const inserted = progress.filter((one) => sharers.includes(one.entity));
  const rows = { entity, contract, runId: run.id, sharers: inserted, targetRows };
  const { overwritten } = at;
  const issues = [
    ...common,
    ...(isOfManyMoments(snapshots) || counts === null ? [] : sourceAgrees(entity, tally, counts)),
    ...accountClosed(entity, tally),
    ...(await targetCount(ports.target, { ...rows, others: at.othersIn(entity), overwritten })),
    ...orphanIssues(subject, orphans, sharing).map((issue) => atItsEnd(issue, run)),
    ...ofTable,
  ];
  return { ...of, orphans, issues };
}

function accountOf(entity: string, progress: readonly EntityProgress[]): EntityProgress | undefined {
  return progress.find((account) => account.entity === entity);
}

/** What makes of any comparison of the table less than it says. */
async function tableIssues({ entity, contract: { table } }: ValidationSubject, target: Target): Promise<Issue[]> {
  const hazards = await target.hazards(table);
  return [
    ...inheritingTables(entity, await target.table(table)),
    ...unloggedNow(entity, hazards),
    ...rowSecurity({ entity, table: table.name, hazards }),
  ];
}

function filledBy(sharers: readonly string[]): Pick<EntityVerdict, 'filledBy'> {
  return sharers.length > 1 ? { filledBy: sharers } : {};
}

function runWasReset({ id, settings }: Pick<RunRecord, 'id' | 'settings'>): Issue {
  return {
    code: 'RUN_NOT_COMPLETE',
    level: 'error',
    subject: id,
    message: takenBack('the run was reset', settings),
    hint: 'Start a new run with "cutover migrate".',
  };
}

/** What the state of a run says against it: its rows may agree while its foreign keys are still set aside. */
export function runIssues(
  run: Pick<RunRecord, 'id' | 'state' | 'settings'>,
  progress: readonly EntityProgress[],
): Issue[] {
  const { id, state } = run;
  if (state === 'complete') return [];
  if (state === 'reset') return [runWasReset(run)];
  return [
    {
      code: 'RUN_NOT_COMPLETE',
      level: 'error',
      subject: id,
      message: `the run is ${state}: foreign keys may still be set aside, or too many rows are rejected`,
      hint: `Finish it with "${resumeCommand(run, progress)}", then validate again.`,
    },
  ];
}

type Counts = Awaited<ReturnType<LegacySource['count']>>;

interface Loaded {
  readonly tally: EntityTally;
  readonly snapshots: readonly string[] | undefined;
  readonly scn: string | null;
}

/**
 * Counted at the one SCN of the entity's rows, at the run's where there are several. One that the run has left behind may be out of
 * reach by now: null, for the ledger's own figures would only agree with themselves.
 */
async function sourceCounts(
  { entity, read }: ValidationSubject,
  { source, onCounts }: ValidationPorts,
  { tally, snapshots = [], scn }: Loaded,
): Promise<Counts | null> {
  const [own = scn, ...others] = snapshots;
  if (own === scn || others.length > 0) {
    const counts = await source.count({ plan: read, scn });
    onCounts?.(entity, counts);
    return counts;
  }
  try {
    return await source.count({ plan: read, scn: own });
  } catch (error) {
    const isGone = error instanceof MigrationError && error.code === 'SNAPSHOT_LOST' && tally.source !== null;
    if (!isGone) throw error;
    return null;
  }
}

function sourceNotCounted(entity: string): Issue {
  return {
    code: 'SOURCE_NOT_COUNTED',
    level: 'warning',
    subject: entity,
    message:
      'its rows in the source were not counted: their SCN is out of reach, and what was read of them is known from the ledger alone',
    hint: 'No later validation can count them. Where that has to be proven, take the run back with "cutover reset" and load at one SCN.',
  };
}

function sourceAgrees(entity: string, tally: EntityTally, counts: Counts): Issue[] {
  const filtered = counts.total - counts.matching;
  const differing = [
    { what: 'read', ours: tally.read, theirs: counts.total },
    { what: 'filtered', ours: tally.filtered, theirs: filtered },
  ].filter(({ ours, theirs }) => ours !== theirs);
  return differing.map(({ what, ours, theirs }) => {
    const message = `${counted(ours, 'row')} ${were(ours)} ${what}, the source has ${grouped(theirs)}`;
    return mismatch('source', entity, message);
  });
}

function accountClosed(entity: string, tally: EntityTally): Issue[] {
  const accounted = rowsAccounted(tally);
  if (accounted === tally.read) return [];
  const read = `${counted(tally.read, 'row')} ${were(tally.read)} read`;
  return [mismatch('account', entity, `${read}, ${grouped(accounted)} ${are(accounted)} accounted for`)];
}

/** Orphans are rejected, cleared or kept when all of a run is loaded; no repair is possible before, and the issue of the run says what is. */
function atItsEnd({ hint, ...issue }: Issue, { state }: Pick<RunRecord, 'state'>): Issue {
  if (state === 'complete') return { ...issue, ...(hint !== undefined && { hint }) };
  return { ...issue, message: `${issue.message}: the run rejects, clears or keeps them at its end` };
}
