import { compileRowCheck } from '../class-validator/compile-checks';
import type { EntityContract } from '../core/entity-contract';
import { MigrationError } from '../core/errors';
import { fingerprintOf } from '../core/fingerprint';
import type { TableMapping } from '../core/mapping/table-mapping';
import { loadPlanFor, readPlanFor } from '../core/read-plan';
import { compileMapping } from '../core/transform-rows';
import type { EntityJob } from '../migrate/entity-job';
import { orderEntities, parentsOf } from '../migrate/order-entities';
import { contractsOf } from '../typeorm/entity-contract';
import type { EntityClass } from '../config/define-config';
import { revivedContract } from './revived-contract';

export interface MappedProject {
  readonly mappings: readonly TableMapping[];
  /** Entities that relations of the mapped ones lead to, if any. */
  readonly entities?: readonly EntityClass[];
}

export interface JobSelection {
  /** Entity names; empty for all. */
  readonly entities: readonly string[];
  /** Oracle conditions by entity, joined to the mapping's own by AND. */
  readonly where: Readonly<Record<string, string>>;
}

/** The jobs of the selected entities, parents first. Throws MAPPING_INVALID, or USAGE for a name or condition without a mapping. */
export function entityJobs(project: MappedProject, selection: JobSelection): EntityJob[] {
  const mappings = selectedMappings(project.mappings, selection.entities);
  const astray = Object.keys(selection.where).find((name) => !mappings.some(({ entity }) => entity === name));
  if (astray !== undefined) throw conditionAstray(astray, mappings);
  const contracts = contractsFor(project);
  const all = project.mappings.map((mapping) => ({ entity: mapping.entity, contract: contracts(mapping) }));
  const jobs = mappings.map((mapping) => {
    const job = entityJob(mapping, contracts(mapping), selection.where[mapping.entity]);
    return { ...job, parents: parentsOf(job.contract, all) };
  });
  return orderEntities(jobs);
}

function entityJob(written: TableMapping, contract: EntityContract, where = ''): Omit<EntityJob, 'parents'> {
  const read = readPlanFor(written, where === '' ? null : where);
  const mapping = read.where === null ? written : { ...written, where: read.where };
  const check = mapping.validation === 'off' ? null : compileRowCheck(mapping.target, mapping.fields);
  return {
    entity: mapping.entity,
    mapping,
    contract,
    read,
    load: loadPlanFor(mapping, contract),
    fingerprint: fingerprintOf(mapping, contract),
    transformer: compileMapping({ mapping, plan: read, contract: revivedContract(mapping, contract), check }),
  };
}

function contractsFor(project: MappedProject): (mapping: TableMapping) => EntityContract {
  const classes = new Set([...project.mappings.map(({ target }) => target), ...(project.entities ?? [])]);
  const contracts = contractsOf([...classes]);
  return (mapping) => {
    const contract = contracts.find(({ entityName }) => entityName === mapping.target.name);
    if (contract === undefined) throw notAnEntity(mapping);
    return contract;
  };
}

/** The mappings of the named entities, all where none is named. Throws USAGE for a name that no mapping has. */
export function selectedMappings(mappings: readonly TableMapping[], names: readonly string[]): readonly TableMapping[] {
  const unknown = names.find((name) => !mappings.some(({ entity }) => entity === name));
  if (unknown !== undefined) throw unknownEntity(unknown, mappings);
  return names.length === 0 ? mappings : mappings.filter(({ entity }) => names.includes(entity));
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

function notAnEntity({ entity, target }: TableMapping): MigrationError {
  return new MigrationError('MAPPING_INVALID', `the mapping ${entity} fills ${target.name}, which is not an entity`, {
    hint: 'Decorate the class with @Entity() and import it where the mapping is written.',
    facts: { entity },
  });
}
