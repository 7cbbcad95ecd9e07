import { limitFindings, valueFindings } from '../../core/checks/data-findings';
import { sequenceFindings } from '../../core/checks/sequence-findings';
import { sameTable } from '../../core/mapping/table-name';
import { DEFAULT_CONFLICT_POLICY, type ConflictPolicy } from '../../core/run/conflicts';
import type { EntityRelation } from '../../core/mapping/entity-contract';
import { MigrationError } from '../../core/errors';
import type { Emit } from '../../core/run/events';
import type { Issue } from '../../core/issues';
import type { OrphanVerdict } from '../../core/run/outcomes';
import type { LegacySource } from '../../core/ports/legacy-source';
import type { ChangeCount } from '../../core/ports/ledger';
import type { Probe, Target, ProbePlan } from '../../core/ports/target';
import type { EntityReadiness, Readiness, RejectCount } from '../../core/run/readiness';
import { allowedRejects } from '../../core/run/reject-limit';
import type { LoadOptions } from '../../core/run/options';
import { NO_SETTINGS } from '../../core/run/run-settings';
import { tablesOf, type EntityJob, type LoadJob } from '../jobs/entity-job';
import { SCAN_RUN, scanEntity, type EntityScan, type EntityScanOptions, type ScanPorts } from './scan-entity';
import { settleOrphans } from '../target/settle-orphans';

export interface ScanOptions extends EntityScanOptions, Pick<LoadOptions, 'rejectLimit' | 'onConflict'> {
  /** Entities that cannot be read, by errors that the pre-flight has found of them; they are left out, and no orphans are looked for among their children. */
  readonly unfit: readonly string[];
}

/**
 * Reads the mapped tables once, at one SCN, and says what a load would make of their rows: `jobs` in dependency order, each row through
 * the mapping, the entity's rules, the target's encoders and constraints, then through the relations. Nothing is written but to
 * temporary tables of one session. What keeps an entity from being read is a finding; a database that does not answer is thrown.
 */
export async function scanData(all: readonly EntityJob[], ports: ScanPorts, options: ScanOptions): Promise<Readiness> {
  const startedMs = ports.clock.elapsedMs();
  const issues: Issue[] = [];
  const scn = await snapshot(ports.source, issues);
  const before = await rowsBefore(all, ports.target);
  const jobs = all.map((job) =>
    meetingRows(job, options.onConflict ?? DEFAULT_CONFLICT_POLICY, before[job.entity] ?? 0),
  );
  const isFit = ({ entity }: EntityJob): boolean => !options.unfit.includes(entity);
  const probe = await ports.target.probe(probePlans(jobs.filter(isFit)));
  try {
    const scans: EntityScan[] = [];
    for (const job of jobs) {
      scans.push(isFit(job) ? await scanEntity(job, { ...ports, probe, scn }, options) : notScanned(job, scn));
    }
    if (ports.signal.aborted) throw interrupted();
    const orphans = options.sample === null ? await judgeOrphans(scans, { ...ports, probe, before, issues }) : [];
    if (options.sample === null) issues.push(...(await sequencesOf(scans, probe)));
    const rejects = await probe.rejects(SCAN_RUN);
    const changes = await probe.target.ledger.changes(SCAN_RUN);
    const entities = scans.map((scan) => readinessOf(scan, rejects, changes));
    const found = [...issues, ...scans.flatMap(findingsOf), ...limitFindings(rejects)];
    const seconds = (ports.clock.elapsedMs() - startedMs) / 1000;
    return {
      scn,
      sample: options.sample,
      entities,
      orphans,
      issues: found,
      seconds,
      rejects: verdictOf(entities, options),
    };
  } finally {
    await probe.close();
  }
}

async function snapshot(source: LegacySource, issues: Issue[]): Promise<string | null> {
  try {
    return await source.takeScn();
  } catch (error) {
    if (!(error instanceof MigrationError) || error.retryable) throw error;
    issues.push({
      code: 'SCAN_WITHOUT_SNAPSHOT',
      level: 'warning',
      subject: 'source',
      message:
        'the data is read as it is, without a snapshot: tables that change meanwhile may not agree with each other',
      hint: error.hint ?? 'Ask for FLASHBACK on the mapped tables.',
    });
    return null;
  }
}

async function rowsBefore(jobs: readonly EntityJob[], target: Target): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { entity, contract } of jobs) {
    counts[entity] = (await target.table(contract.table)) === null ? 0 : await target.count(contract.table);
  }
  return counts;
}

function meetingRows(job: EntityJob, policy: ConflictPolicy, rows: number): LoadJob {
  return { ...job, load: { ...job.load, conflicts: { policy, rowsBefore: rows } } };
}

/** Of tables whose numbers are all known. */
async function sequencesOf(scans: readonly EntityScan[], probe: Probe): Promise<Issue[]> {
  const known = scans.filter(({ job, state }) => {
    return (
      state === 'scanned' &&
      scans.every((other) => !sameTable(other.job.contract.table, job.contract.table) || other.state === 'scanned')
    );
  });
  return sequenceFindings(await probe.target.shortSequences(tablesOf(known.map(({ job }) => job))), 'nothing');
}

interface OrphanJudging {
  readonly target: Target;
  readonly probe: Probe;
  readonly before: Readonly<Record<string, number>>;
  readonly issues: Issue[];
}

