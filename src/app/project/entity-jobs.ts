import { compileRowCheck } from '../../class-validator/compile-checks';
import { ruledProperties } from '../../class-validator/entity-rules';
import { rulesAsText } from '../../class-validator/rules-as-text';
import { sameTable } from '../../core/mapping/table-name';
import { copiedColumns } from '../../core/rows/copied-columns';
import type { EntityContract, NamingStrategy } from '../../core/mapping/entity-contract';
import { MigrationError } from '../../core/errors';
import { earlierFingerprintsOf, fingerprintOf } from '../../core/mapping/fingerprint';
import { openLookups } from '../../core/rows/lookups';
import { withRests } from '../../core/mapping/rest';
import type { TableMapping } from '../../core/mapping/table-mapping';
import { writePlanFor, readPlanFor } from '../../core/rows/read-plan';
import { sourceScope, type SourceScope } from '../../core/sources/source-scope';
import { compileMapping } from '../../core/rows/transform-rows';
import type { TableName } from '../../core/ports/target';
import type { EntityJob } from '../../migrate/jobs/entity-job';
import { orderEntities, parentsOf } from '../../migrate/jobs/order-entities';
import type { OracleSettings } from '../../oracle/session/driver';
import { contractsOf } from '../../typeorm/entity-contract';
import type { EntityClass } from '../../config/define-config';
import { needSessionsForLookups } from './lane-count';
import { revivedContract } from './revived-contract';

export interface MappedProject {
  readonly mappings: readonly TableMapping[];
  /** Entities that relations of the mapped ones lead to, if any. */
  readonly entities?: readonly EntityClass[];
  /** As in the application's DataSource. */
  readonly namingStrategy?: NamingStrategy;
  /** Legacy tables that stay behind, and why. */
  readonly notMigrated?: Readonly<Record<string, string>>;
  /** Schema of entities that name none; where absent, search_path finds it. */
  readonly schema?: string;
  /** What is known of its source. */
  readonly source?: Partial<OracleSettings>;
}

export interface JobSelection {
  /** Entity names; empty for all. */
  readonly entities: readonly string[];
  /** Oracle conditions by entity, joined to the mapping's own by AND. */
  readonly where: Readonly<Record<string, string>>;
  /** By table name: where the tables of entities without a schema were found; `public` where one is not named here. */
  readonly schemas?: Readonly<Record<string, string>>;
}

/** The jobs of the selected entities, parents first. Throws MAPPING_INVALID, or USAGE for a name or condition without a mapping, or too small a pool. */
export function entityJobs(project: MappedProject, selection: JobSelection): EntityJob[] {
  const mappings = selectedMappings(project.mappings, selection.entities);
  const astray = Object.keys(selection.where).find((name) => !mappings.some(({ entity }) => entity === name));
  if (astray !== undefined) throw conditionAstray(astray, mappings);
  const twice = project.mappings.find(({ entity }, at) =>
    project.mappings.some((m, i) => i < at && m.entity === entity),
  );
  if (twice !== undefined) throw nameTwice(twice);
  needSessionsForLookups(mappings, project.source?.poolMax);
  const contracts = contractsFor(project, selection.schemas);
  const all = project.mappings.map((mapping) => ({ entity: mapping.entity, contract: contracts(mapping) }));
  const among = (table: TableName): string[] =>
    all.filter(({ contract }) => sameTable(contract.table, table)).map(({ entity }) => entity);
  const lookedUp = new Map<string, readonly string[]>();
  const jobs = mappings.map((mapping) => {
    const contract = contracts(mapping);
    const job = entityJob(mapping, { contract, contracts, where: selection.where[mapping.entity] });
    const sharers = among(contract.table);
    const tables = targetLookups(mapping).map((target) => contracts({ entity: mapping.entity, target }).table);
    const others = tables.flatMap(among).filter((entity) => !sharers.includes(entity));
    lookedUp.set(mapping.entity, others);
    return { ...job, sharers, parents: [...new Set([...parentsOf(contract, all), ...others])] };
  });
  return orderEntities(jobs, (entity) => lookedUp.get(entity) ?? []);
}

/** All that the project reads of its source, and which part of it the selected entities are. */
export function scopeOf(project: MappedProject, { entities, where }: JobSelection): SourceScope {
  return sourceScope(withRests(project.mappings), { run: entities, where, notMigrated: project.notMigrated ?? {} });
}

type Contracts = (mapping: Pick<TableMapping, 'entity' | 'target'>) => EntityContract;

/** The entities in whose tables a mapping looks values up. */
function targetLookups({ fields }: TableMapping): (new () => unknown)[] {
  return fields.flatMap(({ lookup }) => (lookup?.in === 'target' ? [lookup.target] : []));
}

