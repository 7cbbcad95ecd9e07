import type { EntityOrigin, RunTrail, StartRecord } from '../../core/run/evidence';
import { NOTHING_READ } from '../../core/run/account';
import { digestOf, sealIssues, validationsIn } from '../../core/run/ledger-seal';
import { hasErrors, type Issue } from '../../core/issues';
import {
  provenBy,
  qualificationsOf,
  qualifyingBefore,
  type ProvenLevel,
  type Qualification,
} from '../../core/run/proof';
import type { ChangeCount } from '../../core/ports/ledger';
import type { EntityProgress, RunRecord } from '../../core/run/run-record';
import { latestAccounts, mappedSources, type SourceAccount } from '../../core/run/source-accounts';
import { partOfProject } from '../../core/run/part-of-project';
import { accountOf } from '../words/accounts';
import { rowsBefore } from '../../core/run/rows-before';
import { settingsShown } from '../../core/run/run-settings';
import type { EntityProof, EntityReport, RowTotals, RunReport } from './run-report';
import { keyReports } from './key-reports';
import { eventsOf } from './run-events';
import { historyOf } from './run-history';
import { runVerdict } from './run-verdict';
import { standingIssues, standingVerdict, type RunHistory, type StandingVerdict } from './standing-verdicts';
import { timelineOf } from './timeline';

/** All that the ledger knows of a run. */
export interface RunFacts {
  readonly run: RunRecord;
  readonly progress: readonly EntityProgress[];
  readonly changes: readonly ChangeCount[];
  readonly trail: RunTrail;
  /** The rows of the legacy tables as the load has counted them; null where the ledger does not say. */
  readonly sources?: readonly SourceAccount[] | null;
  /** What other runs have left undone in the target; none where absent. */
  readonly targetIssues?: readonly Issue[];
}

/** How the report came to be. */
export interface ReportOrigin {
  readonly mode: RunReport['mode'];
  /** ISO 8601, UTC. */
  readonly generatedAt: string;
  /** Version that drew it up. */
  readonly cutover: string;
}

const NOT_PLANNED: Omit<EntityProgress, 'entity'> = {
  plannedChunks: 0,
  loadedChunks: 0,
  countedAt: null,
  snapshots: [],
  tally: NOTHING_READ,
};

/** Draws up the evidence of a run from what its ledger holds. */
export function drawUpReport(facts: RunFacts, { mode, generatedAt, cutover }: ReportOrigin): RunReport {
  const { run, changes, trail, targetIssues = [] } = facts;
  const { repairs, retries } = trail;
  const entities = entityNames(facts).map((entity) => entityReport(entity, facts));
  const sources = latestAccounts(facts.sources ?? null, trail.validations, Object.keys(run.fingerprints));
  const standing = {
    entities,
    issues: withIssues(standingIssues(historyFor(facts)), [...targetIssues, ...sealIssues(run.id, trail.seal)]),
    aside: trail.aside,
  };
  return {
    format: 'cutover.report',
    version: 1,
    run: recordOf(run),
    mode,
    generated: { at: generatedAt, by: `cutover ${cutover}` },
    verdict: runVerdict({
      ...{ ...standing, run, mode, end: trail.starts.at(-1)?.end ?? null, progress: facts.progress },
      ...{
        sources,
        part: partOfProject(Object.keys(run.fingerprints), sources),
        history: historyOf(trail, run.settings),
      },
    }),
    totals: totalsOf(entities, sources),
    ...standing,
    sources,
    rejects: trail.rejects,
    changes,
    foreignKeys: keyReports(trail),
    starts: trail.starts.map(startOf),
    repairs,
    retries,
    resets: trail.resets,
    preflight: trail.starts.at(-1)?.findings ?? [],
    settings: settingsShown(run.settings),
    events: eventsOf(trail),
    timeline: timelineOf(trail.chunks, trail.starts),
    chunks: trail.chunks,
    outdated: trail.outdated ?? [],
    seal: sealOf(trail),
  };
}

function sealOf({ seal }: Pick<RunTrail, 'seal'>): RunReport['seal'] {
  if (seal === null || seal === undefined) return null;
  const { version, account, edited, former } = seal;
  return { version, digest: digestOf(seal), account, validations: validationsIn(seal), edited, former };
}

/** A proof that was made since may have found the same. */
function withIssues(found: readonly Issue[], more: readonly Issue[]): Issue[] {
  const isKnown = (issue: Issue): boolean =>
    found.some(({ code, subject }) => code === issue.code && subject === issue.subject);
  return [...found, ...more.filter((issue) => !isKnown(issue))];
}

function recordOf({ id, state, scn, source, target, startedAt, finishedAt }: RunRecord): RunReport['run'] {
  return { id, state, scn, source, target, startedAt, finishedAt };
}

function startOf({ nth, at, resumed, lanes, scn, operator, versions, end }: StartRecord): RunReport['starts'][number] {
  return { nth, at, resumed, lanes, scn, operator, versions, end };
}

/** Those that were planned, in the order of loading, then those that never were. */
function entityNames({ run, progress }: RunFacts): string[] {
  return [...new Set([...progress.map(({ entity }) => entity), ...Object.keys(run.fingerprints)])];
}

