import { quotedText } from '../mapping/step-text';
import type { FieldMapping, NullRule, TransformStep } from '../mapping/table-mapping';

/** How a field stands in the sheet of its mapping, with the given conversions in place of its own; a code table is not written out. */
export function sheetLine(field: FieldMapping, steps: readonly string[]): string {
  const { property, columns, asBytes, lookup } = field;
  const name = /^\w+$/.test(property) ? property : quotedText(property);
  const names = columns.map(quotedText);
  const origin = lookup === undefined || names.length === 1 ? names.join(', ') : `[${names.join(', ')}]`;
  const word = lookup === undefined ? (asBytes.length > 0 ? 'fromBytes' : 'from') : 'lookup';
  const values = lookup === undefined ? [] : ['…'];
  return `${name}: ${word}(${[origin, ...values, ...steps].join(', ')})${nullText(field.nullRule)}`;
}

/** The conversions of a field that its sheet writes behind the column. */
export function writtenSteps({ transform }: FieldMapping): readonly TransformStep[] {
  return transform.filter(({ shown }) => shown !== null);
}

function nullText(rule: NullRule): string {
  if (rule.kind === 'keep') return '';
  if (rule.kind === 'reject') return '.orReject()';
  const { value } = rule;
  return `.or(${typeof value === 'string' ? quotedText(value) : String(value)})`;
}
