import { OraError, notImplemented } from '../../contract/ora-error';
import type { Cursor } from '../../sql/parse/cursor';
import type { Relation } from '../../sql/values/dictionary';
import { identifier, literal, qualified } from '../../sql/values/quote';
import type { StoredConstraint } from '../dictionary/load-dictionary';
import { catalogCall } from './catalog-row';
import type { DdlContext } from './ddl-context';

/** The text of the check that a NOT NULL is in the dictionary. */
export function notNullCondition(column: string): string {
  return `"${column}" IS NOT NULL`;
}

/** True of a check that stands for a NOT NULL. */
export function isNotNull({ type, condition, columns: [column = ''] }: StoredConstraint): boolean {
  return type === 'C' && condition === notNullCondition(column);
}

/** Marks a column as nullable or not in the catalogue. */
export function nullabilityRow(table: { owner: string; name: string }, column: string, nullable: 'yes' | 'no'): string {
  const key = `owner = ${literal(table.owner)} AND table_name = ${literal(table.name)} AND name = ${literal(column)}`;
  return `UPDATE "SYS".stored_column SET nullable = ${nullable === 'yes'} WHERE ${key};`;
}

/** Numbers and words of the errors that differ with the verb. */
const MISSING = {
  DROP: [2443, 'Cannot drop constraint  - nonexistent constraint'],
  ENABLE: [2430, 'cannot enable constraint - no such constraint'],
  DISABLE: [2431, 'cannot disable constraint - no such constraint'],
} as const;

/** `CONSTRAINT c`, `PRIMARY KEY` or `UNIQUE (…)` of the table. ORA-02443, 02430, 02431. */
export function namedConstraint(
  context: DdlContext,
  cursor: Cursor,
  { table, verb }: { table: Relation; verb: keyof typeof MISSING },
): StoredConstraint {
  const position = cursor.position;
  const own = context.dictionary.constraintsOf(table.owner, table.name);
  const found = own.find(selector(cursor));
  const [ora, text] = MISSING[verb];
  if (found === undefined) throw new OraError(ora, text, position);
  return found;
}

function selector(cursor: Cursor): (constraint: StoredConstraint) => boolean {
  if (cursor.accept('PRIMARY', 'KEY')) return ({ type }) => type === 'P';
  if (cursor.accept('UNIQUE')) {
    const columns = cursor.list(() => cursor.name()).join('\n');
    return (one) => one.type === 'U' && one.columns.join('\n') === columns;
  }
  if (!cursor.accept('CONSTRAINT')) throw notImplemented(`ALTER TABLE … ${cursor.peek().text}`, cursor.position);
  const name = cursor.name();
  return (one) => one.name === name;
}

/** Statements after which PostgreSQL no longer enforces a constraint; the catalogue keeps it. Its index goes with a key. */
export function unenforced(context: DdlContext, constraint: StoredConstraint): readonly string[] {
  const { owner, name, type, table } = constraint;
  const head = `ALTER TABLE ${qualified(owner, table)}`;
  const isKey = type === 'P' || type === 'U';
  return [
    `${head} DROP CONSTRAINT IF EXISTS ${identifier(name)};`,
    // a UNIQUE of several columns is an index only
    ...(isKey ? [`DROP INDEX IF EXISTS ${qualified(owner, name)};`, catalogCall('forget_index', owner, name)] : []),
    ...columnsFreed(context, constraint).flatMap((column) => [
      `${head} ALTER COLUMN ${identifier(column)} DROP NOT NULL;`,
      nullabilityRow({ owner, name: table }, column, 'yes'),
    ]),
  ];
}

/** Columns that may be NULL once the constraint is gone. */
function columnsFreed({ dictionary }: DdlContext, constraint: StoredConstraint): readonly string[] {
  if (!isNotNull(constraint) && constraint.type !== 'P') return [];
  const others = dictionary
    .constraintsOf(constraint.owner, constraint.table)
    .filter((one) => one.name !== constraint.name && one.enabled && (isNotNull(one) || one.type === 'P'));
  return constraint.columns.filter((column) => !others.some((one) => one.columns.includes(column)));
}
