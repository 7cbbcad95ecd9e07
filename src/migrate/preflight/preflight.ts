import { inheritingTables } from '../../core/checks/inheriting-tables';
import type { Issue } from '../../core/issues';
import type { TableMapping } from '../../core/mapping/table-mapping';
import type { EntityContract, EntityRelation } from '../../core/mapping/entity-contract';
import { MigrationError } from '../../core/errors';
import { plainName, sameTable } from '../../core/mapping/table-name';
import type { LegacySource, SourceTable } from '../../core/ports/legacy-source';
import type { NamedRelation } from '../../core/ports/named-relation';
import type { TableName, Target, TargetTable } from '../../core/ports/target';
import { reservedColumns } from '../../core/checks/reserved-columns';
import { ambiguousTables, missingHint, type TablePlaces, type MeantTable } from '../../core/checks/table-places';
import type { EntityJob } from '../jobs/entity-job';
import { askedOnce } from './asked-once';
import { guardIssues, UNDECIDED, type Guards } from './guards';
import { lookupCycles } from './lookup-cycles';
import { lookupIssues, targetLookupIssues } from './lookup-issues';
import { lookedUpTypes } from './looked-up-types';
import { nationalText } from './national-text';
import { readingIssues } from './reading-issues';
import { unruledKeys } from './unruled-keys';

/** The comparison of one mapping with all that it touches; pure, given by the composition. */
type CheckMapping = (facts: {
  readonly mapping: TableMapping;
  readonly contract: EntityContract;
  readonly sourceTable: SourceTable | null;
  readonly targetTable: TargetTable | null;
  readonly lookedUp: ReadonlyMap<string, string>;
  readonly elsewhere: readonly NamedRelation[];
}) => readonly Issue[];

export interface PreflightPorts {
  readonly source: LegacySource;
  readonly target: Target;
  readonly checkMapping: CheckMapping;
  /** Where the tables of entities without a schema were found. */
  readonly places: TablePlaces;
}

/** What a source says of reading at an SCN in general; of the tables that are mapped it is known for each. */
const NAMED_BY_TABLE = 'SOURCE_FLASHBACK';

/** All findings that can be had without reading the data: connections, dictionary, mappings, entities, catalogue, parents. */
export async function preflight(
  jobs: readonly EntityJob[],
  given: PreflightPorts,
  guards: Guards = UNDECIDED,
): Promise<Issue[]> {
  const ports = askedOnce(given);
  const issues = [
    ...(await ports.source.check()).filter(({ code }) => jobs.length === 0 || code !== NAMED_BY_TABLE),
    ...(await readingIssues(jobs, ports.source, guards)),
    ...(await ports.target.check()),
  ];
  for (const job of jobs) {
    const own = await checkJob(job, jobs, ports);
    const guarded = await guardIssues(job, { jobs, ...ports }, guards);
    const isTable = guarded.every(({ code }) => code !== 'TARGET_NOT_A_TABLE');
    issues.push(...own.filter(({ code }) => isTable || code !== 'TARGET_NOT_EMPTY'), ...guarded);
  }
  return [...issues, ...ambiguousTables(meantTables(jobs), ports.places), ...lookupCycles(jobs), ...sharedTables(jobs)];
}

async function checkJob(job: EntityJob, jobs: readonly EntityJob[], ports: PreflightPorts): Promise<Issue[]> {
  const { source, target, checkMapping } = ports;
  const { mapping, contract } = job;
  const { sourceTable, issues } = await sourceOf(job, source);
  const targetTable = await target.table(contract.table);
  const lookedUp = await lookedUpTypes(job, ports);
  const elsewhere = targetTable === null ? await target.relationsNamed([contract.table.name]) : [];
  const found = checkMapping({ mapping, contract, sourceTable, targetTable, lookedUp, elsewhere });
  // Why the query, or the table, cannot be read is said already.
  const known = [...(issues.length > 0 ? ['SOURCE_TABLE_MISSING'] : []), ...(await hiddenFrom(contract.table, target))];
  return [
    ...issues,
    ...[...found, ...alreadyFilled(job, targetTable)].filter(({ code }) => !known.includes(code)),
    ...nationalText(
      { subject: job.entity, names: job.read.columns.map(({ name }) => name), table: sourceTable },
      await source.facts(),
    ),
    ...(sourceTable === null ? [] : await conditionIssues(job, source)),
    ...(await lookupIssues(mapping, source)),
    ...(await targetLookupIssues(job.entity, job.lookups?.inTarget ?? [], target)),
    ...bypassed(job),
    ...inheritingTables(job.entity, targetTable),
    ...reservedColumns(job.entity, targetTable),
    ...unruledKeys(job, jobs, targetTable),
    ...triggersAside(job, targetTable),
    ...(await missingParents(job, jobs, target)),
  ];
}

/** What nobody can know of a table that this user may not read: whether it is there in its schema, whether it has rows. */
async function hiddenFrom(table: TableName, target: Target): Promise<string[]> {
  const { lacking, rowSecurity } = await target.hazards(table);
  const isHidden = lacking.some(({ need }) => need === 'read');
  if (rowSecurity !== null) return ['TARGET_NOT_EMPTY'];
  return isHidden ? ['TARGET_TABLE_MISSING', 'TARGET_NOT_EMPTY'] : [];
}

