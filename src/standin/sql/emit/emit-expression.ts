import { OraError, notImplemented } from '../../contract/ora-error';
import type { Expression, TypeName } from '../parse/ast';
import { coerce, parseMoment } from '../values/coerce';
import { emitBetween, emitComparison, emitIn, emitLike, comparable } from '../values/emit-comparison';
import { emitArithmetic, emitExtract, emitInterval } from './emit-arithmetic';
import type { Emission } from '../values/emission';
import { callFunction } from '../functions/call';
import { PSEUDO_COLUMNS } from '../functions/system';
import { isText, kindName, kindOf, typed, type Typed } from '../values/kind';
import { literal, qualified } from '../values/quote';
import { EMPTY_SCOPE, findColumn, findSource, type Scope } from '../values/scope';
import { inconsistentTypes, invalidIdentifier } from '../parse/syntax-error';
import { oracleColumn } from '../values/oracle-column';
import { storageType } from '../values/storage-type';

type Writers = {
  readonly [Type in Expression['type']]: (
    emission: Emission,
    expression: Extract<Expression, { type: Type }>,
    scope: Scope,
  ) => Typed;
};

function condition(write: (emission: Emission, expression: never, scope: Scope) => string) {
  return (emission: Emission, expression: Expression, scope: Scope): Typed =>
    typed(write(emission, expression as never, scope), 'condition');
}

function emitName(emission: Emission, name: Extract<Expression, { type: 'name' }>, scope: Scope): Typed {
  const column = findColumn(scope, name.path, name.position);
  if (column !== undefined)
    return { sql: column.takesScn === true ? emission.newScn() : column.sql, type: column.type };
  const [only] = name.path;
  const alias = name.path.length === 1 && only !== undefined ? scope.aliases?.get(only) : undefined;
  return alias ?? emitPseudo(emission, name, scope);
}

/** A name that is no column: ROWID, ROWNUM, a sequence, SYSDATE and its like. ORA-00904 for the rest. */
function emitPseudo(
  emission: Emission,
  { path, position }: Extract<Expression, { type: 'name' }>,
  scope: Scope,
): Typed {
  const last = path.at(-1) ?? '';
  if (last === 'ROWID') return emitRowid(path, position, scope);
  if (last === 'NEXTVAL' || last === 'CURRVAL') return emitSequence(emission, path, position);
  const pseudo = PSEUDO_COLUMNS[path.join('.')];
  if (pseudo !== undefined) return pseudo(emission);
  const refused = path.length === 1 ? REFUSED_NAMES[last] : undefined;
  if (refused !== undefined) throw notImplemented(refused, position);
  throw invalidIdentifier(path, position);
}

const REFUSED_NAMES: Readonly<Record<string, string>> = {
  LEVEL: 'CONNECT BY',
  CONNECT_BY_ISLEAF: 'CONNECT BY',
  ORA_ROWSCN: 'ORA_ROWSCN',
  UID: 'UID',
};

function emitRowid(path: readonly string[], position: number, scope: Scope): Typed {
  const source = findSource(scope, path.slice(0, -1), position);
  if (source?.rowid === undefined)
    throw new OraError(
      1445,
      'cannot select ROWID from, or sample, a join view without a key-preserved table',
      position,
    );
  return typed(source.rowid, 'rowid');
}

function emitNumber({ text }: Extract<Expression, { type: 'number' }>): Typed {
  if (/[fFdD]$/.test(text)) return typed(`${text.slice(0, -1)}::float8`, 'double');
  return typed(`${text}::numeric`, 'number');
}

