import { OraError } from '../../contract/ora-error';
import { Cursor } from '../../sql/parse/cursor';
import type { Relation } from '../../sql/values/dictionary';
import { parseCondition } from '../../sql/parse/parse-condition';
import { parseExpression } from '../../sql/parse/parse-expression';
import { parseQuery } from '../../sql/parse/parse-query';
import { literal } from '../../sql/values/quote';
import type { StoredConstraint } from '../dictionary/load-dictionary';
import { catalogCall } from './catalog-row';
import type { DdlContext } from './ddl-context';
import type { Reference } from './parse-constraint';
import { isNotNull, namedConstraint, nullabilityRow, unenforced } from './stored-constraint';
import { cataloguedIndex, enforceConstraint, type NamedConstraint } from './write-constraint';

/** `DROP CONSTRAINT c [CASCADE]`. ORA-02273 for a key that foreign keys point to, unless they are to go too. */
export function dropConstraint(context: DdlContext, cursor: Cursor, table: Relation): readonly string[] {
  const constraint = namedConstraint(context, cursor, { table, verb: 'DROP' });
  const dependants = context.dictionary.referencesTo(constraint);
  if (!cursor.accept('CASCADE') && dependants.length > 0)
    throw new OraError(2273, 'this unique/primary key is referenced by some foreign keys');
  return [...dependants, constraint].flatMap((one) => [
    ...unenforced(context, one),
    catalogCall('forget_constraint', one.owner, one.name),
  ]);
}

/** `DISABLE [VALIDATE | NOVALIDATE] CONSTRAINT c [CASCADE]`. ORA-02297 for a key with enabled foreign keys. */
export function disableConstraint(context: DdlContext, cursor: Cursor, table: Relation): readonly string[] {
  const validated = cursor.accept('VALIDATE');
  cursor.accept('NOVALIDATE');
  const constraint = namedConstraint(context, cursor, { table, verb: 'DISABLE' });
  const dependants = context.dictionary.referencesTo(constraint).filter(({ enabled }) => enabled);
  if (!cursor.accept('CASCADE') && dependants.length > 0) {
    const name = `${constraint.owner}.${constraint.name}`;
    throw new OraError(2297, `cannot disable constraint (${name}) - dependencies exist`);
  }
  return [...dependants, constraint].flatMap((one) => [
    ...unenforced(context, one),
    stateRow(one, { enabled: false, validated }),
  ]);
}

/** `ENABLE [VALIDATE | NOVALIDATE] CONSTRAINT c`; rows that break it are found when it runs. */
export function enableConstraint(context: DdlContext, cursor: Cursor, table: Relation): readonly string[] {
  const validated = !cursor.accept('NOVALIDATE');
  cursor.accept('VALIDATE');
  const constraint = namedConstraint(context, cursor, { table, verb: 'ENABLE' });
  if (constraint.enabled) return [];
  const { name, type, columns, generated } = constraint;
  const isKey = type === 'P' || type === 'U';
  const required = type === 'P' || isNotNull(constraint) ? columns : [];
  return [
    enforceConstraint(context, table, written(context, constraint, { validated })),
    ...(isKey ? cataloguedIndex(table, { name, columns, unique: true, generated }) : []),
    ...required.map((column) => nullabilityRow(table, column, 'no')),
    stateRow(constraint, { enabled: true, validated }),
  ];
}

function stateRow({ owner, name }: StoredConstraint, state: { enabled: boolean; validated: boolean }): string {
  const set = `enabled = ${state.enabled}, validated = ${state.validated}`;
  return `UPDATE "SYS".stored_constraint SET ${set} WHERE owner = ${literal(owner)} AND name = ${literal(name)};`;
}

/** A constraint of the catalogue as it was written once. */
function written(
  context: DdlContext,
  constraint: StoredConstraint,
  { validated }: { validated: boolean },
): NamedConstraint {
  const { name, type, columns, generated, deferrable, deferred, rely, condition } = constraint;
  const base = { name, columns, generated, deferrable, deferred, rely, enabled: true, validated, position: -1 };
  if (isNotNull(constraint)) return { ...base, type: 'NOT NULL' };
  if (type === 'C' && condition !== null) return { ...base, type, condition: checked(context, condition) };
  return type === 'R' ? { ...base, type, reference: reference(context, constraint) } : { ...base, type };
}

function checked({ emission }: DdlContext, text: string): NonNullable<NamedConstraint['condition']> {
  const cursor = new Cursor(text, emission.session.release, parseQuery);
  return { expression: parseCondition(cursor, parseExpression), text };
}

function reference({ dictionary }: DdlContext, { r_owner, r_name, delete_rule }: StoredConstraint): Reference {
  const key = dictionary.namedConstraint(r_owner ?? '', r_name ?? '');
  const path = [key?.owner ?? '', key?.table ?? ''];
  return { path, columns: key?.columns ?? [], deleteRule: delete_rule ?? 'NO ACTION', position: -1 };
}