/** A query that the database refuses is a finding like others; a lost connection is not. */
async function sourceOf(
  { entity, read }: EntityJob,
  source: LegacySource,
): Promise<{ readonly sourceTable: SourceTable | null; readonly issues: readonly Issue[] }> {
  try {
    return { sourceTable: await source.table(read.source), issues: [] };
  } catch (error) {
    if (read.source.query === undefined || !(error instanceof MigrationError) || error.retryable) throw error;
    const { message } = error;
    const hint = 'Correct the query of the mapping; run it by itself, without the braces, to see where it fails.';
    return {
      sourceTable: null,
      issues: [{ code: 'SOURCE_QUERY_REFUSED', level: 'error', subject: entity, message, hint }],
    };
  }
}

/** Found before the run has a row in the ledger; a value that only some row refuses is met when it is read. */
async function conditionIssues({ entity, read }: EntityJob, source: LegacySource): Promise<Issue[]> {
  if (read.where === null) return [];
  try {
    await source.tryCondition(read);
    return [];
  } catch (error) {
    if (!(error instanceof MigrationError) || error.retryable) throw error;
    const { message, hint } = error;
    return [
      { code: 'CONDITION_REFUSED', level: 'error', subject: entity, message, ...(hint === undefined ? {} : { hint }) },
    ];
  }
}

/** Rows of one table are told apart by the transactions that wrote them; the orphans of each follow its own policy. */
function sharedTables(jobs: readonly EntityJob[]): Issue[] {
  return jobs.flatMap((job, index) => {
    const first = jobs.slice(0, index).find((other) => sameTable(other.contract.table, job.contract.table));
    if (first === undefined) return [];
    const { name } = job.contract.table;
    return [
      {
        code: 'TABLE_SHARED' as const,
        level: 'info' as const,
        subject: job.entity,
        message: `it fills ${name}, as ${first.entity} does; a key that both bring is rejected where it comes second`,
      },
    ];
  });
}

function bypassed({ entity, contract }: EntityJob): Issue[] {
  if (contract.bypassed.length === 0) return [];
  return [
    {
      code: 'LISTENERS_BYPASSED',
      level: 'warning',
      subject: entity,
      message: `bulk loading does not call ${contract.bypassed.join(', ')}`,
      hint: 'Do in the mapping what these listeners do, or accept that migrated rows have not passed through them.',
    },
  ];
}

function alreadyFilled({ entity, contract }: EntityJob, table: TargetTable | null): Issue[] {
  if (table === null || table.empty) return [];
  return [
    {
      code: 'TARGET_NOT_EMPTY',
      level: 'warning',
      subject: entity,
      message: `the target table ${contract.table.name} already has rows`,
      hint: 'Rows whose key is there already are rejected, or what --on-conflict says. Rows of an earlier run are removed by a reset: "cutover ledger list" shows which runs there are.',
    },
  ];
}

function triggersAside({ entity }: EntityJob, table: TargetTable | null): Issue[] {
  if (table === null || table.triggers.length === 0) return [];
  return [
    {
      code: 'TRIGGERS_SET_ASIDE',
      level: 'warning',
      subject: entity,
      message: `triggers of ${table.table.name} do not fire during the load: ${table.triggers.join(', ')}`,
      hint: 'Do in the mapping what they do. They are enabled again after the load.',
    },
  ];
}

async function missingParents(job: EntityJob, jobs: readonly EntityJob[], target: Target): Promise<Issue[]> {
  const inRun = (table: TableName): boolean => jobs.some((other) => sameTable(other.contract.table, table));
  const issues: Issue[] = [];
  for (const relation of job.contract.relations.filter(({ parent }) => !inRun(parent))) {
    const parent = await target.table(relation.parent);
    if (parent !== null && !parent.empty) continue;
    issues.push({
      code: 'PARENT_EMPTY',
      level: mayReferToNothing(relation, job.contract) ? 'warning' : 'error',
      subject: `${job.entity}.${relation.property}`,
      ...(parent === null
        ? {
            message: `the target has no table ${plainName(relation.parent)}, its parent`,
            hint: missingHint(relation.parent, await target.relationsNamed([relation.parent.name])),
          }
        : {
            message: `its parent table ${relation.parent.name} has no rows and is not part of this run`,
            hint: `Migrate the parent first, or in the same run with another --entity.`,
          }),
    });
  }
  return issues;
}

/** A key that no entity declares may be one that the legacy data never fills; what is filled is rejected and counted all the same. */
function mayReferToNothing({ undeclared, columns }: EntityRelation, contract: EntityContract): boolean {
  if (undeclared === undefined) return false;
  const fixed = new Set(contract.columns.filter(({ nullable }) => !nullable).map(({ column }) => column));
  return !columns.every((column) => fixed.has(column));
}

/** The tables that the jobs fill, refer to and look values up in, with what of the mapping leads there. */
function meantTables(jobs: readonly Pick<EntityJob, 'entity' | 'contract' | 'lookups'>[]): MeantTable[] {
  return jobs.flatMap(({ entity, contract, lookups }) => [
    { subject: entity, table: contract.table },
    ...contract.relations.map(({ property, parent }) => ({ subject: `${entity}.${property}`, table: parent })),
    ...(lookups?.inTarget ?? []).map(({ property, table }) => ({ subject: `${entity}.${property}`, table })),
  ]);
}
