import { getMetadataStorage, validateSync, type ValidationArguments } from 'class-validator';
import { fastAccept } from './fast-accept';
import { ruleText } from './rule-text';

type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];
type Constraint = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidatorConstraints']>[number];

/** The entity as it would be with the row under way; built only when a rule looks at more than its own value. */
export type CurrentEntity = () => object;

export interface Rule {
  /** The library's name of the constraint, and what it asks for (`ruleText`). */
  readonly name: string;
  readonly holds: (value: unknown) => boolean;
}

/** The rules of one property, in the library's order. */
export interface PropertyRules {
  /** Whether the rules apply to a value (IsOptional, ValidateIf). */
  readonly applies: (value: unknown) => boolean;
  readonly rules: readonly Rule[];
}

/** What class-validator calls the kinds of its metadata; it does not export them. */
const TYPES = {
  defined: 'isDefined',
  custom: 'customValidation',
  nested: 'nestedValidation',
  conditional: 'conditionalValidation',
} as const;

/** The metadata that class-validator itself would use for an instance of `entity`, by property. */
export function metadataByProperty(entity: new () => unknown): ReadonlyMap<string, readonly Metadata[]> {
  const storage = getMetadataStorage();
  const all = storage.getTargetValidationMetadatas(entity, '', false, false);
  return new Map(Object.entries(storage.groupByPropertyName(all)));
}

/** The properties of an entity that have rules of their own. */
export function ruledProperties(entity: new () => unknown): ReadonlySet<string> {
  return new Set(metadataByProperty(entity).keys());
}

/** The names by which rules are registered; one for the items of an array speaks of an array. */
export function ruleNames(metadatas: readonly Metadata[]): readonly string[] {
  return metadatas.map((metadata) => (metadata.each ? 'isArray' : (metadata.name ?? metadata.type)));
}

/** Compiles the rules of a property. Validators declared asynchronous are left out, as `validateSync` leaves them out. */
export function propertyRules(property: string, metadatas: readonly Metadata[], entity: CurrentEntity): PropertyRules {
  const ofType = (type: string): readonly Metadata[] => metadatas.filter((metadata) => metadata.type === type);
  const guards = ofType(TYPES.conditional).map((metadata) => guardOf(metadata, entity));
  const own = [...ofType(TYPES.defined), ...ofType(TYPES.custom)].flatMap((metadata) => rulesOf(metadata, entity));
  return {
    applies: (value) => guards.every((guard) => guard(value)),
    rules: ofType(TYPES.nested).length === 0 ? own : [...own, nestedRule(property, entity)],
  };
}

function guardOf(metadata: Metadata, entity: CurrentEntity): (value: unknown) => boolean {
  if (metadata.name === 'isOptional') return (value) => value !== null && value !== undefined;
  const condition = metadata.constraints[0] as (object: object, value: unknown) => unknown;
  return (value) => Boolean(condition(entity(), value));
}

function rulesOf(metadata: Metadata, entity: CurrentEntity): readonly Rule[] {
  return getMetadataStorage()
    .getTargetValidatorConstraints(metadata.constraintCls)
    .filter((constraint) => !constraint.async)
    .map((constraint) => ({
      name: ruleText(constraint.name || metadata.type, (metadata.constraints as readonly unknown[] | undefined) ?? []),
      holds: conditioned(metadata, entity, quickened(metadata, libraryVerdict(metadata, constraint, entity))),
    }));
}

/** The `validateIf` among a decorator's own options. */
function conditioned(metadata: Metadata, entity: CurrentEntity, holds: Rule['holds']): Rule['holds'] {
  const { validateIf } = metadata;
  if (validateIf === undefined) return holds;
  return (value) => !validateIf(entity(), value) || holds(value);
}

function quickened(metadata: Metadata, holds: Rule['holds']): Rule['holds'] {
  const accept = fastAccept(metadata.name ?? '', (metadata.constraints as readonly unknown[] | undefined) ?? []);
  return accept === null || metadata.each ? holds : (value) => accept(value) || holds(value);
}

/** Asks the library's validator. One that answers by a promise holds, as in `validateSync`. */
function libraryVerdict(metadata: Metadata, constraint: Constraint, entity: CurrentEntity): Rule['holds'] {
  const { instance } = constraint;
  const holds = (value: unknown, whole: unknown): boolean =>
    Boolean(instance.validate(value, new RowArguments(metadata, entity, whole)));
  if (!metadata.each) return (value) => holds(value, value);
  return (value) => (Array.isArray(value) ? value.every((item) => holds(item, value)) : holds(value, value));
}

/** A class, so that `object` is a getter of the prototype: made in every call, it must cost no more than its fields. */
class RowArguments implements ValidationArguments {
  readonly targetName: string;
  readonly property: string;
  readonly constraints: ValidationArguments['constraints'];

  constructor(
    metadata: Metadata,
    private readonly entity: CurrentEntity,
    readonly value: unknown,
  ) {
    this.targetName = typeof metadata.target === 'string' ? metadata.target : metadata.target.name;
    this.property = metadata.propertyName;
    this.constraints = metadata.constraints;
  }

  get object(): object {
    return this.entity();
  }
}

/** Nested objects are the library's business altogether. */
function nestedRule(property: string, entity: CurrentEntity): Rule {
  return {
    name: TYPES.nested,
    holds: () =>
      !validateSync(entity()).some(
        ({ property: at, children = [], constraints = {} }) =>
          at === property && (children.length > 0 || TYPES.nested in constraints),
      ),
  };
}