function entityJob(
  written: TableMapping,
  parts: { readonly contract: EntityContract; readonly contracts: Contracts; readonly where: string | undefined },
): Omit<EntityJob, 'parents' | 'sharers'> {
  const { contract, contracts, where = '' } = parts;
  const ruled = written.validation === 'off' ? NONE : ruledProperties(written.target);
  const copied = copiedColumns(written, contract, ruled);
  const read = { ...readPlanFor(written, where === '' ? null : where), ...(copied.length > 0 && { copied }) };
  const mapping = read.where === null ? written : { ...written, where: read.where };
  const check = mapping.validation === 'off' ? null : compileRowCheck(mapping.target, mapping.fields);
  return {
    entity: mapping.entity,
    mapping,
    contract,
    read,
    load: writePlanFor(mapping, contract),
    fingerprint: fingerprintOf(mapping, contract, mapping.validation === 'off' ? [] : rulesAsText(mapping)),
    earlierFingerprints: earlierFingerprintsOf(mapping, contract),
    lookups: openLookups(mapping, read, (target) => contracts({ entity: mapping.entity, target })),
    transformer: compileMapping({ mapping, plan: read, contract: revivedContract(mapping, contract), check }),
  };
}

const NONE: ReadonlySet<string> = new Set();

/** All entity classes that take part: those that are filled, looked up in, or led to by relations. */
export function classesOf(project: MappedProject): Parameters<typeof contractsOf>[0] {
  const filled = project.mappings.flatMap((mapping) => [mapping.target, ...targetLookups(mapping)]);
  return [...new Set([...filled, ...(project.entities ?? [])])];
}

function contractsFor(project: MappedProject, schemas: JobSelection['schemas'] = {}): Contracts {
  const contracts = withoutLifted(project, contractsOf(classesOf(project), { ...project, schemas }));
  return (mapping) => {
    const contract = contracts.find(({ entityName }) => entityName === mapping.target.name);
    if (contract === undefined) throw notAnEntity(mapping);
    return contract;
  };
}

/** The contracts without what a mapping of another entity makes good: a join table that is mapped by itself. */
function withoutLifted(project: MappedProject, contracts: readonly EntityContract[]): readonly EntityContract[] {
  const targets = new Set(project.mappings.map(({ target }) => target.name));
  const mapped = contracts.filter(({ entityName }) => targets.has(entityName)).map(({ table }) => table);
  const isLifted = (table: TableName | undefined): boolean =>
    table !== undefined && mapped.some((other) => sameTable(other, table));
  return contracts.map((contract) => ({
    ...contract,
    unsupported: contract.unsupported.filter(({ liftedByTable }) => !isLifted(liftedByTable)),
  }));
}

/** Whether the entity of a mapping forbids null in a property. What no entity can be asked about is not forbidden. */
export function nullForbidden(project: MappedProject): (mapping: TableMapping, property: string) => boolean {
  const contracts = contractsOrNone(project);
  return (mapping, property) => {
    const column = contracts(mapping)?.columns.find((candidate) => candidate.property === property);
    return column?.nullable === false && column.toDatabase === null;
  };
}

/** A sheet is printed for entities that TypeORM refuses, too: what is wrong with them is for `check` to say. */
function contractsOrNone(project: MappedProject): (mapping: TableMapping) => EntityContract | null {
  try {
    return contractsFor(project);
  } catch (error) {
    if (error instanceof MigrationError) return () => null;
    throw error;
  }
}

/** The mappings of the named entities, all where none is named. Throws USAGE for a name that no mapping has. */
export function selectedMappings(mappings: readonly TableMapping[], names: readonly string[]): readonly TableMapping[] {
  const unknown = names.find((name) => !mappings.some(({ entity }) => entity === name));
  if (unknown !== undefined) throw unknownEntity(unknown, mappings);
  const all = withRests(mappings);
  return names.length === 0 ? all : all.filter(({ entity }) => names.includes(entity));
}

function unknownEntity(name: string, mappings: readonly TableMapping[]): MigrationError {
  return new MigrationError('USAGE', `there is no mapping for an entity "${name}"`, {
    hint: `Choose among: ${mappings.map(({ entity }) => entity).join(', ')}.`,
  });
}

/** A condition that is silently dropped would load rows that were meant to stay behind. */
function conditionAstray(name: string, mappings: readonly TableMapping[]): MigrationError {
  return new MigrationError('USAGE', `--where is for "${name}", which is not an entity of this run`, {
    hint: `Write --where "entity=condition" with one of: ${mappings.map(({ entity }) => entity).join(', ')}.`,
  });
}

function nameTwice({ entity, source }: TableMapping): MigrationError {
  return new MigrationError('MAPPING_INVALID', `two mappings are called ${entity}; the second one reads ${source}`, {
    hint: `Give it a name of its own: mapTo(…, { entity: '${entity}From…' }).`,
    facts: { entity, source },
  });
}

function notAnEntity({ entity, target }: Pick<TableMapping, 'entity' | 'target'>): MigrationError {
  return new MigrationError('MAPPING_INVALID', `the mapping ${entity} fills ${target.name}, which is not an entity`, {
    hint: 'Decorate the class with @Entity() and import it where the mapping is written.',
    facts: { entity },
  });
}
