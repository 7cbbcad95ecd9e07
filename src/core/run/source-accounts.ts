/** A mapping's part in the rows of one legacy table. */
export interface RowClaim {
  readonly entity: string;
  /** Rows that meet the mapping's condition. */
  readonly taken: number;
  /** Those of them that meet the operator's as well (`--where`). */
  readonly loaded: number;
  /** False: a mapping of the project that is no part of the run (`--entity`). */
  readonly inRun: boolean;
}

/** What becomes of each row of a legacy table, view or query, counted once; or of a table that nothing reads. */
export interface SourceAccount {
  /** `OWNER.NAME`; of a query its name. */
  readonly source: string;
  readonly kind: 'table' | 'view' | 'query';
  readonly mark: 'temporary' | 'external' | null;
  /** SCN of the counts; null without a snapshot. */
  readonly scn: string | null;
  /** Null where they were not counted: a temporary table has none of its own, or `problem` says why. */
  readonly rows: RowFigures | null;
  readonly claims: readonly RowClaim[];
  /** Entities whose query or view names it in `reads`: which of its rows they take is not known. */
  readonly readBy: readonly string[];
  /** Entities that look values up in it. */
  readonly lookedUpBy: readonly string[];
  /** Why rows, or all of it, stay behind on purpose. */
  readonly reasons: readonly string[];
  /** Why its rows could not be counted; null where they were, or where there are none to count. */
  readonly problem: string | null;
  /** Entities that read it, a view or query, and do not say which tables it reads; none where absent. */
  readonly readsUnsaid?: readonly string[];
}

/** Every row is one of `once`, `leftByChoice`, `ofOthers` and `none`. */
export interface RowFigures {
  readonly total: number;
  /** Rows that the run loads, each once however many of its mappings take it. */
  readonly once: number;
  /** Rows that more than one mapping of the run loads. */
  readonly several: number;
  /** Rows left out by the operator's condition alone. */
  readonly leftByChoice: number;
  /** Rows that only mappings outside of the run take. */
  readonly ofOthers: number;
  /** Rows that no mapping takes. */
  readonly none: number;
}

/** Rows of a mapped table that no mapping takes, for no reason given, and no view or query may take either. */
export function untakenRows(account: SourceAccount): number {
  return account.readBy.length > 0 ? 0 : rowsOfNone(account);
}

/** Rows that no mapping of the table takes, for no reason given, where a view or query reads the table as well: it may take all, some or none. */
export function undecidedRows(account: SourceAccount): number {
  return account.readBy.length > 0 ? rowsOfNone(account) : 0;
}

function rowsOfNone({ rows, claims, reasons }: SourceAccount): number {
  return rows === null || claims.length === 0 || reasons.length > 0 ? 0 : rows.none;
}

/**
 * Whether nobody can say which of its rows no mapping takes: the database refuses to count them, a view or query does not say which tables
 * it reads, or one that names this table may take the rows that its mappings leave. A reason says that rows stay behind, however many they are.
 */
export function isUnaccounted(account: SourceAccount): boolean {
  const { claims, problem, reasons, readsUnsaid = [] } = account;
  const isRefused = claims.length > 0 && problem !== null && reasons.length === 0;
  return readsUnsaid.length > 0 || isRefused || undecidedRows(account) > 0;
}

/** Whether nothing reads the table, for no reason given. A temporary table has no rows but those of a session at work. */
export function isForgotten({ claims, readBy, lookedUpBy, reasons, mark }: SourceAccount): boolean {
  return claims.length + readBy.length + lookedUpBy.length + reasons.length === 0 && mark !== 'temporary';
}

/** Whether nothing of the source is left without a reason. */
export function isAllTaken(accounts: readonly SourceAccount[]): boolean {
  return accounts.every((account) => untakenRows(account) === 0 && !isForgotten(account) && !isUnaccounted(account));
}

/**
 * The state of a run in words: one that has left something behind without a reason is loaded, and not complete. Whether it has is not known
 * where nobody has counted (null).
 */
export function stateText(state: string, accounts: readonly SourceAccount[] | null): string {
  if (state !== 'complete') return state;
  if (accounts === null) return 'loaded; which rows no mapping takes is not known';
  return isAllTaken(accounts) ? state : 'loaded, but not complete';
}

/** What a validation has counted of the source. */
interface Counted {
  readonly sources?: readonly SourceAccount[] | null;
  readonly verdicts: readonly { readonly entity: string }[];
}

/**
 * The accounts of a run as they were counted last: a validation of single entities counts their tables alone. A run that an earlier cutover
 * has loaded kept none; its first are those of a validation of all its entities. Null: not known, which is not "nothing left".
 */
export function latestAccounts(
  ofRun: readonly SourceAccount[] | null,
  validations: readonly Counted[],
  entities: readonly string[],
): readonly SourceAccount[] | null {
  const first = validations.findIndex((validation) => isOfAll(validation, entities));
  const known = ofRun ?? validations[first]?.sources ?? null;
  if (known === null) return null;
  const since = ofRun === null ? validations.slice(first) : validations;
  const accounts = new Map(known.map((account) => [account.source, account]));
  for (const account of since.flatMap(({ sources }) => sources ?? [])) accounts.set(account.source, account);
  return [...accounts.values()];
}

function isOfAll({ sources, verdicts }: Counted, entities: readonly string[]): boolean {
  const validated = verdicts.map(({ entity }) => entity);
  return (sources ?? []).length > 0 && entities.every((entity) => validated.includes(entity));
}

/** Those whose rows mappings take. */
export function mappedSources(accounts: readonly SourceAccount[]): readonly SourceAccount[] {
  return accounts.filter(({ claims }) => claims.some(({ inRun }) => inRun));
}

/** The figures of several sources together. */
export function sumOfRows(accounts: readonly SourceAccount[]): RowFigures {
  const sum = (of: (rows: RowFigures) => number): number =>
    accounts.reduce((total, { rows }) => total + (rows === null ? 0 : of(rows)), 0);
  return {
    total: sum(({ total }) => total),
    once: sum(({ once }) => once),
    several: sum(({ several }) => several),
    leftByChoice: sum(({ leftByChoice }) => leftByChoice),
    ofOthers: sum(({ ofOthers }) => ofOthers),
    none: sum(({ none }) => none),
  };
}
