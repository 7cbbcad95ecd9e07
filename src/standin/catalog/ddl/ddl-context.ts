import { OraError } from '../../contract/ora-error';
import { coerce } from '../../sql/values/coerce';
import type { Emission } from '../../sql/values/emission';
import { kindOf } from '../../sql/values/kind';
import { EMPTY_SCOPE, sourceOf, type Scope } from '../../sql/values/scope';
import type { OracleColumn, Translation } from '../../contract/translation';
import type { CatalogDictionary } from '../dictionary/memory-dictionary';
import type { ParsedColumn } from './parse-column';

/** What writing DDL needs besides the parsed statement. */
export interface DdlContext {
  readonly emission: Emission;
  readonly dictionary: CatalogDictionary;
}

/** A table as it will be while its constraints are written. */
export interface TableShape {
  readonly owner: string;
  readonly name: string;
  readonly columns: readonly OracleColumn[];
}

/** A DDL translation; `tables` are those whose older SCNs it spoils. */
export function ddl(statements: readonly string[], tables: readonly string[]): Translation {
  return { kind: 'ddl', text: statements.join('\n'), parameters: [], bindCount: 0, locks: false, tables };
}

/** Owner and name of an object to be made or changed: the current schema unless it is qualified. ORA-01918 for an unknown owner. */
export function objectName(
  { emission, dictionary }: DdlContext,
  path: readonly string[],
  position: number,
): { readonly owner: string; readonly name: string } {
  const owner = path.at(-2) ?? emission.session.currentSchema;
  if (!dictionary.users().has(owner)) throw new OraError(1918, `user '${owner}' does not exist`, position);
  requireOwner({ emission, dictionary }, owner, position);
  return { owner, name: path.at(-1) ?? '' };
}

/** ORA-01031 unless the schema is the user's own or he is a DBA. */
function requireOwner({ emission, dictionary }: DdlContext, owner: string, position: number): void {
  const { user } = emission.session;
  if (owner !== user && !dictionary.roles(user).has('DBA'))
    throw new OraError(1031, 'insufficient privileges', position);
}

/** The scope in which a check or an index expression of the table is read: bare column names. */
export function tableScope(table: TableShape): Scope {
  const source = sourceOf(
    table.name,
    table.columns.map((column) => ({ name: column.name, type: { kind: kindOf(column), column } })),
  );
  const columns = source.columns.map((column) => ({ ...column, sql: `"${column.name.replaceAll('"', '""')}"` }));
  return { ...EMPTY_SCOPE, sources: [{ ...source, columns }] };
}

/** ` DEFAULT …` in PostgreSQL. */
export function defaultSql(
  { emission }: DdlContext,
  { column, default: value }: Pick<ParsedColumn, 'column' | 'default'>,
): string {
  if (value === undefined) return '';
  const written = emission.expression(value.expression, EMPTY_SCOPE);
  return ` DEFAULT ${coerce(written, kindOf(column), emission.session)}`;
}

/** ORA-00904 unless every column is there. */
export function requireColumns(table: TableShape, names: readonly string[], position: number): void {
  const missing = names.find((name) => !table.columns.some((column) => column.name === name));
  if (missing !== undefined) throw new OraError(904, `"${missing}": invalid identifier`, position);
}
