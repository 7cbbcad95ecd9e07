import type { EntityContract } from '../mapping/entity-contract';
import { MigrationError } from '../errors';
import type { FieldMapping, TableMapping } from '../mapping/table-mapping';
import type { ReadColumn, ReadPlan, SourceName } from '../ports/legacy-source';
import type { WritePlan } from '../ports/write-plan';

/** As a key, the row's own address instead of columns; it is read with every row. */
export const ROWID = 'ROWID';

/**
 * What is read for a mapping: the key columns, then each column of the fields once, or twice where one field wants its text and
 * another its bytes. `where` is the command line's condition beside the mapping's own; null for none.
 */
export function readPlanFor(mapping: TableMapping, where: string | null = null): ReadPlan {
  const columns = new Map<string, ReadColumn>();
  const need = (name: string, as: ReadColumn['as']): void => {
    columns.set(`${name}:${as}`, { name, as });
  };
  for (const column of mapping.key) if (column !== ROWID) need(column, 'text');
  for (const field of mapping.fields) for (const column of field.columns) need(column, readAs(field, column));
  return {
    entity: mapping.entity,
    source: planSource(mapping),
    columns: [...columns.values()],
    key: mapping.key,
    where: joined([mapping.where, where]),
  };
}

/** What a mapping reads, as the source is asked for it. */
export function planSource({ source, query }: Pick<TableMapping, 'source' | 'query'>): SourceName {
  return query === undefined ? sourceName(source) : sourceQuery(source, query);
}

/** Whether a field meets the text or the raw bytes of a column. */
export function readAs(field: FieldMapping, column: string): ReadColumn['as'] {
  return field.asBytes.includes(column) ? 'bytes' : 'text';
}

/** Index of a column in the row array of a plan (the ROWID is at 0), or -1 where the plan does not read it. */
export function rowIndexOf(plan: ReadPlan, name: string, as: ReadColumn['as']): number {
  if (name === ROWID) return 0;
  return plan.columns.findIndex((column) => column.name === name && column.as === as) + 1 || -1;
}

/** What is written for a mapping, in the order of its fields. Throws MAPPING_INVALID where the entity has no such property. */
export function writePlanFor(mapping: TableMapping, contract: EntityContract): WritePlan {
  const properties = mapping.fields.map((field) => field.property);
  const keyPositions = mapping.key.map((column) => mapping.fields.findIndex((field) => carries(field, column)));
  return {
    entity: mapping.entity,
    table: contract.table,
    columns: properties.map((property) => targetColumn(contract, property)),
    properties,
    keyPositions: keyPositions.includes(-1) ? [] : keyPositions,
  };
}

function carries(field: FieldMapping, column: string): boolean {
  return field.columns.length === 1 && field.columns[0] === column;
}

function targetColumn(contract: EntityContract, property: string): string {
  const column = contract.columns.find((candidate) => candidate.property === property)?.column;
  if (column === undefined) throw propertyUnknown(contract.entityName, property);
  return column;
}

function sourceQuery(name: string, query: string): SourceName {
  return { owner: null, name, query };
}

/** The parts of `TABLE` or `OWNER.TABLE`. */
export function sourceName(source: string): SourceName {
  const dot = source.indexOf('.');
  return dot === -1 ? { owner: null, name: source } : { owner: source.slice(0, dot), name: source.slice(dot + 1) };
}

function joined(conditions: readonly (string | null | undefined)[]): string | null {
  const given = conditions.filter((condition) => condition !== null && condition !== undefined);
  return given.length < 2 ? (given[0] ?? null) : given.map((condition) => `(${condition})`).join(' and ');
}

function propertyUnknown(entity: string, property: string): MigrationError {
  return new MigrationError('MAPPING_INVALID', `${entity} has no column property ${property}`, {
    hint: 'Name a property with @Column in the sheet, or add the column to the entity.',
    facts: { entity, property },
  });
}
