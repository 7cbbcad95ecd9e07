import 'reflect-metadata';
import type { TransformStep } from '../core/mapping/table-mapping';
import type { ValueFamily } from '../core/mapping/value-type';
import type { TargetValue } from '../core/mapping/wire';

/** What the entity's property holds where the wire carries text. */
type ValueKind = 'as-is' | 'number' | 'date' | 'bigint' | 'json';

/** A property as a mapping fills it; `transform` helps where the entity's own type cannot be seen at run time. */
export interface CheckedField {
  readonly property: string;
  readonly transform?: readonly TransformStep[];
}

const DECLARED: ReadonlyMap<unknown, ValueKind> = new Map<unknown, ValueKind>([
  [Number, 'number'],
  [Date, 'date'],
  [BigInt, 'bigint'],
  [String, 'as-is'],
  [Boolean, 'as-is'],
  [Buffer, 'as-is'],
  [Uint8Array, 'as-is'],
  [Array, 'json'],
]);

/** Rules that hold for values of one kind only, and so tell what the property is meant to be. */
const KIND_OF_RULE: Readonly<Record<string, ValueKind>> = {
  isNumber: 'number',
  isInt: 'number',
  isPositive: 'number',
  isNegative: 'number',
  isDivisibleBy: 'number',
  min: 'number',
  max: 'number',
  isDate: 'date',
  minDate: 'date',
  maxDate: 'date',
  isObject: 'json',
  isNotEmptyObject: 'json',
  isArray: 'json',
  arrayNotEmpty: 'json',
  arrayMinSize: 'json',
  arrayMaxSize: 'json',
  arrayUnique: 'json',
  arrayContains: 'json',
  arrayNotContains: 'json',
  nestedValidation: 'json',
  isString: 'as-is',
  isNumberString: 'as-is',
  isDecimal: 'as-is',
  isDateString: 'as-is',
  isIso8601: 'as-is',
  isLength: 'as-is',
  minLength: 'as-is',
  maxLength: 'as-is',
  matches: 'as-is',
};

/** By what the last conversion gives. A decimal says more than its family, and stays text. */
const KIND_OF_FAMILY: Partial<Readonly<Record<ValueFamily, ValueKind>>> = { integer: 'number', timestamp: 'date' };

/**
 * Makes of a wire value what the entity's property would hold. The property's declared type decides; a union with null may be
 * emitted as Object (swc does), and then the rules decide, and then the mapping's last conversion.
 */
export function reviver(
  entity: new () => unknown,
  field: CheckedField,
  ruleNames: readonly string[],
): (value: TargetValue) => unknown {
  const prototype = entity.prototype as object;
  const declared = DECLARED.get(Reflect.getMetadata('design:type', prototype, field.property));
  return REVIVERS[declared ?? kindByRules(ruleNames) ?? kindByConversion(field) ?? 'as-is'];
}

function kindByRules(names: readonly string[]): ValueKind | undefined {
  return names.map((name) => KIND_OF_RULE[name]).find((kind) => kind !== undefined);
}

function kindByConversion({ transform = [] }: CheckedField): ValueKind | undefined {
  const gives = transform.at(-1)?.gives;
  return typeof gives === 'string' && gives !== 'same' ? KIND_OF_FAMILY[gives] : undefined;
}

const REVIVERS: Readonly<Record<ValueKind, (value: TargetValue) => unknown>> = {
  'as-is': (value) => value,
  number: (value) => (typeof value === 'string' ? Number(value) : value),
  date: (value) => (typeof value === 'string' ? dateOf(value) : value),
  bigint: (value) => (typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : value),
  json: (value) => (typeof value === 'string' ? parsed(value) : value),
};

const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d)(?: (\d\d):(\d\d):(\d\d)(?:\.(\d{1,3}))?\d*)?([+-]\d\d:\d\d)?( BC)?$/;

/** A canonical date or timestamp; without an offset it is taken as UTC, so that no rule depends on the machine's zone. */
function dateOf(text: string): Date {
  const match = TIMESTAMP.exec(text);
  if (match === null) return new Date(text);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number((part as string | undefined) ?? 0));
  const date = new Date(0);
  date.setUTCFullYear(match[9] === undefined ? year : 1 - year, month - 1, day);
  date.setUTCHours(hour, minute - offsetMinutes(match[8]), second, Number((match[7] ?? '').padEnd(3, '0')));
  return date;
}

function offsetMinutes(offset: string | undefined): number {
  if (offset === undefined) return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6));
  return offset.startsWith('-') ? -minutes : minutes;
}

/** Text that is no JSON stays text: the rule then says so. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
