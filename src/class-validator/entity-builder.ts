import 'reflect-metadata';
import type { CheckedField } from './entity-values';

type Holder = Record<string, unknown>;

/**
 * Makes instances of an entity from the values of its fields, for rules that look at the whole of it. The constructor is not
 * called, for it may do anything; a dotted property goes into an instance of the embedded object's class.
 */
export function entityBuilder(
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
