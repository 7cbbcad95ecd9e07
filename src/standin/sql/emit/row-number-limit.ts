import { notImplemented } from '../../contract/ora-error';
import type { Expression } from '../parse/ast';
import type { Emission } from '../values/emission';
import { EMPTY_SCOPE } from '../values/scope';

export interface Filter {
  readonly where?: Expression;
  /** PostgreSQL text of the number of rows ROWNUM lets through. */
  readonly limit?: string;
}

const FLIPPED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '=': '=' };

function isRownum(expression: Expression): boolean {
  return expression.type === 'name' && expression.path.length === 1 && expression.path[0] === 'ROWNUM';
}

function bound(emission: Emission, operator: string, value: Expression): string | undefined {
  if (operator === '<=' && value.type === 'number' && /^\d{1,18}$/.test(value.text)) return value.text;
  if (operator === '<=') return `greatest(floor(${numeric(emission, value)}), 0)::bigint`;
  if (operator === '<') return `greatest(ceil(${numeric(emission, value)}) - 1, 0)::bigint`;
  if (operator === '=' && value.type === 'number' && value.text === '1') return '1';
  return undefined;
}

function numeric(emission: Emission, value: Expression): string {
  const { sql, type } = emission.expression(value, EMPTY_SCOPE);
  return type.kind === 'number' ? sql : `${sql}::numeric`;
}

function limitOf(emission: Emission, condition: Expression): string | undefined {
  const between = condition.type === 'between' && !condition.not && isRownum(condition.of);
  if (between && condition.low.type === 'number' && condition.low.text === '1')
    return bound(emission, '<=', condition.high);
  if (condition.type !== 'compare') return undefined;
  if (isRownum(condition.left)) return bound(emission, condition.operator, condition.right);
  if (isRownum(condition.right)) return bound(emission, FLIPPED[condition.operator] ?? '', condition.left);
  return undefined;
}

function mentions(expression: unknown): boolean {
  if (typeof expression !== 'object' || expression === null) return false;
  if ('body' in expression) return false;
  if ('type' in expression && isRownum(expression as Expression)) return true;
  return Object.values(expression).some(mentions);
}

/** Takes `ROWNUM <= n` out of a WHERE made of ANDs. ORA-03001 for any other use of ROWNUM in it. */
export function splitRownum(emission: Emission, where: Expression | undefined): Filter {
  if (where === undefined || !mentions(where)) return where === undefined ? {} : { where };
  const conditions = where.type === 'and' ? where.items : [where];
  const rest: Expression[] = [];
  const limits: string[] = [];
  for (const condition of conditions) {
    const limit = limitOf(emission, condition);
    if (limit !== undefined) limits.push(limit);
    else if (mentions(condition)) throw notImplemented('ROWNUM other than WHERE ROWNUM <= n', condition.position);
    else rest.push(condition);
  }
  const remaining: Filter = rest.length === 0 ? {} : { where: { type: 'and', items: rest, position: where.position } };
  return { ...remaining, limit: limits.length === 1 ? limits.join('') : `least(${limits.join(', ')})` };
}