/** As a run does it, but for relations whose parents are not there to be compared with: all children would look like orphans. */
async function judgeOrphans(
  scans: readonly EntityScan[],
  { target, probe, before, issues }: OrphanJudging,
): Promise<readonly OrphanVerdict[]> {
  const judged: EntityJob[] = [];
  for (const { job } of scans.filter(({ state }) => state === 'scanned')) {
    const relations: EntityRelation[] = [];
    for (const relation of job.contract.relations) {
      if (await isJudgeable(relation, scans, target)) relations.push(relation);
      else issues.push(notJudged(job, relation));
    }
    judged.push({ ...job, contract: { ...job.contract, relations } });
  }
  const emit: Emit = (name, facts) => {
    if (name === 'issue') issues.push(facts as Issue);
  };
  const run = { id: SCAN_RUN, settings: { ...NO_SETTINGS, rowsBefore: before } };
  return settleOrphans({ target: probe.target, emit }, run, judged);
}

/** The key that the relation leads to is there: in all rows of the parents that were scanned, or in a table that has rows already. */
async function isJudgeable(
  { parent, parentColumns, undeclared }: EntityRelation,
  scans: readonly EntityScan[],
  target: Target,
): Promise<boolean> {
  const parents = scans.filter(({ job }) => sameTable(job.contract.table, parent));
  if (parents.length === 0) {
    const table = await target.table(parent);
    // Into an empty table that nothing fills a declared relation is an error already; through a live key every row is an orphan.
    return table !== null && (!table.empty || undeclared !== undefined);
  }
  const isCarried = (job: EntityJob): boolean => parentColumns.every((column) => job.load.columns.includes(column));
  return parents.every(({ job, state }) => state === 'scanned' && isCarried(job));
}

function notJudged({ entity }: EntityJob, { property, parent }: EntityRelation): Issue {
  return {
    code: 'RELATION_NOT_JUDGED',
    level: 'warning',
    subject: `${entity}.${property}`,
    message: `orphans are not counted: the rows of ${parent.name} were not read, or their key is not carried over`,
    hint: 'Correct what stands against the parent, then scan again.',
  };
}

function readinessOf(
  { job, state, scn, matching, filtered, scanned, skipped, updated, seconds }: EntityScan,
  allRejects: readonly RejectCount[],
  allChanges: readonly ChangeCount[],
): EntityReadiness {
  const { entity } = job;
  const rejects = allRejects.filter((reject) => reject.entity === entity);
  const changes = allChanges.filter((change) => change.entity === entity);
  const rejected = rejects.reduce((sum, { count }) => sum + count, 0);
  const read = { state, scn, matching, filtered, scanned, skipped, updated, seconds };
  return { entity, ...read, rejected, rejects, changes };
}

function findingsOf({ job, issues, values }: EntityScan): Issue[] {
  return [...issues, ...valueFindings(job.read, job.mapping.fields, values)];
}

function notScanned(job: LoadJob, scn: string | null): EntityScan {
  const issue: Issue = {
    code: 'SCAN_INCOMPLETE',
    level: 'error',
    subject: job.entity,
    message: 'its rows were not scanned, because the pre-flight found errors in its mapping or tables',
    hint: `Correct the other errors of ${job.entity}, then scan again.`,
  };
  return {
    job,
    state: 'failed',
    scn,
    matching: null,
    filtered: 0,
    scanned: 0,
    skipped: 0,
    updated: 0,
    values: [],
    issues: [issue],
    seconds: 0,
  };
}

/** The share is one of the rows that were scanned; nothing is scaled up from a sample. */
function verdictOf(entities: readonly EntityReadiness[], { rejectLimit }: ScanOptions): Readiness['rejects'] {
  const scanned = entities.reduce((sum, entity) => sum + entity.scanned, 0);
  const rejected = entities.reduce((sum, entity) => sum + entity.rejected, 0);
  return { rejected, allowed: allowedRejects(rejectLimit, scanned) };
}

function interrupted(): MigrationError {
  return new MigrationError('INTERRUPTED', 'interrupted before all tables were read', {
    hint: 'Nothing was changed. Scan again, a single --entity or a --sample if time is short.',
  });
}

/** What the target has to keep of each entity's rows: the columns by which other rows are judged. */
function probePlans(jobs: readonly LoadJob[]): ProbePlan[] {
  return jobs.map((job) => ({
    load: job.load,
    compared: [...ownColumns(job), ...jobs.flatMap((other) => [...asParent(job, other), ...asLookedUp(job, other)])],
  }));
}

function ownColumns({ contract }: EntityJob): readonly string[] {
  return contract.relations.flatMap(({ columns }) => columns);
}

/** Columns of the job's table that relations of another lead to. */
function asParent({ contract }: EntityJob, other: EntityJob): readonly string[] {
  const relations = other.contract.relations.filter(({ parent }) => sameTable(parent, contract.table));
  return relations.flatMap(({ parentColumns }) => parentColumns);
}

/** Columns in which fields of another look their values up. */
function asLookedUp({ mapping, load }: EntityJob, other: EntityJob): readonly string[] {
  return other.mapping.fields.flatMap(({ lookup }) => {
    if (lookup?.in !== 'target' || lookup.target !== mapping.target) return [];
    return [...lookup.key, lookup.value].map((property) => load.columns[load.properties.indexOf(property)] ?? '');
  });
}
