import { listingCommand, REPAIR_LISTED } from '../comparison/listing';
import { counted, grouped, were } from '../counted';
import { MigrationError } from '../errors';
import { entityOptions } from '../words/shell-word';
import type { RunState } from './run-record';

/** Which entities of a run are taken back: all of them, which ends the run, or some, which a resume loads again. */
export type ResetScope = 'all' | readonly string[];

/** One reset of a run. */
export interface ResetOrder {
  readonly runId: string;
  readonly scope: ResetScope;
  /** What becomes of a run of which rows were changed or deleted since: with `leave` the rest of it is taken back without them. */
  readonly changed: ChangedRows;
  /** Whether a ledger that somebody has edited is believed. */
  readonly edited: EditedLedger;
}

/** What a reset does unless told otherwise. */
export const DEFAULT_RESET: Pick<ResetOrder, 'changed' | 'edited'> = { changed: 'refuse', edited: 'refuse' };

export type ChangedRows = 'refuse' | 'leave';
export type EditedLedger = 'refuse' | 'accept';

/** The named moments of a reset, in order; what a kill test aims at. All before `committed` are one transaction. */
export type ResetStep =
  'locked' | 'checked' | 'cleared-way' | 'removed' | 'restored' | 'recorded' | 'committed' | 'done';

/** What is left of a run in the table of one entity. */
interface ResetEntity {
  readonly entity: string;
  readonly table: string;
  /** Rows that the run has inserted and nobody has touched since: they are removed. */
  readonly removed: number;
  /** Rows that it has overwritten and nobody has touched since: they get back what they were. */
  readonly putBack: number;
  /** Rows of the run that were changed or deleted since: they can no longer be identified, and those still there are left. */
  readonly left: number;
}

export interface ResetPlan {
  readonly entities: readonly ResetEntity[];
  /** Entities whose table is no longer there. */
  readonly gone: readonly string[];
  /** Foreign keys, triggers and indexes that the run still holds aside and that come back. */
  readonly aside: number;
  /** Parts of the run's account that somebody has edited and that the order accepts as they are. */
  readonly edited: readonly string[];
}

/** What became of a sequence that the run had moved; `left`: others have drawn numbers since. */
export interface SequenceReset {
  readonly sequence: string;
  /** `in-use`: rows that stay in the table have numbers beyond; `left`: others have drawn numbers, or it cannot be told. */
  readonly state: 'set-back' | 'in-use' | 'left' | 'no-right';
}

export interface ResetOutcome extends ResetPlan {
  /** Foreign keys that rows of others break, so that they stay NOT VALID, by name. */
  readonly notValid: readonly string[];
  /** Without those that stand where they stood before the run. */
  readonly sequences: readonly SequenceReset[];
}

/** What decides how rows that were changed become the run's again. */
interface ChangedAround {
  /** Runs to be reset before, in this order. */
  readonly overwrittenBy: readonly string[];
  /** A run that is not complete is not repaired. */
  readonly state: RunState;
}

/** Throws RESET_BLOCKED where the reset would leave rows. */
export function refuseLeft(order: ResetOrder, entities: readonly ResetEntity[], around: ChangedAround): void {
  const touched = entities.filter(({ left }) => left > 0);
  if (touched.length > 0 && order.changed === 'refuse') throw rowsChanged(order, touched, around);
}

function rowsChanged(
  { runId, scope }: ResetOrder,
  touched: readonly ResetEntity[],
  around: ChangedAround,
): MigrationError {
  const rows = touched.reduce((sum, { left }) => sum + left, 0);
  const list = touched.map(({ entity, left }) => `${entity} (${grouped(left)})`).join(', ');
  const entities = scope === 'all' ? '' : entityOptions(scope);
  return new MigrationError(
    'RESET_BLOCKED',
    `${counted(rows, 'row')} of run ${runId} ${were(rows)} changed or deleted since and can no longer be identified as the run's: ${list}`,
    {
      hint: `Nothing was changed. ${wayBack(runId, around)} To take back all but such rows: "cutover reset --run ${runId}${entities} --leave-changed".`,
      facts: { runId, rows, entities: list, overwrittenBy: around.overwrittenBy.join(', ') || null },
    },
  );
}

/** How the rows become the run's again, so that a reset removes them with the others. */
function wayBack(runId: string, { overwrittenBy, state }: ChangedAround): string {
  const first = overwrittenBy.map((id) => `"cutover reset --run ${id}"`).join(', then ');
  if (first !== '') return `First take back what has overwritten them: ${first}.`;
  const repair = state === 'complete' ? 'A' : `Finish the run with "cutover migrate --resume --run ${runId}"; then a`;
  return `${repair} repair makes them the run's again: "${listingCommand(runId)}", then "${REPAIR_LISTED}".`;
}
