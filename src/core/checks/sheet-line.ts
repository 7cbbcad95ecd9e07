import type { FieldMapping, NullRule, TransformStep } from '../mapping/table-mapping';

/** How a field stands in the sheet of its mapping, with the given conversions in place of its own; a code table is not written out. */
export function sheetLine(field: FieldMapping, steps: readonly string[]): string {
  const { property, columns, asBytes, lookup } = field;
  const name = /^\w+$/.test(property) ? property : quoted(property);
  const names = columns.map(quoted);
  const origin = lookup === undefined || names.length === 1 ? names.join(', ') : `[${names.join(', ')}]`;
  const word = lookup === undefined ? (asBytes.length > 0 ? 'fromBytes' : 'from') : 'lookup';
  const values = lookup === undefined ? [] : ['…'];
  return `${name}: ${word}(${[origin, ...values, ...steps].join(', ')})${nullText(field.nullRule)}`;
}

/** The conversions of a field as its sheet names them. */
export function stepTexts({ transform }: FieldMapping): readonly string[] {
  return transform.filter(({ name }) => name !== 'lookup').map(stepText);
}

function stepText({ name, args }: TransformStep): string {
  if (args.length === 0) return name;
  if (name === 'codeTable') return `codeTable(${argText(args[0] ?? '')}, { … })`;
  if (name === 'nullIfRefused') return `nullIfRefused(${stepText({ name: String(args[0]), args: args.slice(1) })})`;
  return `${name}(${args.map(argText).join(', ')})`;
}

function argText(arg: TransformStep['args'][number]): string {
  return typeof arg === 'string' ? quoted(arg) : String(arg);
}

function nullText(rule: NullRule): string {
  if (rule.kind === 'keep') return '';
  if (rule.kind === 'reject') return '.orReject()';
  const { value } = rule;
  return `.or(${typeof value === 'string' ? quoted(value) : String(value)})`;
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
