import { counted } from '../../core/counted';
import type { EntityComparison } from '../../core/comparison/comparison';
import type { Issue } from '../../core/issues';
import type { EntityTally } from '../../core/run/outcomes';
import type { ChunkChecksum } from '../../core/ports/ledger';
import type { ExpectedRows, ExpectedTally } from './expected-rows';

/** What a comparison has looked at, and what of the source it has left out, against the ledger's account of the same. */
export interface ComparedAccount {
  readonly looked: number;
  readonly skipped: number;
  readonly account: Pick<EntityTally, 'inserted' | 'updated' | 'skipped'>;
}

/** A row that a comparison leaves out and should not is proven by nothing. */
export function comparisonShort(entity: string, { looked, skipped, account }: ComparedAccount): Issue[] {
  return short(entity, notTheSame({ rows: looked, skipped }, { ...account, rows: account.inserted + account.updated }));
}

/** The account of some chunks. */
interface RowsAndSkipped {
  readonly rows: number;
  readonly skipped: number;
}

function notTheSame(ours: RowsAndSkipped, ledger: RowsAndSkipped): string[] {
  return [
    ...(ours.rows === ledger.rows
      ? []
      : [`${ours.rows} rows were looked for, the ledger has ${ledger.rows} inserted and updated`]),
    ...(ours.skipped === ledger.skipped
      ? []
      : [`${ours.skipped} were left out as skipped, the ledger has ${ledger.skipped}`]),
  ];
}

/** The rows of a table as a comparison accounts for them, and as the server counts them. */
export function tableShort(entity: string, { expected, counts, others = 0 }: EntityComparison, rows: number): Issue[] {
  const own = expected - counts.missing + counts.extra + counts.doubled;
  if (own + others === rows) return [];
  return short(entity, [
    `the table has ${counted(rows, 'row')}, the comparison has seen ${own} of the entity and ${others} of others`,
  ]);
}

/** What is to be held of a run whose chunks are of several SCNs. */
export interface ChunkAccounts {
  /** At which the source was read for the comparison. */
  readonly scn: string | null;
  readonly loaded: readonly ChunkChecksum[];
  readonly seen: ExpectedTally['chunks'];
  readonly rejectedOf: ExpectedRows['rejectedOf'];
  /** Rows were skipped after the load, and which chunk had loaded them is not noted. */
  readonly isMoved: boolean;
}

/** Chunks of the SCN that is read have the rows that the ledger says; of the others the source has other rows now. */
export function chunksShort(entity: string, accounts: ChunkAccounts): Issue[] {
  const { scn, loaded, seen, rejectedOf, isMoved } = accounts;
  const held = isMoved ? [] : loaded.filter((chunk) => chunk.scn === scn);
  const sum = (of: (chunk: ChunkChecksum) => number): number => held.reduce((total, chunk) => total + of(chunk), 0);
  const ours = {
    rows: sum(({ chunk }) => (seen.get(chunk)?.rows ?? 0) - (rejectedOf.get(chunk) ?? 0)),
    skipped: sum(({ chunk }) => seen.get(chunk)?.skipped ?? 0),
  };
  const ledger = { rows: sum(({ rows }) => rows), skipped: sum(({ skipped }) => skipped) };
  const different = notTheSame(ours, ledger).map(
    (text) => `in ${counted(held.length, 'chunk')} of SCN ${scn}, ${text}`,
  );
  return [...short(entity, different), ...notHeld(entity, loaded.length - held.length, loaded.length)];
}

function notHeld(entity: string, left: number, all: number): Issue[] {
  if (left === 0) return [];
  return [
    {
      code: 'ACCOUNT_NOT_HELD',
      level: 'info',
      subject: entity,
      message: `how many rows were looked for was not held against the ledger for ${left} of ${counted(all, 'chunk')}: they are of another SCN than the comparison, or rows of them were skipped later`,
    },
  ];
}

function short(entity: string, reasons: readonly string[]): Issue[] {
  if (reasons.length === 0) return [];
  return [
    {
      code: 'COMPARISON_SHORT',
      level: 'error',
      subject: entity,
      message: `the comparison and the ledger do not account for the same rows: ${reasons.join('; ')}`,
      hint: 'See what else stands against the entity. If nothing does, somebody has changed the ledger or the source, or report it.',
    },
  ];
}