function emitCase(emission: Emission, expression: Extract<Expression, { type: 'case' }>, scope: Scope): Typed {
  const { subject, whens, otherwise } = expression;
  const results = whens.map(({ result }) => emission.expression(result, scope));
  const last = otherwise === undefined ? undefined : emission.expression(otherwise, scope);
  const first = [...results, ...(last === undefined ? [] : [last])].find(
    ({ sql, type }) => sql !== 'NULL' && type.kind !== 'unknown',
  );
  const kind = first === undefined || first.type.kind === 'char' ? 'text' : first.type.kind;
  const parts = whens.map(({ condition: when }, index) => {
    const result = results[index] ?? typed('NULL', 'unknown');
    return `WHEN ${caseTest(emission, { subject, when }, scope)} THEN ${coerce(result, kind, emission.session)}`;
  });
  const end = last === undefined ? '' : ` ELSE ${coerce(last, kind, emission.session)}`;
  return typed(`CASE ${parts.join(' ')}${end} END`, kind);
}

function caseTest(
  emission: Emission,
  { subject, when }: { subject: Expression | undefined; when: Expression },
  scope: Scope,
): string {
  const test = emission.expression(when, scope);
  if (subject === undefined) return test.sql;
  return comparable(emission.expression(subject, scope), test, emission.session).join(' = ');
}

function emitCast(emission: Emission, { of, to }: Extract<Expression, { type: 'cast' }>, scope: Scope): Typed {
  const value = emission.expression(of, scope);
  const column = { ...oracleColumn(to, { name: '', release: emission.session.release }), nullable: true };
  const kind = kindOf(column);
  const source =
    value.type.kind === 'unknown' ? `${value.sql}::${storageType(column)}` : coerce(value, kind, emission.session);
  return { sql: castSql(source, to, column), type: { kind, column } };
}

function castSql(sql: string, to: TypeName, column: ReturnType<typeof oracleColumn>): string {
  if (column.type === 'CHAR' || column.type === 'NCHAR') return `rpad(${sql}, ${column.length ?? 1})`;
  if (column.type === 'VARCHAR2' || column.type === 'NVARCHAR2') return `left(${sql}, ${column.length ?? 4000})`;
  return isText(kindOf(column)) || to.name.startsWith('INTERVAL') ? sql : `(${sql})::${storageType(column)}`;
}

function emitMoment({ of, value, position }: Extract<Expression, { type: 'moment' }>): Typed {
  if (of === 'DATE') {
    if (!/^\s*-?\d{1,4}-\d{1,2}-\d{1,2}\s*$/.test(value))
      throw new OraError(1861, 'literal does not match format string', position);
    const bc = value.trim().startsWith('-');
    return typed(`${literal(bc ? `${value.trim().slice(1)} BC` : value.trim())}::timestamp(0)`, 'date');
  }
  if (/[+-]\d{1,2}:\d{2}\s*$/.test(value))
    return typed(parseMoment(literal(value), 'SYYYY-MM-DD HH24:MI:SS.FF TZH:TZM', 'timestamptz'), 'timestamptz');
  const fraction = /\.(\d+)\s*$/.exec(value)?.[1] ?? '';
  if (fraction.length > 6)
    return typed(literal(value.trim().slice(0, 20) + fraction.padEnd(9, '0').slice(0, 9)), 'timestamp9');
  return typed(`${literal(value)}::timestamp`, 'timestamp');
}

function emitScalar(emission: Emission, { query }: Extract<Expression, { type: 'query' }>, scope: Scope): Typed {
  const inner = emission.query(query, scope);
  if (inner.columns.length > 1) throw new OraError(913, 'too many values');
  return { sql: `(${inner.sql})`, type: inner.columns[0]?.type ?? { kind: 'unknown' } };
}

function emitConcat(emission: Emission, { left, right }: Extract<Expression, { type: 'binary' }>, scope: Scope): Typed {
  const parts = [...concatParts(left), ...concatParts(right)].map((part) => {
    const value = emission.expression(part, scope);
    if (value.type.kind === 'long') throw new OraError(997, 'illegal use of LONG datatype', part.position);
    return value.type.kind === 'unknown' ? `${value.sql}::text` : coerce(value, 'text', emission.session);
  });
  return typed(`NULLIF(concat(${parts.join(', ')}), '')`, 'text');
}

