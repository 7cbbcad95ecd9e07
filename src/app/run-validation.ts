import { anotherAtWork, WHEN_ALONE } from '../core/run/standing';
import { behindFindings } from '../core/checks/sequence-findings';
import { knownRun } from './known-run';
import { MigrationError } from '../core/errors';
import type { RunRecord } from '../core/run/run-record';
import type { EntityJob } from '../migrate/jobs/entity-job';
import type { Issue } from '../core/issues';
import { digestIssues, sealIssues } from '../core/run/ledger-seal';
import { outdatedAbout } from '../core/run/ledger-version';
import { partOfProject, type PartOfProject } from '../core/run/part-of-project';
import type { SourceAccount } from '../core/run/source-accounts';
import { markOf } from '../core/run/trail-mark';
import { historyOf } from '../report/evidence/run-history';
import type { EntityVerdict } from '../core/run/outcomes';
import type { CompareLevel, EntityFindings } from '../core/comparison/comparison';
import type { Emit } from '../core/run/events';
import type { Validation } from '../core/run/evidence';
import { openSpillFile } from '../files/spill-file';
import { compareRun } from '../validate/compare/compare-run';
import type { ComparisonSubject } from '../validate/compare/comparison-plan';
import { runIssues, validate } from '../validate/validate';
import { validateSources, type SourceValidation } from '../validate/validate-sources';
import { withDatabases, type Databases, type Project } from './project/databases';
import { withLiveKeys } from '../migrate/jobs/live-jobs';
import { entityJobs, type MappedProject } from './project/entity-jobs';
import { keepValidation } from './keep-validation';
import { revivedContract } from './project/revived-contract';
import { requestedEntities, requireInRun, selectionOfRun } from './run-selection';
import { standingFound } from './standing-found';
import { withStandingDifferences } from './standing-differences';
import { surveyOf, surveyProject } from './project/survey';

export interface ValidationRequest {
  /** Entity names; empty for those of the run. */
  readonly entities: readonly string[];
  /** Null: the latest run. */
  readonly runId: string | null;
  /** `counts` where absent. */
  readonly level?: CompareLevel;
  /** The digest of a report that was kept; null or absent: none to compare with. */
  readonly digest?: string | null;
  /** Writes what differs, values included; `name` is noted with the comparison. Null or absent: nowhere. */
  readonly list?: { readonly name: string; readonly write: (listed: ListedDifferences) => Promise<void> } | null;
}

/** What a list of differences is made of. Holds row contents. */
interface ListedDifferences {
  readonly run: RunRecord;
  readonly level: CompareLevel;
  readonly findings: readonly EntityFindings[];
}

