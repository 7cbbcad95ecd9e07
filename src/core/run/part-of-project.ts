import type { SourceAccount } from './source-accounts';

/** What a run of some entities leaves of its project. */
export interface PartOfProject {
  /** Entities of the run, and of the project. */
  readonly entities: number;
  readonly of: number;
  /** Entities of the project that are not in the run. */
  readonly missing: readonly string[];
  /** Rows that only these take; null where no table was counted. */
  readonly rows: number | null;
  /** Tables, views and queries that these rows are of, or that were not counted. */
  readonly sources: readonly string[];
}

/** The part of its project that a run does; null where it does all of it, or the ledger does not say. */
export function partOfProject(run: readonly string[], accounts: readonly SourceAccount[] | null): PartOfProject | null {
  const claims = (accounts ?? []).flatMap((account) => account.claims);
  const outside = claims.filter(({ entity, inRun }) => !inRun && !run.includes(entity)).map(({ entity }) => entity);
  const missing = [...new Set(outside)];
  if (missing.length === 0) return null;
  const theirs = (accounts ?? []).filter(
    (account) =>
      account.claims.some(({ entity }) => missing.includes(entity)) &&
      (account.rows === null || account.rows.ofOthers > 0),
  );
  // What a view or query gives is made of rows of tables: as rows of the source they would count twice.
  const counted = theirs.flatMap(({ kind, rows }) => (kind === 'table' && rows !== null ? [rows.ofOthers] : []));
  return {
    entities: run.length,
    of: run.length + missing.length,
    missing,
    rows: counted.length === 0 ? null : counted.reduce((sum, rows) => sum + rows, 0),
    sources: theirs.map(({ source }) => source),
  };
}