function concatParts(expression: Expression): readonly Expression[] {
  if (expression.type !== 'binary' || expression.operator !== '||') return [expression];
  return [...concatParts(expression.left), ...concatParts(expression.right)];
}

function isNull(emission: Emission, { of, not }: Extract<Expression, { type: 'is-null' }>, scope: Scope): string {
  const value = emission.expression(of, scope);
  return `${value.type.kind === 'unknown' ? `${value.sql}::text` : value.sql} IS ${not ? 'NOT ' : ''}NULL`;
}

function connected(
  emission: Emission,
  { type, items }: Extract<Expression, { type: 'and' | 'or' }>,
  scope: Scope,
): Typed {
  const parts = items.map((item) => {
    const value = emission.expression(item, scope);
    if (value.type.kind !== 'condition') throw new OraError(920, 'invalid relational operator', item.position);
    return value.sql;
  });
  return typed(`(${parts.join(` ${type.toUpperCase()} `)})`, 'condition');
}

function negative(
  emission: Emission,
  { of, position }: Extract<Expression, { type: 'negative' }>,
  scope: Scope,
): Typed {
  const value = emission.expression(of, scope);
  if (!['number', 'double', 'unknown', 'char', 'text'].includes(value.type.kind))
    throw inconsistentTypes(kindName(value.type.kind), position);
  const sql = value.type.kind === 'unknown' ? `${value.sql}::numeric` : coerce(value, 'number', emission.session);
  return typed(`(- ${sql})`, value.type.kind === 'double' ? 'double' : 'number');
}

const WRITERS: Writers = {
  number: (_, expression) => emitNumber(expression),
  string: (_, { value }) =>
    value === ''
      ? typed('NULL', 'unknown')
      : { sql: `${literal(value)}::text`, type: { kind: 'char', literal: value } },
  null: () => typed('NULL', 'unknown'),
  bind: (emission, { index }) => typed(emission.bind(index, 'value'), 'unknown'),
  name: emitName,
  call: callFunction,
  negative,
  binary: (emission, expression, scope) =>
    expression.operator === '||'
      ? emitConcat(emission, expression, scope)
      : emitArithmetic(emission, expression, scope),
  case: emitCase,
  query: emitScalar,
  cast: emitCast,
  extract: emitExtract,
  moment: (_, expression) => emitMoment(expression),
  interval: (_, expression) => emitInterval(expression),
  row: (emission, { items }, scope) =>
    typed(`(${items.map((item) => emission.expression(item, scope).sql).join(', ')})`, 'unknown'),
  compare: condition(emitComparison),
  in: condition(emitIn),
  between: condition(emitBetween),
  like: condition(emitLike),
  'is-null': condition(isNull),
  and: connected,
  or: connected,
  not: (emission, { of }, scope) => typed(`NOT (${emission.expression(of, scope).sql})`, 'condition'),
  exists: (emission, { query }, scope) => typed(`EXISTS (${emission.query(query, scope).sql})`, 'condition'),
};

/** Any expression or condition in PostgreSQL, with what kind of value it is. */
export function emitExpression(emission: Emission, expression: Expression, scope: Scope = EMPTY_SCOPE): Typed {
  const write = WRITERS[expression.type] as (emission: Emission, expression: Expression, scope: Scope) => Typed;
  return write(emission, expression, scope);
}

/** `seq.NEXTVAL` and `seq.CURRVAL`. ORA-02289. */
function emitSequence(emission: Emission, path: readonly string[], position: number): Typed {
  const name = path.at(-2) ?? '';
  const owner = path.at(-3) ?? emission.session.currentSchema;
  if (!emission.dictionary.sequence(owner, name)) throw new OraError(2289, 'sequence does not exist', position);
  const call = path.at(-1) === 'NEXTVAL' ? 'nextval' : 'currval';
  return typed(`${call}(${literal(qualified(owner, name))})::numeric`, 'number');
}
