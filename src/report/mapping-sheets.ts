import type { FieldMapping, TableMapping, TransformStep } from '../core/mapping/table-mapping';
import type { Report } from './report';
import { tableLines } from './table';

/** The mappings as data sheets: property, origin, conversions, null rule; for people to sign off. */
export function mappingSheets(mappings: readonly TableMapping[]): Report {
  const sheets = mappings.map((mapping) => `${sheetLines(mapping).join('\n')}\n`);
  return { output: sheets.join('\n'), exitCode: 0, facts: { mappings: mappings.map(sheetFacts) } };
}

function sheetLines(mapping: TableMapping): string[] {
  const fields = mapping.fields.map((field) => [field.property, originOf(field), viaOf(field), nullText(field)]);
  const leftOut = mapping.leftOut.map(({ property, reason }) => [property, '', 'left out', reason]);
  return [
    `${mapping.entity}: ${mapping.source} -> ${mapping.target.name}, key ${mapping.key.join(', ')}`,
    ...(mapping.where === undefined ? [] : [`where ${mapping.where}`]),
    `validation ${mapping.validation}${orphansText(mapping)}`,
    ...tableLines(['property', 'from', 'via', 'null'], [...fields, ...leftOut]),
  ];
}

function orphansText({ orphans }: TableMapping): string {
  const rules = Object.entries(orphans).map(([property, policy]) => `${property} ${policy}`);
  return rules.length === 0 ? '' : `; orphans: ${rules.join(', ')}`;
}

function originOf({ columns, asBytes }: FieldMapping): string {
  return columns.map((column) => (asBytes.includes(column) ? `${column} (bytes)` : column)).join(', ');
}

function viaOf({ transform }: FieldMapping): string {
  return transform.map(stepText).join(' > ');
}

function stepText({ name, args }: TransformStep): string {
  return args.length === 0 ? name : `${name}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`;
}

/** Only a constant is known to be filled; what a column holds, the dictionary knows. */
function nullText({ nullRule: rule, transform }: FieldMapping): string {
  const isFilled = transform.some(({ name, args }) => name === 'constant' && args.length > 0);
  if (rule.kind === 'keep') return isFilled ? 'never null' : 'stays null';
  if (rule.kind === 'reject') return 'rejects the row';
  return `becomes ${Buffer.isBuffer(rule.value) ? rule.value.toString('hex') : JSON.stringify(rule.value)}`;
}

function sheetFacts(mapping: TableMapping): unknown {
  const { entity, source, key, where = null, validation, orphans, leftOut } = mapping;
  const fields = mapping.fields.map((field) => ({
    property: field.property,
    from: field.columns,
    via: field.transform.map(stepText),
    null: nullText(field),
  }));
  return { entity, source, key, where, target: mapping.target.name, validation, orphans, fields, leftOut };
}
