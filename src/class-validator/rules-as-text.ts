import type { TableMapping } from '../core/mapping/table-mapping';
import { metadataByProperty } from './entity-rules';

/**
 * The rules of the mapped properties with their constraints, for the fingerprint: `email isEmail []`. Functions among the constraints
 * are left out, for their text says nothing.
 */
export function rulesAsText({ target, fields }: Pick<TableMapping, 'target' | 'fields'>): string[] {
  const properties = new Set(fields.map(({ property }) => property.replace(/\..*$/, '')));
  return [...metadataByProperty(target)].flatMap(([property, rules]) => {
    if (!properties.has(property)) return [];
    return rules.map(({ type, name = type, constraints, each }) => {
      return `${property} ${name} ${asText(constraints)}${each ? ' each' : ''}`;
    });
  });
}

/** Patterns have no form of their own in JSON, and functions none at all. */
function asText(constraints: unknown): string {
  return JSON.stringify(constraints ?? [], (_key, value: unknown) => (value instanceof RegExp ? String(value) : value));
}
