/** The words of JSON Schema that our published schemas use. */
export interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: string | number;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly format?: string;
}

/** Where a value breaks a schema; a member that the schema does not name counts as a fault too, so that none is left undocumented. */
export function schemaFaults(root: Schema, value: unknown, schema: Schema = root, path = '$'): string[] {
  const check = (part: Schema, of: unknown, at: string): string[] => schemaFaults(root, of, part, at);
  if (schema.$ref !== undefined) return check(defined(root, schema.$ref), value, path);
  if (schema.anyOf !== undefined) {
    const tried = schema.anyOf.map((option) => check(option, value, path));
    return tried.some((faults) => faults.length === 0) ? [] : tried.reduce((a, b) => (a.length > b.length ? a : b));
  }
  return [
    ...typeFaults(schema, value).map((fault) => `${path}: ${fault}`),
    ...(Array.isArray(value) && schema.items !== undefined
      ? value.flatMap((item, index) => check(schema.items ?? {}, item, `${path}[${index}]`))
      : []),
    ...(isObject(value)
      ? memberFaults(schema, value, (part, name) => check(part, value[name], `${path}.${name}`))
      : []),
  ];
}

function defined(root: Schema, reference: string): Schema {
  const found = root.$defs?.[reference.replace('#/$defs/', '')];
  if (found === undefined) throw new RangeError(`the schema does not define ${reference}`);
  return found;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typeFaults({ type, enum: choices, const: only, minimum, format }: Schema, value: unknown): string[] {
  const types = type === undefined ? [] : [type].flat();
  return [
    ...(types.length > 0 && !types.some((name) => isOfType(name, value)) ? [`is no ${types.join(' or ')}`] : []),
    ...(choices !== undefined && !choices.includes(value) ? [`${String(value)} is none of the choices`] : []),
    ...(only !== undefined && only !== value ? [`is not ${String(only)}`] : []),
    ...(minimum !== undefined && typeof value === 'number' && value < minimum ? [`is below ${minimum}`] : []),
    ...(format === 'date-time' && typeof value === 'string' && Number.isNaN(Date.parse(value)) ? ['is no time'] : []),
  ];
}

function isOfType(name: string, value: unknown): boolean {
  if (name === 'integer') return Number.isInteger(value);
  if (name === 'null') return value === null;
  if (name === 'array') return Array.isArray(value);
  return name === 'object' ? isObject(value) : typeof value === name;
}

function memberFaults(
  { properties, required = [], additionalProperties }: Schema,
  value: Record<string, unknown>,
  check: (schema: Schema, name: string) => string[],
): string[] {
  const missing = required.filter((name) => !(name in value)).map((name) => `${name} is missing`);
  const present = Object.keys(value).filter((name) => value[name] !== undefined);
  return present.reduce<string[]>((faults, name) => {
    const schema = properties?.[name] ?? additionalProperties;
    return [...faults, ...(schema === undefined ? [`${name} is not in the schema`] : check(schema, name))];
  }, missing);
}
