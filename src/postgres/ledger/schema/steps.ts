import { chainedValidations } from './steps/chained-validations';
import { fromHistory } from './steps/from-history';
import { numbersOnce } from './steps/numbers-once';
import { replicaIdentities } from './steps/replica-identities';
import { skippedRows } from './steps/skipped-rows';
import { sealTables } from './steps/seals';
import { sourceTables } from './steps/source-tables';

/**
 * How the ledger's tables came to be, one numbered step after the other; a ledger's version is the number of the last step that it has
 * seen (0: it was made before there were versions). A new ledger takes all of them, an old one those that it lacks, each in one
 * transaction under the install lock, so that both come out the same.
 *
 * To add a step:
 *  1. Put it at the END of this list, in a file of its own in steps/ where it is more than a line. Never change one that has landed: some
 *     ledger has seen it as it was.
 *     Name a column of it as `leaves`; a step without new columns adds one for that.
 *  2. Add its columns and tables to LEDGER_COLUMNS (tables.ts); that line says whether the digest of a run covers them, and what stands
 *     for them in a ledger that does not have them yet. `test/database/ledger/upgrade.test.ts` compares the list with the catalogue and
 *     every upgraded ledger with a new one.
 *  3. Rows that are there must fit: a new column is nullable or has a default that is true of old runs.
 *  4. Commands that write upgrade first and need no care. Those that only read (`status`, `report`, `validate`, `ledger list`) meet every
 *     earlier version: let them read through `readableLedger` (readable.ts), where what is missing reads as null or as no rows, and let a
 *     figure that is missing be said with `ledgerOutdated` (core/ledger-version.ts).
 * What changes the fingerprint of a mapping has its own list: FINGERPRINT_FIXES in core/fingerprint-fixes.ts.
 */
export const LEDGER_STEPS: readonly LedgerStep[] = [
  {
    title: 'the tables of the first version, whatever form they had before',
    sql: fromHistory,
    leaves: 'run.fingerprint_fixes',
  },
  { title: 'no number of a transaction for rows of two entities', sql: numbersOnce, leaves: 'rewrite.shared' },
  { title: 'which rows were skipped', sql: skippedRows, leaves: 'skipped.marks' },
  { title: 'seals over the rows of a run', sql: sealTables, leaves: 'seal.sum' },
  {
    title: 'what becomes of the rows of each legacy table, and what was taken back of a run',
    sql: sourceTables,
    leaves: 'source_table.facts',
  },
  { title: 'a chain of the validations of a run', sql: chainedValidations, leaves: 'validation.link_no' },
  { title: 'a replica identity for every table', sql: replicaIdentities, leaves: 'former_digest.nth' },
];

/** The version that this build reads and writes. */
export const LEDGER_VERSION = LEDGER_STEPS.length;

export interface LedgerStep {
  readonly title: string;
  /** Its statements for a ledger in that schema. No BEGIN or COMMIT. */
  readonly sql: (schema: string) => string;
  /** `table.column` that a ledger has from this step on: the number in `schema_version` is held against it. */
  readonly leaves: string;
}

/** All steps at once, for a ledger that lives in a session's temporary tables. */
export function allSteps(schema: string): string {
  return LEDGER_STEPS.map(({ sql }) => sql(schema)).join('\n');
}
