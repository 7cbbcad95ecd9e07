/** What one Oracle statement becomes: the contract between the dialect (sql, catalog) and the session that runs it. */

/** Which Oracle the stand-in plays. `11.2-thin` speaks 11.2's dictionary and SQL but lets the Thin driver in. */
export type Release = '19c' | '11.2' | '11.2-thin';

export type StatementKind = 'query' | 'dml' | 'ddl' | 'alter-session' | 'commit' | 'rollback' | 'savepoint' | 'no-op';

/** Feeds one `$n` of the PostgreSQL text. */
export type Parameter =
  /** the placeholder occurrence `index` (0-based, in text order) of the Oracle statement; `rowid`: 18 characters → `(block,slot)` */
  | { readonly from: 'bind'; readonly index: number; readonly as: 'value' | 'rowid' }
  /** a new SCN taken now (a snapshot is kept for it), as decimal text */
  | { readonly from: 'new-scn' };

export interface Translation {
  readonly kind: StatementKind;
  /** PostgreSQL text; for `ddl` it may be several statements, run in one transaction that commits. Empty for no-op kinds. */
  readonly text: string;
  readonly parameters: readonly Parameter[];
  /** How many placeholder occurrences the Oracle text has. */
  readonly bindCount: number;
  /**
   * Set by `AS OF SCN`, one entry per table read so: decimal text, or the placeholder occurrence that carries it. The statement
   * runs on one snapshot, so they must turn out to be the same number.
   */
  readonly asOfScn?: readonly (string | { readonly bind: number })[];
  /** Takes row locks (FOR UPDATE), so a transaction is opened for it. */
  readonly locks: boolean;
  /** Stored tables read or written, `OWNER.NAME`, upper case as stored; DDL: the tables it alters. */
  readonly tables: readonly string[];
  /** Names of the result columns as Oracle would show them, in order; absent where PostgreSQL's own are right. */
  readonly columnNames?: readonly string[];
  /** Oracle types of result columns that no table column gives (`TO_CHAR(d)`, `SYSDATE`); undefined entry: ask `columnOf`. */
  readonly columnTypes?: readonly (OracleColumn | undefined)[];
  /** For `alter-session`: parameter → value, names in upper case. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** The session state that changes what a statement means. */
export interface DialectSession {
  /** Upper case. */
  readonly user: string;
  readonly currentSchema: string;
  readonly release: Release;
  /** NLS_DATE_FORMAT, NLS_TIMESTAMP_FORMAT, TIME_ZONE, … as set by ALTER SESSION or defaulted. */
  readonly settings: Readonly<Record<string, string>>;
}

/** True Oracle type of a stored column or of a dictionary view's column. */
export interface OracleColumn {
  readonly name: string;
  readonly type:
    | 'VARCHAR2'
    | 'NVARCHAR2'
    | 'CHAR'
    | 'NCHAR'
    | 'NUMBER'
    | 'FLOAT'
    | 'LONG'
    | 'LONG RAW'
    | 'DATE'
    | 'TIMESTAMP'
    | 'TIMESTAMP WITH TIME ZONE'
    | 'TIMESTAMP WITH LOCAL TIME ZONE'
    | 'INTERVAL YEAR TO MONTH'
    | 'INTERVAL DAY TO SECOND'
    | 'RAW'
    | 'BINARY_FLOAT'
    | 'BINARY_DOUBLE'
    | 'ROWID'
    | 'UROWID'
    | 'CLOB'
    | 'NCLOB'
    | 'BLOB';
  /** Characters for character types declared CHAR, bytes otherwise; RAW: bytes. */
  readonly length?: number;
  readonly charUsed?: 'B' | 'C';
  /** NUMBER(p,s); TIMESTAMP(n) and INTERVAL keep their fraction digits in `scale`. */
  readonly precision?: number;
  readonly scale?: number;
  readonly nullable: boolean;
}

/** Facts of a PostgreSQL error response that decide which ORA- error it becomes. */
export interface BackendError {
  readonly sqlState: string;
  readonly message: string;
  readonly detail?: string;
  /** 1-based character position in the PostgreSQL text. */
  readonly position?: number;
  readonly schema?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
}

/** The SQL side of one stand-in database. Synchronous over a dictionary held in memory; `refresh` reloads it after DDL. */
export interface Dialect {
  /** Throws OraError: ORA-03001 for what is not understood, ORA-00900/00936/… as Oracle for what is wrong. */
  translate(sql: string, session: DialectSession): Translation;
  /** The Oracle type of a PostgreSQL column; undefined for expressions (then the PostgreSQL type decides). */
  columnOf(tableOid: number, attnum: number): OracleColumn | undefined;
  refresh(): Promise<void>;
  /** The Oracle error a PostgreSQL error stands for (23505 → ORA-00001 (OWNER.CONSTRAINT) violated, …). */
  errorFor(error: BackendError, translation: Translation | undefined): OraErrorLike;
}

export interface OraErrorLike {
  readonly ora: number;
  readonly message: string;
  readonly position: number;
}
