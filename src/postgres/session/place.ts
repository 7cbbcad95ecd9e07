import type { LanePlace, TableName } from '../../core/ports/target';
import type { Operator } from './operator';
import type { Sessions } from './sessions';

/** Where a target does its work: its sessions, its ledger's schema, and which table a name leads to. */
export interface Place {
  readonly sessions: Sessions;
  readonly ledgerSchema: string;
  readonly operator: Operator;
  readonly copies: LanePlace['copies'];
  /** The table that a name of the port leads to: itself, or its copy in a rehearsal, where there is one. */
  readonly actual: (table: TableName) => TableName;
  /** The same for a table that is to be changed. Throws INTERNAL where a rehearsal has no copy of it. */
  readonly written: (table: TableName) => TableName;
  /** The real table behind a copy where it has rows, which a load would meet; else null. */
  readonly beside: (copy: TableName) => TableName | null;
  /** The name under which the port knows a table. */
  readonly known: (table: TableName) => TableName;
}

/** Whether two names are of the same table. */
