import { notImplemented } from '../../contract/ora-error';
import type { Expression } from '../parse/ast';
import { coerce } from '../values/coerce';
import type { Emission } from '../values/emission';
import { isMoment, isText, kindName, typed, type Kind, type Typed } from '../values/kind';
import type { Scope } from '../values/scope';
import { inconsistentTypes } from '../parse/syntax-error';

type Binary = Extract<Expression, { type: 'binary' }>;

function numeric(value: Typed, emission: Emission): string {
  if (value.type.kind === 'unknown') return `${value.sql}::numeric`;
  return coerce(value, 'number', emission.session);
}

function plain(operator: string, left: Typed, { right, emission }: { right: Typed; emission: Emission }): Typed {
  const kind: Kind = left.type.kind === 'double' || right.type.kind === 'double' ? 'double' : 'number';
  const [a, b] = [numeric(left, emission), numeric(right, emission)];
  return typed(operator === '/' && kind === 'number' ? `"SYS".divide(${a}, ${b})` : `(${a} ${operator} ${b})`, kind);
}

/** A DATE or a timestamp moved by days or by an interval. */
function moved(moment: Typed, operator: string, { by, emission }: { by: Typed; emission: Emission }): Typed {
  const span = by.type.kind === 'span' ? by.sql : `${numeric(by, emission)} * interval '1 day'`;
  if (moment.type.kind === 'timestamp' && by.type.kind === 'span')
    return typed(`(${moment.sql} ${operator} ${span})`, 'timestamp');
  if (moment.type.kind === 'timestamptz' && by.type.kind === 'span') {
    return typed(`"SYS".moved_zoned(${moment.sql}, ${operator === '-' ? '- ' : ''}${span})`, 'timestamptz');
  }
  // Days added to a timestamp make a DATE in Oracle.
  return typed(`(${coerce(moment, 'date', emission.session)} ${operator} ${span})::timestamp(0)`, 'date');
}

function movable({ type }: Typed): boolean {
  return type.kind === 'number' || type.kind === 'unknown' || type.kind === 'span' || isText(type.kind);
}

function difference(left: Typed, right: Typed, position: number): Typed {
  if (left.type.kind !== 'date' || right.type.kind !== 'date')
    throw notImplemented('the difference of two timestamps', position);
  return typed(`"SYS".divide(extract(epoch FROM (${left.sql}) - (${right.sql})), 86400)`, 'number');
}

/** Dates and timestamps moved or subtracted; undefined where no date is in it. */
function emitMoments(
  emission: Emission,
  [a, b]: readonly [Typed, Typed],
  { operator, position }: Binary,
): Typed | undefined {
  const first = isMoment(a.type.kind);
  const second = isMoment(b.type.kind);
  if (operator === '-' && first) return second ? difference(a, b, position) : moved(a, operator, { by: b, emission });
  if (operator !== '+' || first === second) return undefined;
  const [moment, by] = first ? [a, b] : [b, a];
  return movable(by) ? moved(moment, operator, { by, emission }) : undefined;
}

/** `+ - * /` on numbers, and dates moved by days. ORA-00932. */
export function emitArithmetic(emission: Emission, binary: Binary, scope: Scope): Typed {
  const [a, b] = [emission.expression(binary.left, scope), emission.expression(binary.right, scope)];
  const moments = emitMoments(emission, [a, b], binary);
  if (moments !== undefined) return moments;
  for (const side of [a, b]) {
    if (isMoment(side.type.kind) || side.type.kind === 'span')
      throw inconsistentTypes(kindName(side.type.kind), binary.position);
  }
  return plain(binary.operator, a, { right: b, emission });
}

const FIELDS: ReadonlySet<string> = new Set(['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND']);

/** `EXTRACT(YEAR FROM d)`. */
export function emitExtract(
  emission: Emission,
  { field, of, position }: Extract<Expression, { type: 'extract' }>,
  scope: Scope,
): Typed {
  const value = emission.expression(of, scope);
  if (!FIELDS.has(field)) throw notImplemented(`EXTRACT(${field} …)`, position);
  if (!isMoment(value.type.kind)) throw inconsistentTypes(kindName(value.type.kind), position);
  const base =
    value.type.kind === 'timestamptz'
      ? `"SYS".text_base(${value.sql})`
      : coerce(value, value.type.kind === 'date' ? 'date' : 'timestamp', emission.session);
  return typed(`extract(${field} FROM ${base})`, 'number');
}

/** An interval literal, for date arithmetic and for storing: PostgreSQL's interval, and refused where Oracle's own text would show. */
export function emitInterval({ value, unit, position }: Extract<Expression, { type: 'interval' }>): Typed {
  if (!/^[+-]?[\d:. -]+$/.test(value)) throw notImplemented('this interval literal', position);
  return typed(`interval '${value}' ${unit}`, 'span');
}
