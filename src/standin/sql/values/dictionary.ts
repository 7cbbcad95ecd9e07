import type { OracleColumn } from '../../contract/translation';

/** A column as the dialect knows it. */
export interface StoredColumn extends OracleColumn {
  readonly attnum: number;
  /** A dictionary column that 11.2 does not have. */
  readonly since12?: boolean;
  /** V$DATABASE.CURRENT_SCN: reading it takes a new SCN. */
  readonly takesScn?: boolean;
}

/** A table or view that a statement may name. */
export interface Relation {
  readonly owner: string;
  readonly name: string;
  readonly kind: 'table' | 'view' | 'dictionary';
  readonly oid: number;
  readonly columns: readonly StoredColumn[];
  /** An index-organised table has no physical ROWID. */
  readonly indexOrganised: boolean;
  /** Dictionary views only for SELECT ANY DICTIONARY or SELECT_CATALOG_ROLE. */
  readonly restricted: boolean;
}

export interface ObjectName {
  readonly owner: string;
  readonly name: string;
}

/** What translation asks about stored objects; held in memory, so the answers are synchronous. */
export interface Dictionary {
  readonly characterSet: string;
  relation(owner: string, name: string): Relation | undefined;
  synonym(owner: string, name: string): ObjectName | undefined;
  sequence(owner: string, name: string): boolean;
  /** Object privileges of a user: everything for the owner, else what was granted to him, to his roles or to PUBLIC. */
  privileges(user: string, object: ObjectName): ReadonlySet<string>;
  /** Roles and system privileges of a user. */
  roles(user: string): ReadonlySet<string>;
  /** A constraint or index name never given before: `SYS_C0012345`. */
  generatedName(): string;
  users(): ReadonlySet<string>;
}
