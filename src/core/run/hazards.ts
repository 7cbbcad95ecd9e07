import type { TableName } from '../mapping/table-name';
import type { Cure } from './cures';
import type { LackingRight } from './rights';

/** What endangers rows that are written to a table, as its catalogue says. */
export interface TableHazards {
  /** Triggers and rules that fire because this user may not disable them: `trigger audit of coil`. */
  readonly firing: readonly string[];
  /** What a crash of the server empties or sets back: `table coil`, `sequence coil_id_seq`. */
  readonly unlogged: readonly string[];
  /** The statements that make these logged. */
  readonly logging: readonly string[];
  /** It is gone with the session that made it. */
  readonly temporary: boolean;
  /** Itself or partitions of it whose rows are not this server's, or are none: `view coil`, `foreign table coil_2020`. */
  readonly elsewhere: readonly string[];
  /** Policies hide rows of it from this user, or refuse them, and refuse COPY; null where none does. */
  readonly rowSecurity: RowSecurity | null;
  /** Itself or partitions of it whose rows the server refuses to update or delete because a publication covers them. */
  readonly withoutReplicaIdentity: readonly PublishedTable[];
  /** Rights on it that this user lacks, whether a run uses them or not. */
  readonly lacking: readonly LackingRight[];
}

/** What takes row-level security away from this user. */
export interface RowSecurity {
  /** The role that it does not hold for; null where it holds for the owner as well, or this user is the owner. */
  readonly exempt: string | null;
  readonly cures: readonly Cure[];
}

/** A published table without a replica identity that updates and deletes need. */
export interface PublishedTable {
  readonly table: string;
  /** What of rows the server refuses. */
  readonly refused: readonly ('UPDATE' | 'DELETE')[];
  readonly publications: readonly string[];
  /** Null where a publication lists columns: then only its list can be made to cover the replica identity. */
  readonly cure: Cure | null;
}

/** A foreign key that writes to its own table when a row that it leads to gets another key. */
export interface FollowingKey {
  readonly name: string;
  readonly table: TableName;
  /** What it does ON UPDATE. */
  readonly action: 'CASCADE' | 'SET NULL' | 'SET DEFAULT';
  /** Columns of the table that it leads to. */
  readonly parentColumns: readonly string[];
  /** As `add constraint` takes it. */
  readonly definition: string;
  /** Of its own table. */
  readonly owner: string;
}

export const NO_HAZARDS: TableHazards = {
  firing: [],
  unlogged: [],
  logging: [],
  temporary: false,
  elsewhere: [],
  rowSecurity: null,
  withoutReplicaIdentity: [],
  lacking: [],
};

/** What an operator takes upon himself. */
export interface Allowances {
  /** Entities whose triggers may fire. */
  readonly triggers: readonly string[];
  readonly unlogged: boolean;
}

export const NOTHING_ALLOWED: Allowances = { triggers: [], unlogged: false };

export function together(...all: readonly Allowances[]): Allowances {
  return {
    triggers: [...new Set(all.flatMap(({ triggers }) => triggers))].sort(),
    unlogged: all.some(({ unlogged }) => unlogged),
  };
}
