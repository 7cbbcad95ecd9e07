import { withQualifiedNames } from '../session/qualified-names';
import type { TableName, TargetForeignKey } from '../../core/ports/target';
import type { Session } from '../session/session';
import { equalities, ident, pairsOf, qualified } from '../session/sql';
import { columnNames, IS_ENFORCED } from './constraint-sql';

/** A foreign key as the catalogue has it, with the names of the tables it really joins. */
export interface LiveForeignKey extends TargetForeignKey {
  /** As `pg_get_constraintdef` writes it, all names qualified. */
  readonly definition: string;
  readonly validated: boolean;
  readonly comment: string | null;
}

const FOREIGN_KEYS = `
  select c.conname::text as name, pg_get_constraintdef(c.oid) as definition, c.convalidated as validated,
    obj_description(c.oid, 'pg_constraint') as comment,
    case c.confmatchtype when 'f' then 'full' else 'simple' end as match, n.nspname::text as parent_schema, p.relname::text as parent_name,
    ${columnNames('own')} as columns,
    ${columnNames('parent')} as parent_columns
  from pg_constraint c join pg_class p on p.oid = c.confrelid join pg_namespace n on n.oid = p.relnamespace
  where c.conrelid = to_regclass($1) and c.contype = 'f' and c.conparentid = 0
    and ${IS_ENFORCED}
  order by c.conname`;

/** The foreign keys of a table that the server enforces, by name. */
export async function readForeignKeys(session: Session, table: TableName): Promise<LiveForeignKey[]> {
  interface Row {
    readonly name: string;
    readonly definition: string;
    readonly validated: boolean;
    readonly comment: string | null;
    readonly match: 'simple' | 'full';
    readonly parent_schema: string;
    readonly parent_name: string;
    readonly columns: string[];
    readonly parent_columns: string[];
  }
  const rows = await withQualifiedNames(session, async () => {
    const found = await session.query<Row>(FOREIGN_KEYS, [qualified(table)]);
    return found.rows;
  });
  return rows.map(({ parent_schema: schema, parent_name: name, parent_columns: parentColumns, ...key }) => ({
    ...key,
    parent: { schema, name },
    parentColumns,
  }));
}

/** What a reference is, and the rows that it may lead to: see `parentRowsOf`. */
export interface Reference extends Pick<TargetForeignKey, 'columns' | 'parentColumns' | 'match'> {
  readonly parents: readonly string[];
}

/** Whether a key compares periods (PERIOD): its columns are not equal to those of a parent, so that no policy applies to it. */
export function isTemporal({ definition }: Pick<LiveForeignKey, 'definition'>): boolean {
  return /^FOREIGN KEY \([^()]*\bPERIOD [^()]*\) REFERENCES /.test(definition);
}

/** SQL: the row `c` has all columns of the key and no parent; under MATCH FULL also one that has some of them only. */
export function orphanCondition({ columns, parents, parentColumns, match }: Reference): string {
  const isFilled = columns.map((column) => `c.${ident(column)} is not null`);
  const filled = isFilled.join(' and ');
  const none = parents.map(
    (rows) => `not exists (select from ${rows} p where ${equalities('p', 'c', pairsOf(parentColumns, columns))})`,
  );
  const orphan = [filled, ...none].join(' and ');
  return match === 'full' ? `(${orphan} or (${isFilled.join(' or ')}) and not (${filled}))` : orphan;
}