/** What a validation reports to, and what stops it. */
export interface ValidationHooks {
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

export interface ValidationResult {
  readonly run: RunRecord;
  /** What stands against the run as a whole. */
  readonly issues: readonly Issue[];
  readonly verdicts: readonly EntityVerdict[];
  /** What the comparison of keys or rows found, values included; empty for counts. Holds row contents. */
  readonly findings: readonly EntityFindings[];
  /** The rows of the legacy tables, each counted once; of the named entities' tables alone where any is named. */
  readonly sources: readonly SourceAccount[];
  /** What the pre-flights of the run have found: some findings qualify a verdict. */
  readonly foundBefore: readonly Issue[];
  /** What was done to the run beside its load. */
  readonly history: readonly string[];
  /** What the run leaves of its project; null where it does all entities of it. */
  readonly part: PartOfProject | null;
  /** Entities of the run that were not asked about. */
  readonly notAsked: readonly string[];
}

const UNHEARD: ValidationHooks = { emit: () => undefined, signal: new AbortController().signal };

/**
 * Proves a finished run: counts at its SCN, the accounting, orphans, and as far as `level` asks for it the keys or the rows. Throws
 * RUN_NOT_FOUND where there is none, USAGE for an entity that is not of the run.
 */
export async function runValidation(
  project: Project,
  asked: ValidationRequest,
  hooks: ValidationHooks = UNHEARD,
): Promise<ValidationResult> {
  return withDatabases(project, async (databases) => {
    const run = await databases.target.ledger.findRun(asked.runId ?? undefined);
    if (run === null) throw noSuchRun(asked.runId);
    requireInRun(run, asked.entities);
    await requireAlone(databases.target);
    const request = { ...asked, entities: requestedEntities(run, asked.entities) };
    const trail = await databases.target.ledger.trail(run.id, 'with its seal');
    const known = {
      foundBefore: trail.starts.flatMap((start) => start.findings),
      history: historyOf(trail, run.settings),
      ...(await askedPart(databases.target, run, request)),
    };
    // Of a run that was taken back nothing can be proven: every count would differ, and say no more than this.
    const edited = sealIssues(run.id, trail.seal);
    const digest = digestIssues(run.id, trail.seal, request.digest ?? null);
    if (run.state === 'reset') {
      return {
        run,
        issues: [...runIssues(run, []), ...edited, ...digest],
        verdicts: [],
        findings: [],
        sources: [],
        ...known,
      };
    }
    const { verdicts, findings, sources, ...found } = await compared(project, databases, { run, request, hooks });
    const issues = [...found.issues, ...edited, ...outdatedAbout(trail.outdated, 'seal', 'chain', 'sources')];
    const { level = 'counts', list = null } = request;
    const keep = (listed: Pick<Validation, 'listedIn'>): Promise<void> => {
      const validation = { level, issues, verdicts, seen: markOf(trail), sources, ...listed };
      return keepValidation(databases.target, run.id, { validation, emit: hooks.emit });
    };
    await listedAndKept({ list, keep }, { run, level, findings });
    const standing = withStandingDifferences(verdicts, { level, history: { ...trail, state: run.state } });
    // Neither is kept: one is about a report, and not about the run; the other one is asked anew by whoever shows it.
    const unkept = [...behindFindings(await databases.target.behindSequences(run.id)), ...digest];
    return { run, issues: [...issues, ...unkept], verdicts: standing, findings, sources, ...known };
  });
}

/** Beside a load, a repair or a reset each count would be of another moment. */
async function requireAlone(target: Databases['target']): Promise<void> {
  const { operator } = await target.standing();
  if (operator === null) return;
  throw new MigrationError('RUN_ACTIVE', anotherAtWork(operator), {
    hint: `Compare ${WHEN_ALONE}`,
  });
}

/** What a verdict on these entities says nothing about. */
async function askedPart(
  { ledger }: Databases['target'],
  { id, fingerprints }: RunRecord,
  { entities }: ValidationRequest,
): Promise<Pick<ValidationResult, 'part' | 'notAsked'>> {
  const ofRun = Object.keys(fingerprints);
  const notAsked = entities.length === 0 ? [] : ofRun.filter((entity) => !entities.includes(entity));
  return { part: partOfProject(ofRun, await ledger.sources(id)), notAsked };
}

/** A list that cannot be written does not cost the comparison its place in the ledger. */
async function listedAndKept(
  {
    list,
    keep,
  }: Required<Pick<ValidationRequest, 'list'>> & {
    readonly keep: (listed: Pick<Validation, 'listedIn'>) => Promise<void>;
  },
  listed: ListedDifferences,
): Promise<void> {
  if (list === null) return keep({});
  try {
    await list.write(listed);
  } catch (error) {
    await keep({});
    throw error;
  }
  await keep({ listedIn: list.name });
}

type Compared = Pick<ValidationResult, 'issues' | 'verdicts' | 'findings' | 'sources'>;

async function compared(
  project: Project,
  databases: Databases,
  {
    run,
    request,
    hooks,
  }: { readonly run: RunRecord; readonly request: ValidationRequest; readonly hooks: ValidationHooks },
): Promise<Compared> {
  const jobs = await withLiveKeys(entityJobs(project, selectionOfRun(run, request.entities)), databases.target);
  const { verdicts, sources } = await validateJobs(jobs, databases, { project, run, entities: request.entities });
  const { level = 'counts' } = request;
  const known = knownRun(run, jobs);
  const issues = [
    ...runIssues(run, await databases.target.ledger.progress(run.id)),
    ...(await standingFound(databases.target, run.id)),
    ...sources.issues,
    ...known.issues,
  ];
  const found = { issues, sources: sources.accounts };
  if (level === 'counts') return { ...found, verdicts, findings: [] };
  const comparing = { ...databases, ...hooks, run: known.run, level, openSpill: openSpillFile };
  return { ...found, ...(await compareRun(jobs.map(comparisonSubject), verdicts, comparing)) };
}

/** What is compared of a job. */
export function comparisonSubject(job: EntityJob): ComparisonSubject {
  return { ...job, revived: revivedContract(job.mapping, job.contract) };
}

export interface JobsValidation {
  readonly verdicts: readonly EntityVerdict[];
  /** The rows of the legacy tables, each counted once; of the named entities' tables alone where any is named. */
  readonly sources: SourceValidation;
}

/** The verdicts over jobs that a run has loaded, by counts alone, and over the tables that they read. */
export async function validateJobs(
  jobs: readonly EntityJob[],
  databases: Databases,
  {
    project,
    run,
    entities = [],
  }: { readonly project: MappedProject; readonly run: RunRecord; readonly entities?: readonly string[] },
): Promise<JobsValidation> {
  const subjects = jobs.map(({ entity, read, contract, mapping, sharers }) => ({
    entity,
    sharers,
    read,
    contract,
    orphans: mapping.orphans,
  }));
  const counts = new Map<string, { readonly matching: number; readonly total: number }>();
  const verdicts = await validate(
    subjects,
    { ...databases, onCounts: (entity, found) => void counts.set(entity, found) },
    run,
  );
  const { survey } = await surveyProject(project, selectionOfRun(run, []), databases.source);
  const known = (entity: string): { readonly matching: number; readonly total: number } | null =>
    counts.get(entity) ?? null;
  const sources = await validateSources(surveyOf(survey, entities), { ...databases, known }, run);
  return { verdicts, sources };
}

/** The ledger does not hold the run that was named (null: any run at all). */
export function noSuchRun(runId: string | null): MigrationError {
  return new MigrationError(
    'RUN_NOT_FOUND',
    `the ledger of this target holds no run${runId === null ? '' : ` ${runId}`}`,
    {
      hint: `${runId === null ? NO_RUN : NOT_AMONG} A rehearsal leaves nothing in the ledger: see report_rehearsal.html and rejects_rehearsal.jsonl beside its log.`,
      facts: { runId },
    },
  );
}

const NO_RUN = 'Check that DATABASE_URL names the target of the run, or migrate first: "cutover migrate --validate".';
const NOT_AMONG =
  'Choose among the runs that "cutover ledger list" shows, or check that DATABASE_URL names the target of the run.';
