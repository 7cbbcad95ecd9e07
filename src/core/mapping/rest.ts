import { MigrationError } from '../errors';
import type { TableMapping } from './table-mapping';

/** In the place of a condition: every row that no other mapping of the same table takes. */
export interface RestOfTable {
  readonly restOfTable: true;
}

/**
 * For `where`: the rows that no other mapping of the table takes, rows among them for which every other condition is unknown because of a
 * null. What the others are is part of the mapping's fingerprint. One mapping of a table at most.
 */
export function rest(): RestOfTable {
  return REST;
}

const REST: RestOfTable = Object.freeze({ restOfTable: true });

/**
 * The mappings of a project with the conditions of those that take the rest, made of all the others. Throws MAPPING_INVALID where two take
 * the rest of one table, or nothing is left to take.
 */
export function withRests(mappings: readonly TableMapping[]): readonly TableMapping[] {
  return mappings.map((mapping) => (mapping.takesRest === true ? withCondition(mapping, mappings) : mapping));
}

function withCondition(mapping: TableMapping, all: readonly TableMapping[]): TableMapping {
  const others = all.filter((other) => other !== mapping && isOfSameRows(other, mapping));
  const twice = others.find(({ takesRest }) => takesRest === true);
  if (twice !== undefined) throw restTwice(mapping, twice);
  const conditions = others.map((other) => {
    if (other.where === undefined || other.where.trim() === '') throw nothingLeft(mapping, other);
    return other.where;
  });
  return conditions.length === 0 ? mapping : { ...mapping, where: noneOf(conditions) };
}

/** Whether two mappings read the same table or query, as far as their spelling tells. */
function isOfSameRows(a: Pick<TableMapping, 'source' | 'query'>, b: Pick<TableMapping, 'source' | 'query'>): boolean {
  return a.query === b.query && a.source.toUpperCase() === b.source.toUpperCase();
}

/**
 * True where none of the conditions is: `not (a or b)` would be unknown where one of them is. Each stands on lines of its own, so that a
 * comment at its end cannot swallow what follows.
 */
function noneOf(conditions: readonly string[]): string {
  return `case ${conditions.map((condition) => `when (\n${condition}\n) then 1`).join(' ')} else 0 end = 0`;
}

function restTwice({ source, entity }: TableMapping, other: TableMapping): MigrationError {
  return new MigrationError('MAPPING_INVALID', `${entity} and ${other.entity} both take the rest of ${source}`, {
    hint: 'Leave rest() to one of them, and give the other a condition.',
    facts: { source, entity, other: other.entity },
  });
}

function nothingLeft({ source, entity }: TableMapping, other: TableMapping): MigrationError {
  return new MigrationError(
    'MAPPING_INVALID',
    `${entity} takes the rest of ${source}, of which ${other.entity} takes every row`,
    {
      hint: `Give ${other.entity} a condition (where), or take rest() away.`,
      facts: { source, entity, other: other.entity },
    },
  );
}
