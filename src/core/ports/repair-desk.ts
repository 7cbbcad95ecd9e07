import type { CanonicalKind } from '../canonical/canonical-text';
import type { TargetRow } from '../mapping/wire';
import type { LoadFault } from '../run/outcomes';
import type { WritePlan } from './write-plan';
import type { KeyTexts } from './target-reader';

/** What is to be repaired of which run. */
export interface RepairRequest {
  readonly runId: string;
  /** Id of the list of differences: a repair by one list happens once. */
  readonly list: string;
  /** Of the entities whose rows are mended, each once. */
  readonly plans: readonly WritePlan[];
}

/** `already`: an earlier repair by the same list was committed, and nothing was done now. */
export type RepairEnd = 'done' | 'already';

/** A row as the server writes it (see `ServerRow`): where it is, as an opaque text; its `RowOwner`; then the columns of the plan. */
export type PlacedRow = readonly (string | null)[];

/** What becomes of rows of one table. Places are those that `rows` gave. */
export interface Amendment {
  readonly remove: readonly string[];
  /** The mapped columns get these values, the others stay as they are. */
  readonly replace: readonly { readonly place: string; readonly row: TargetRow }[];
  readonly add: readonly TargetRow[];
}

/** A row of an amendment that the target does not take; what it was to replace stays as it is. */
export interface RefusedAmendment {
  readonly row: TargetRow;
  readonly fault: LoadFault;
}

/** The tables of a repair while nobody else can read or write them. */
export interface RepairDesk {
  /** By column of the entity's plan. */
  kinds(entity: string): readonly CanonicalKind[];
  /** The rows of the entity's table that have one of the keys, or with null all of them. */
  rows(
    entity: string,
    having: { readonly columns: readonly string[]; readonly keys: KeyTexts } | null,
  ): AsyncIterable<readonly PlacedRow[]>;
  /** At most once for each entity, after all that is asked of its rows. Rows that the target refuses are left, and named. */
  amend(entity: string, amendment: Amendment): Promise<readonly RefusedAmendment[]>;
  /** Kept in the ledger with the repair: what was done, without values of rows. */
  note(facts: Readonly<Record<string, unknown>>): Promise<void>;
}
