import type { FieldMapping, TableMapping, TransformStep } from '../../core/mapping/table-mapping';
import type { Report } from '../words/report';
import { tableLines } from '../words/table';

/** Whether a null cannot be stored in the column of a property. */
type Forbids = (mapping: TableMapping, property: string) => boolean;

/**
 * The mappings as data sheets: property, origin, conversions, null rule; for people to sign off. `forbidsNull` is what the entities
 * say of their columns.
 */
export function mappingSheets(mappings: readonly TableMapping[], forbidsNull: Forbids = () => false): Report {
  const sheets = mappings.map((mapping) => `${sheetLines(mapping, forbidsNull).join('\n')}\n`);
  const facts = { mappings: mappings.map((mapping) => sheetFacts(mapping, forbidsNull)) };
  return { output: sheets.join('\n'), exitCode: 0, facts };
}

function sheetLines(mapping: TableMapping, forbidsNull: Forbids): string[] {
  const ofNull = (field: FieldMapping): string => nullText(field, forbidsNull(mapping, field.property));
  const fields = mapping.fields.map((field) => [field.property, originOf(field), viaOf(field), ofNull(field)]);
  const leftOut = mapping.leftOut.map(({ property, reason }) => [property, '', 'left out', reason]);
  return [
    `${mapping.entity}: ${mapping.source} -> ${mapping.target.name}, key ${mapping.key.join(', ')}`,
    ...(mapping.query === undefined ? [] : ['query', ...queryLines(mapping.query)]),
    ...(mapping.where === undefined ? [] : [`where ${mapping.where}`]),
    `validation ${mapping.validation}${orphansText(mapping)}`,
    ...tableLines(['property', 'from', 'via', 'null'], [...fields, ...leftOut]),
  ];
}

/** Without the indentation that its lines have in common. */
function queryLines(query: string): string[] {
  const lines = query.split('\n').filter((line) => line.trim() !== '');
  const indented = lines.slice(query.startsWith('\n') ? 0 : 1).map((line) => line.search(/\S/));
  const margin = Math.min(...indented, Infinity);
  return lines.map((line) => `  ${line.slice(Math.min(margin, line.search(/\S/))).trimEnd()}`);
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
function nullText({ nullRule: rule, columns, transform }: FieldMapping, isForbidden: boolean): string {
  const isFilled = columns.length === 0 && transform.some(({ args }) => args.length > 0);
  if (rule.kind === 'keep' && !isForbidden) return isFilled ? 'never null' : 'stays null';
  if (rule.kind === 'keep') return isFilled ? 'never null' : 'rejects the row';
  if (rule.kind === 'reject') return 'rejects the row';
  return `becomes ${Buffer.isBuffer(rule.value) ? rule.value.toString('hex') : JSON.stringify(rule.value)}`;
}

function sheetFacts(mapping: TableMapping, forbidsNull: Forbids): unknown {
  const { entity, source, key, where = null, validation, orphans, leftOut } = mapping;
  const fields = mapping.fields.map((field) => ({
    property: field.property,
    from: field.columns,
    via: field.transform.map(stepText),
    null: nullText(field, forbidsNull(mapping, field.property)),
  }));
  const { query = null } = mapping;
  return { entity, source, query, key, where, target: mapping.target.name, validation, orphans, fields, leftOut };
}
