import { OraError } from '../../contract/ora-error';
import type { SqlType, Typed } from './kind';
import { identifier } from './quote';

/** A column a name may resolve to. */
export interface ScopeColumn {
  readonly name: string;
  readonly sql: string;
  readonly type: SqlType;
  readonly takesScn?: boolean;
}

/** One row source of a FROM clause. */
export interface Source {
  /** The alias, or the table's name where there is none. */
  readonly alias: string;
  readonly owner?: string;
  readonly columns: readonly ScopeColumn[];
  /** The PostgreSQL text of its ROWID; absent where it has none. */
  readonly rowid?: string;
}

/** Columns of a WITH query, readable below it. */
export interface CommonTable {
  readonly name: string;
  readonly columns: readonly ScopeColumn[];
}

export interface Scope {
  readonly sources: readonly Source[];
  readonly common: readonly CommonTable[];
  readonly parent?: Scope;
  /** Aliases of select items, which ORDER BY may use. */
  readonly aliases?: ReadonlyMap<string, Typed>;
}

export const EMPTY_SCOPE: Scope = { sources: [], common: [] };

function matches(source: Source, qualifier: readonly string[]): boolean {
  const [last, owner] = [qualifier.at(-1), qualifier.at(-2)];
  return last === undefined || (source.alias === last && (owner === undefined || source.owner === owner));
}

/** The column a path names, from the innermost scope outwards. ORA-00918 when two sources have it. */
export function findColumn(scope: Scope, path: readonly string[], position: number): ScopeColumn | undefined {
  const name = path.at(-1) ?? '';
  const candidates = scope.sources
    .filter((source) => matches(source, path.slice(0, -1)))
    .flatMap((source) => source.columns.filter((column) => column.name === name));
  if (candidates.length > 1) throw new OraError(918, 'column ambiguously defined', position);
  if (candidates[0] !== undefined) return candidates[0];
  return scope.parent === undefined ? undefined : findColumn(scope.parent, path, position);
}

/** The row source a qualifier names; without one, the only source. */
export function findSource(scope: Scope, qualifier: readonly string[], position: number): Source | undefined {
  const candidates = scope.sources.filter((source) => matches(source, qualifier));
  if (candidates.length > 1) throw new OraError(918, 'column ambiguously defined', position);
  if (candidates[0] !== undefined) return candidates[0];
  return scope.parent === undefined ? undefined : findSource(scope.parent, qualifier, position);
}

/** The WITH query of this name, innermost first. */
export function findCommon(scope: Scope | undefined, name: string): CommonTable | undefined {
  if (scope === undefined) return undefined;
  return scope.common.find((table) => table.name === name) ?? findCommon(scope.parent, name);
}

/** A source whose columns are read through `alias`. */
export function sourceOf(alias: string, columns: readonly Omit<ScopeColumn, 'sql'>[], owner?: string): Source {
  const own = columns.map((column) => ({ ...column, sql: `${identifier(alias)}.${identifier(column.name)}` }));
  return { alias, columns: own, ...(owner === undefined ? {} : { owner }) };
}
