import { fieldType } from './field-type';
import { didYouMean } from '../mapping/nearest-name';
import { orphanChecks } from './orphan-checks';
import { sourceChecks } from './source-checks';
import { targetChecks } from './target-checks';
import { typeFit } from './type-fit';
import { zoneFit } from './zone-fit';
import type { EntityContract } from '../mapping/entity-contract';
import type { Issue } from '../issues';
import type { FieldMapping, TableMapping } from '../mapping/table-mapping';
import type { SourceTable } from '../ports/legacy-source';
import type { NamedRelation } from '../ports/named-relation';
import type { TargetColumn, TargetTable } from '../ports/target';

/** The four things that must agree. A table is null where its database does not have it. */
export interface MappingParts {
  readonly mapping: TableMapping;
  readonly contract: EntityContract;
  readonly sourceTable: SourceTable | null;
  readonly targetTable: TargetTable | null;
  /** By property: the type of the value that a lookup finds, where it is known. */
  readonly lookedUp?: ReadonlyMap<string, string>;
  /** What has the name of a target table that is not there. */
  readonly elsewhere?: readonly NamedRelation[];
}

/** All findings of sheet ↔ entity ↔ live target ↔ legacy dictionary, in that order. */
export function checkMapping(parts: MappingParts): Issue[] {
  const { mapping, contract, sourceTable, targetTable } = parts;
  return [
    ...unsupported(mapping, contract),
    ...sheetChecks(mapping, contract),
    ...orphanChecks(mapping, contract, targetTable),
    ...targetChecks(mapping, contract, targetTable ?? { elsewhere: parts.elsewhere ?? [] }),
    ...sourceChecks(mapping, sourceTable),
    ...mapping.fields.flatMap((field) => flowChecks(field, parts)),
  ];
}

/** A join table that stays empty harms no row of this table; the rest would make wrong rows. */
function unsupported(mapping: TableMapping, contract: EntityContract): readonly Issue[] {
  const mapped = new Set(mapping.fields.map((field) => field.property));
  return contract.unsupported
    .filter(({ liftedBy }) => liftedBy === undefined || !mapped.has(liftedBy))
    .map(({ code, message, hint }) => ({
      code,
      level: code === 'JOIN_TABLE_UNMAPPED' ? 'warning' : 'error',
      subject: mapping.entity,
      message,
      hint,
    }));
}

function sheetChecks(mapping: TableMapping, contract: EntityContract): readonly Issue[] {
  const known = contract.columns.map((column) => column.property);
  const written = [...mapping.fields, ...mapping.leftOut].map((entry) => entry.property);
  const unknown = written
    .filter((property) => !known.includes(property))
    .map((property): Issue => ({
      code: 'PROPERTY_UNKNOWN',
      level: 'error',
      subject: `${mapping.entity}.${property}`,
      message: `${contract.entityName} has no column property ${property}`,
      hint: didYouMean(property, known, `Column properties: ${known.join(', ')}.`),
    }));
  const unmapped = known
    .filter((property) => !written.includes(property))
    .map((property) => (property.includes('.') ? embeddedUnmapped : propertyUnmapped)(mapping, contract, property));
  return [...unknown, ...unmapped];
}

function propertyUnmapped({ entity }: TableMapping, { entityName }: EntityContract, property: string): Issue {
  return {
    code: 'PROPERTY_UNMAPPED',
    level: 'warning',
    subject: `${entity}.${property}`,
    message: `${entityName}.${property} is neither mapped nor left out`,
    hint: `Map it, or write ${property}: leftOut('why').`,
  };
}

/** The compiler asks for the properties of the entity itself, but not for those of its embedded objects. */
function embeddedUnmapped({ entity }: TableMapping, { entityName }: EntityContract, path: string): Issue {
  return {
    code: 'EMBEDDED_UNMAPPED',
    level: 'error',
    subject: `${entity}.${path}`,
    message: `${entityName}.${path}, a column of an embedded object, is neither mapped nor left out`,
    hint: `Write '${path}': from(…), or '${path}': leftOut('why').`,
  };
}

/** Whether what comes off the source column can go into the target column. */
function flowChecks(field: FieldMapping, parts: MappingParts): readonly Issue[] {
  const { mapping, contract, sourceTable, targetTable } = parts;
  const column = contract.columns.find((candidate) => candidate.property === field.property);
  const live = targetTable?.columns.find((candidate) => candidate.name === column?.column);
  if (column === undefined || live === undefined || sourceTable === null) return [];
  const subject = `${mapping.entity}.${field.property}`;
  const zones = zoneFit({ field, column, live, subject, dataTypes: dataTypesOf(field, parts) });
  if (column.toDatabase !== null) return zones;
  const type = fieldType(field, sourceTable.columns);
  // The cure of a missing zone is a conversion, too.
  return [
    ...zones,
    ...(zones.length > 0 && type.family === 'oracle-time' ? [] : typeFit(type, live, subject)),
    ...nullFit(field, { sourceTable, live, subject }),
  ];
}

function dataTypesOf(
  { property, columns, lookup }: FieldMapping,
  { sourceTable, lookedUp }: MappingParts,
): readonly string[] {
  if (lookup !== undefined) return [lookedUp?.get(property) ?? 'unknown'];
  return columns.map((column) => sourceTable?.columns.find(({ name }) => name === column)?.dataType ?? 'unknown');
}

function nullFit(
  field: FieldMapping,
  {
    sourceTable,
    live,
    subject,
  }: { readonly sourceTable: SourceTable; readonly live: TargetColumn; readonly subject: string },
): readonly Issue[] {
  if (live.nullable || field.nullRule.kind !== 'keep' || field.columns.length !== 1) return [];
  const source = sourceTable.columns.find((column) => column.name === field.columns[0]);
  // Nothing is known of a query's columns: Oracle calls even COUNT(*) nullable.
  if (!source?.nullable || sourceTable.kind === 'query') return [];
  if (field.transform[0]?.takesNulls === true) return [];
  return [
    {
      code: 'NULL_INTO_NOT_NULL',
      level: 'warning',
      subject,
      message: `${source.name} may be null, ${live.name} may not; such rows are rejected`,
      hint: 'Say what a null means: .or(value), or .orReject() to reject such rows on purpose.',
    },
  ];
}
