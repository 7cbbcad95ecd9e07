import type { TargetValue } from './wire';
import type { TableName } from './table-name';

/** What is known here of a TypeORM naming strategy: any of them will do. */
export interface NamingStrategy {
  tableName(entity: string, given: string | undefined): string;
  columnName(property: string, given: string | undefined, embedded: string[]): string;
}

/** One column of an entity as TypeORM's metadata declares it. */
export interface EntityColumn {
  /** Dotted for a column of an embedded object: `address.street`. */
  readonly property: string;
  /** Database column name after the naming strategy. */
  readonly column: string;
  /** TypeORM's normalised column type: `varchar`, `numeric`, `timestamp with time zone`, … */
  readonly type: string;
  readonly nullable: boolean;
  readonly length: number | null;
  readonly precision: number | null;
  readonly scale: number | null;
  readonly primary: boolean;
  /** Filled by the database or by TypeORM itself when the application saves. */
  readonly generated: 'no' | 'increment' | 'uuid' | 'identity' | 'create-date' | 'update-date' | 'version' | 'computed';
  /** What TypeORM makes of the value (column transformers, lists), which COPY would bypass; applied by us to the wire value. */
  readonly toDatabase: ((value: unknown) => unknown) | null;
  /** The same without column transformers, where TypeORM itself writes a value otherwise: what differs from this, they have changed. */
  readonly written?: ((value: unknown) => unknown) | null;
}

/** `full`: a reference that is null in part has no parent either. */
export type KeyMatch = 'simple' | 'full';

export interface EntityRelation {
  /** The scalar foreign-key property (or the relation's, where no scalar is mapped). */
  readonly property: string;
  readonly columns: readonly string[];
  readonly parent: TableName;
  readonly parentColumns: readonly string[];
  /** Of a foreign key that the live table has and the entity does not declare: the name of the constraint. */
  readonly undeclared?: string;
  readonly match?: KeyMatch;
}

/** What an entity class says about its table, without connecting to anything. */
export interface EntityContract {
  readonly entityName: string;
  readonly table: TableName;
  readonly columns: readonly EntityColumn[];
  readonly relations: readonly EntityRelation[];
  /** What COPY cannot honour (single-table inheritance, trees, views, join tables), in words. */
  readonly unsupported: readonly UnsupportedPart[];
  /** Listeners and subscribers that a COPY does not call, by `event method`. */
  readonly bypassed: readonly string[];
}

export interface UnsupportedPart {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  /** The property whose mapping makes it good; absent where nothing does. */
  readonly liftedBy?: string;
  /** The table whose mapping makes it good. */
  readonly liftedByTable?: TableName;
}

/** A broken rule of an entity: which property, which rule (`isEmail`), never the value. */
export interface BrokenRule {
  readonly property: string;
  readonly reason: string;
}

/** The entity's own rules over one row of wire values (in field order); null when all hold. */
export type RowCheck = (row: readonly TargetValue[]) => readonly BrokenRule[] | null;
