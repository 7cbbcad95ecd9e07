import type { BrokenRule, RowCheck } from '../core/mapping/entity-contract';
import type { TargetRow, TargetValue } from '../core/mapping/wire';
import { largeIn } from '../core/rows/large-value';
import { VALUE_LIMITS } from '../core/rows/value-limits';
import { metadataByProperty, propertyRules, ruleNames, type PropertyRules, type Rule } from './entity-rules';
import { reviver, type CheckedField } from './entity-values';
import 'reflect-metadata';

/** The rules of one top-level property, and how to get its value off the row. */
interface PropertyCheck extends PropertyRules {
  readonly property: string;
  readonly valueIn: (row: TargetRow) => unknown;
}

/**
 * Compiles the class-validator decorators of an entity for rows of wire values in the order of `fields`; null where no mapped
 * property has any. Each validator, known or not, is run by the library itself, except where a quick test accepts for certain,
 * so the verdict is that of `validateSync` over an instance. Rules of properties that the mapping does not fill are not asked.
 * A validator that crashes has not held; a rule over the whole row meets large values as a whole, up to a limit. The result is not
 * reentrant.
 */
export function compileRowCheck(entity: new () => unknown, fields: readonly CheckedField[]): RowCheck | null {
  const metadata = metadataByProperty(entity);
  const revivers = fields.map((field) => reviver(entity, field, ruleNames(metadata.get(field.property) ?? [])));
  const build = entityBuilder(entity, fields);
  let current: TargetRow = [];
  let instance: object | null = null;
  const tooLarge: BrokenRule[] = [];
  const wholeValue = (value: TargetValue, index: number): TargetValue => {
    const large = largeIn(value);
    if (large === null) return value;
    if (large.facts.bytes <= VALUE_LIMITS.read) return large.whole();
    tooLarge.push({ property: fields[index]?.property ?? '', reason: tooLargeForRules() });
    return null;
  };
  const valuesNow = (): unknown[] => current.map((value, index) => revivers[index]?.(wholeValue(value, index)));
  const currentEntity = (): object => (instance ??= build(valuesNow()));
  const topLevel = [...new Set(fields.map((field) => field.property.replace(/\..*$/, '')))];
  const checks = topLevel.flatMap((property): PropertyCheck[] => {
    const rules = propertyRules(property, metadata.get(property) ?? [], currentEntity);
    if (rules.rules.length === 0) return [];
    const index = fields.findIndex((field) => field.property === property);
    const revive = revivers[index];
    const embedded = (): unknown => (currentEntity() as Readonly<Record<string, unknown>>)[property];
    return [{ property, ...rules, valueIn: revive === undefined ? embedded : (row) => revive(row[index] ?? null) }];
  });
  if (checks.length === 0) return null;
  return (row) => {
    current = row;
    instance = null;
    tooLarge.length = 0;
    const broken = brokenRules(checks, row);
    return tooLarge.length === 0 ? broken : [...tooLarge];
  };
}

function tooLargeForRules(): string {
  return `more than ${VALUE_LIMITS.read} bytes, the most of a value that a rule over the whole row reads`;
}

function brokenRules(checks: readonly PropertyCheck[], row: TargetRow): readonly BrokenRule[] | null {
  let broken: BrokenRule[] | null = null;
  for (const check of checks) {
    const value = check.valueIn(row);
    if (!check.applies(value)) continue;
    for (const rule of check.rules) {
      if (!held(rule, value)) (broken ??= []).push({ property: check.property, reason: rule.name });
    }
  }
  return broken;
}

function held(rule: Rule, value: unknown): boolean {
  try {
    return rule.holds(value);
  } catch {
    return false;
  }
}

type Holder = Record<string, unknown>;

/**
 * Makes instances of an entity from the values of its fields, for rules that look at the whole of it. The constructor is not
 * called, for it may do anything; a dotted property goes into an instance of the embedded object's class.
 */
function entityBuilder(
  entity: new () => unknown,
  fields: readonly CheckedField[],
): (values: readonly unknown[]) => object {
  const paths = fields.map((field) => field.property.split('.'));
  return (values) => {
    const instance = Object.create(entity.prototype as object) as Holder;
    for (const [index, path] of paths.entries()) place(instance, path, values[index]);
    return instance;
  };
}

function place(instance: Holder, path: readonly string[], value: unknown): void {
  let holder = instance;
  for (const step of path.slice(0, -1)) holder = (holder[step] ??= emptyPart(holder, step)) as Holder;
  const last = path.at(-1);
  if (last !== undefined) holder[last] = value;
}

function emptyPart(holder: object, property: string): object {
  const type = Reflect.getMetadata('design:type', holder, property) as { readonly prototype?: object } | undefined;
  return Object.create(type?.prototype ?? Object.prototype) as object;
}
