import { OraError, notImplemented } from '../../contract/ora-error';
import type { Expression } from '../../sql/parse/ast';
import type { Cursor } from '../../sql/parse/cursor';
import { parseCondition } from '../../sql/parse/parse-condition';
import { parseExpression } from '../../sql/parse/parse-expression';

export interface Reference {
  readonly path: readonly string[];
  readonly columns: readonly string[];
  readonly deleteRule: 'NO ACTION' | 'CASCADE' | 'SET NULL';
  readonly position: number;
}

export interface ConstraintState {
  readonly enabled: boolean;
  readonly validated: boolean;
  readonly deferrable: boolean;
  readonly deferred: boolean;
  readonly rely: boolean;
}

/** A constraint as written. `NOT NULL` is a check of its own kind. */
export interface ParsedConstraint extends ConstraintState {
  readonly name?: string;
  readonly type: 'P' | 'U' | 'C' | 'R' | 'NOT NULL';
  readonly columns: readonly string[];
  readonly condition?: { readonly expression: Expression; readonly text: string };
  readonly reference?: Reference;
  readonly position: number;
}

/** A word of the state clause and what it changes. */
const STATES: readonly (readonly [readonly string[], Partial<ConstraintState>])[] = [
  [['NOT', 'DEFERRABLE'], {}],
  [['DEFERRABLE'], { deferrable: true }],
  [['INITIALLY', 'DEFERRED'], { deferred: true, deferrable: true }],
  [['INITIALLY', 'IMMEDIATE'], {}],
  [['ENABLE', 'NOVALIDATE'], { validated: false }],
  [['ENABLE', 'VALIDATE'], {}],
  [['ENABLE'], {}],
  [['DISABLE', 'NOVALIDATE'], { enabled: false, validated: false }],
  [['DISABLE', 'VALIDATE'], { enabled: false }],
  [['DISABLE'], { enabled: false, validated: false }],
  [['NOVALIDATE'], { validated: false }],
  [['VALIDATE'], {}],
  [['RELY'], { rely: true }],
  [['NORELY'], {}],
];

/** `USING INDEX [name | ( … ) | storage]`: which index serves a key is PostgreSQL's business. */
function skipUsingIndex(cursor: Cursor): boolean {
  if (!cursor.accept('USING', 'INDEX')) return false;
  if (cursor.accept('(')) {
    for (let depth = 1; depth > 0;) {
      const { type, text } = cursor.take();
      if (type === 'end') cursor.expect(')');
      if (type === 'symbol') depth += text === '(' ? 1 : text === ')' ? -1 : 0;
    }
    return true;
  }
  if (cursor.accept('TABLESPACE')) cursor.name();
  return true;
}

/** ENABLE, DISABLE, DEFERRABLE and the like, in any order. */
export function parseState(cursor: Cursor): ConstraintState {
  let state: ConstraintState = { enabled: true, validated: true, deferrable: false, deferred: false, rely: false };
  for (;;) {
    if (skipUsingIndex(cursor)) continue;
    const found = STATES.find(([words]) => cursor.accept(...words));
    if (found === undefined) return state;
    state = { ...state, ...found[1] };
  }
}

function reference(cursor: Cursor): Reference {
  const position = cursor.position;
  cursor.expect('REFERENCES');
  const path = cursor.path();
  const columns = cursor.sees('(') ? cursor.list(() => cursor.name()) : [];
  return { path, columns, deleteRule: deleteRule(cursor), position };
}

function deleteRule(cursor: Cursor): Reference['deleteRule'] {
  if (!cursor.accept('ON', 'DELETE')) return 'NO ACTION';
  if (cursor.accept('CASCADE')) return 'CASCADE';
  cursor.expect('SET', 'NULL');
  return 'SET NULL';
}

function checked(cursor: Cursor): NonNullable<ParsedConstraint['condition']> {
  cursor.expect('CHECK', '(');
  const from = cursor.position;
  const expression = parseCondition(cursor, parseExpression);
  const text = cursor.sql.slice(from, cursor.lastEnd);
  cursor.expect(')');
  return { expression, text };
}

type Body = Pick<ParsedConstraint, 'type' | 'columns' | 'condition' | 'reference'>;

function inlineBody(cursor: Cursor, column: string): Body | undefined {
  if (cursor.accept('NOT', 'NULL')) return { type: 'NOT NULL', columns: [column] };
  if (cursor.accept('PRIMARY')) {
    cursor.expect('KEY');
    return { type: 'P', columns: [column] };
  }
  if (cursor.accept('UNIQUE')) return { type: 'U', columns: [column] };
  if (cursor.sees('CHECK')) return { type: 'C', columns: [column], condition: checked(cursor) };
  return cursor.sees('REFERENCES') ? { type: 'R', columns: [column], reference: reference(cursor) } : undefined;
}

function outOfLineBody(cursor: Cursor): Body | undefined {
  if (cursor.accept('PRIMARY')) {
    cursor.expect('KEY');
    return { type: 'P', columns: cursor.list(() => cursor.name()) };
  }
  if (cursor.sees('UNIQUE', '(')) {
    cursor.expect('UNIQUE');
    return { type: 'U', columns: cursor.list(() => cursor.name()) };
  }
  if (cursor.sees('CHECK')) return { type: 'C', columns: [], condition: checked(cursor) };
  if (!cursor.accept('FOREIGN')) return undefined;
  cursor.expect('KEY');
  return { type: 'R', columns: cursor.list(() => cursor.name()), reference: reference(cursor) };
}

function constraint(cursor: Cursor, body: () => Body | undefined): ParsedConstraint | undefined {
  const position = cursor.position;
  const name = cursor.accept('CONSTRAINT') ? cursor.name() : undefined;
  const parsed = body();
  if (parsed === undefined) {
    if (name !== undefined) throw new OraError(2253, 'constraint specification not allowed here', position);
    return undefined;
  }
  return { ...(name === undefined ? {} : { name }), ...parsed, ...parseState(cursor), position };
}

/** The constraints after a column's type. */
export function parseInlineConstraints(cursor: Cursor, column: string): readonly ParsedConstraint[] {
  const found: ParsedConstraint[] = [];
  for (;;) {
    if (cursor.accept('NULL')) continue;
    if (cursor.sees('GENERATED') || cursor.sees('AS', '('))
      throw notImplemented('virtual and identity columns', cursor.position);
    const one = constraint(cursor, () => inlineBody(cursor, column));
    if (one === undefined) return found;
    found.push(one);
  }
}

/** A constraint standing by itself in a table's definition; undefined when a column comes instead. */
export function parseTableConstraint(cursor: Cursor): ParsedConstraint | undefined {
  return constraint(cursor, () => outOfLineBody(cursor));
}