function entityReport(entity: string, facts: RunFacts): EntityReport {
  const { run, changes, trail } = facts;
  const last = trail.starts.at(-1);
  const own = changes.filter((change) => change.entity === entity);
  return {
    entity,
    ...standingOf(entity, facts),
    rowsBefore: rowsBefore(run.settings, entity),
    changed: own.reduce((sum, { count }) => sum + count, 0),
    fingerprint: run.fingerprints[entity] ?? null,
    origin: originOf(last?.entities.find((candidate) => candidate.entity === entity)),
    ...provenState(entity, facts),
  };
}

/** Of a run that was taken back nothing stands: what was compared is not there any more. */
function historyFor({ run, trail }: Pick<RunFacts, 'run' | 'trail'>): RunHistory {
  const { state } = run;
  return state === 'reset' ? { ...trail, state, validations: [] } : { ...trail, state };
}

function provenState(entity: string, facts: RunFacts): Pick<EntityReport, 'proof' | 'provenBy' | 'qualifications'> {
  const standing = standingVerdict(entity, historyFor(facts));
  const foundBefore = facts.trail.starts.flatMap(({ findings }) => findings);
  const before = standing === null ? foundBefore : qualifyingBefore(standing.level, foundBefore);
  const qualifications = qualificationsOf(entity, [...before, ...(standing?.issues ?? [])]);
  const isRight = standing !== null && !hasErrors(standing.issues);
  const by = isRight ? provenBy(standing.level, qualifications) : null;
  return { proof: proofOf(standing, by, qualifications), provenBy: by, qualifications };
}

type EntityStanding = Omit<
  EntityReport,
  'entity' | 'rowsBefore' | 'changed' | 'fingerprint' | 'origin' | 'proof' | 'provenBy' | 'qualifications'
>;

/** The ledger's account, and how the latest start has left it. A reset of single entities comes after the end of a start. */
function standingOf(entity: string, { progress, trail }: RunFacts): EntityStanding {
  const found = progress.find((candidate) => candidate.entity === entity) ?? NOT_PLANNED;
  const { plannedChunks, loadedChunks, snapshots, tally } = found;
  const isLoaded = tally.source !== null && loadedChunks >= plannedChunks;
  const ended = trail.starts.at(-1)?.end?.entities.find((candidate) => candidate.entity === entity);
  const told = ended?.state === 'complete' && !isLoaded ? undefined : ended;
  const { state, because } = told ?? { state: isLoaded ? 'complete' : 'not-started', because: null };
  return {
    ...tally,
    state,
    because,
    plannedChunks,
    loadedChunks,
    snapshots,
    account: accountOf({ state, tally, snapshots }),
  };
}

function originOf(origin: EntityOrigin | undefined): EntityReport['origin'] {
  if (origin === undefined) return null;
  const { source, target, where, leftOut } = origin;
  return { source, target, where, leftOut };
}

function proofOf(
  standing: StandingVerdict | null,
  by: ProvenLevel | null,
  qualifications: readonly Qualification[],
): EntityProof | null {
  if (standing === null) return null;
  const { found, ...proof } = standing;
  const { sourceRows, targetRows, filledBy = [], orphans, comparison = null, pending = false } = found;
  return {
    ...proof,
    verdict: pending ? 'pending' : verdictOf(proof, by, qualifications),
    sourceRows,
    targetRows,
    filledBy,
    orphans,
    comparison,
  };
}

function verdictOf(
  { issues }: Pick<StandingVerdict, 'issues'>,
  by: ProvenLevel | null,
  qualifications: readonly Qualification[],
): Exclude<EntityProof['verdict'], 'pending'> {
  if (hasErrors(issues)) return 'differs';
  if (issues.length + qualifications.length > 0) return 'findings';
  return by === null ? 'counted' : 'proven';
}

function totalsOf(entities: readonly EntityReport[], sources: RunReport['sources']): RowTotals {
  const sum = (of: (entity: EntityReport) => number): number => entities.reduce((total, each) => total + of(each), 0);
  return {
    source: sourceRows(entities, sources),
    read: sum(({ read }) => read),
    inserted: sum(({ inserted }) => inserted),
    updated: sum(({ updated }) => updated),
    skipped: sum(({ skipped }) => skipped),
    rejected: sum(({ rejected }) => rejected),
    filtered: sum(({ filtered }) => filtered),
    changed: sum(({ changed }) => changed),
  };
}

/** A row that several mappings read is one row. */
function sourceRows(entities: readonly EntityReport[], sources: RunReport['sources']): number | null {
  if (entities.some(({ source }) => source === null)) return null;
  const tables = new Map<string, number>();
  for (const entity of entities) {
    const [name, rows] = tableOf(entity, sources ?? []);
    tables.set(name, Math.max(tables.get(name) ?? 0, rows));
  }
  return [...tables.values()].reduce((total, rows) => total + rows, 0);
}

/** The legacy table of an entity, and its rows: as they were counted for all mappings of it, else for this one. */
function tableOf(
  { entity, source, origin }: EntityReport,
  sources: readonly SourceAccount[],
): readonly [name: string, rows: number] {
  const account = mappedSources(sources).find(({ claims }) => claims.some((claim) => claim.entity === entity));
  if (account !== undefined) return [account.source, account.rows?.total ?? source ?? 0];
  return [origin?.source ?? entity, source ?? 0];
}
