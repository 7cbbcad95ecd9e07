import { are, counted } from '../core/counted';
import { MigrationError } from '../core/errors';
import type { EntityContract } from '../core/mapping/entity-contract';
import type { Issue } from '../core/issues';
import type { EntityTally } from '../core/run/outcomes';
import { SAMPLES } from '../core/run/sample-size';
import type { Target } from '../core/ports/target';
import { mismatch } from './mismatch';

/** What is known of the rows of a table that a run has filled. */
export interface RowsOfTable {
  readonly entity: string;
  readonly contract: Pick<EntityContract, 'columns' | 'table'>;
  readonly runId: string;
  /** All entities of the run that fill it, with their accounts. */
  readonly sharers: readonly { readonly entity: string; readonly tally: EntityTally }[];
  readonly targetRows: number;
  /** Rows that others have there by what the ledger knows. */
  readonly others: number;
  /** By entity: rows that came after these were counted, and that the run has overwritten. */
  readonly overwritten: Readonly<Record<string, number>>;
}

/** Whether the table has as many rows as the run and others have put there; if not, whose rows they are that are gone or came. */
export async function targetCount(target: Target, table: RowsOfTable): Promise<Issue[]> {
  const sum = (of: (tally: EntityTally) => number): number =>
    table.sharers.reduce((total, { tally }) => total + of(tally), 0);
  // Rows updated were there before, rows skipped never came.
  const inserted = sum((tally) => tally.inserted);
  const added = table.targetRows - table.others;
  const off = added - inserted;
  if (off === 0) return [];
  // Rows that others took away were theirs; rows that came are in the way of those that the run has skipped for them, or are overwritten.
  const late = table.sharers.reduce((total, { entity }) => total + (table.overwritten[entity] ?? 0), 0);
  const mayBeOfOthers = off < 0 ? table.others >= -off : sum(({ skipped }) => skipped) + late >= off;
  if (mayBeOfOthers && (await hasAllOwn(target, table))) return [othersChanged(table, off)];
  const fault = `${counted(Math.abs(off), 'row')} ${off < 0 ? `${are(-off)} gone since` : 'came from elsewhere'}`;
  const grown = added < 0 ? `${counted(-added, 'row')} fewer` : `${counted(added, 'row')} more`;
  const of = table.sharers.length > 1 ? ` of ${table.sharers.map(({ entity }) => entity).join(', ')}` : '';
  const message = `the run inserted ${counted(inserted, 'row')}${of}, the table has ${grown} than before it: ${fault}`;
  if (off < 0) return [mismatch('gone', table.entity, message)];
  // Not in the message, by which findings are told apart.
  const came = mismatch('came', table.entity, message);
  return [{ ...came, hint: `${came.hint ?? ''}${await namedNewcomers(target, table).catch(unnamed)}` }];
}

/** Names are a help beside a finding that stands without them: that they cannot be read does not end the validation. */
function unnamed(error: unknown): string {
  if (error instanceof MigrationError) return '';
  throw error;
}

/** Some rows that may be meant, where the ledger tells them from those of the run; empty where it does not. */
async function namedNewcomers(target: Target, { entity, contract, runId }: RowsOfTable): Promise<string> {
  const columns = contract.columns.filter(({ primary }) => primary).map(({ column }) => column);
  if (columns.length === 0) return '';
  const reader = await target.reader({ runId, entity, table: contract.table, columns });
  try {
    const rows = reader.tracked ? await reader.newcomers(SAMPLES + 1) : [];
    if (rows.length === 0) return '';
    const keys = rows.slice(0, SAMPLES).map(([, ...key]) => JSON.stringify(key));
    const more = rows.length > SAMPLES ? ' and more' : '';
    return ` Rows of no run that came or changed since it began, by ${columns.join(', ')}: ${keys.join(', ')}${more}.`;
  } finally {
    await reader.close();
  }
}

/** Every row that the run has written for the entities is there, and written by nobody since. */
async function hasAllOwn(target: Target, { contract, runId, sharers }: RowsOfTable): Promise<boolean> {
  for (const { entity, tally } of sharers) {
    const reader = await target.reader({ runId, entity, table: contract.table, columns: [] });
    try {
      if (!reader.tracked || (await reader.owners()).t !== tally.inserted + tally.updated) return false;
    } finally {
      await reader.close();
    }
  }
  return true;
}

function othersChanged({ entity, others }: RowsOfTable, off: number): Issue {
  const change = `${counted(Math.abs(off), 'row')} of theirs ${off < 0 ? `${are(-off)} gone` : 'came'}`;
  return {
    code: 'OTHERS_CHANGED',
    level: 'warning',
    subject: entity,
    message: `all rows that the run has written are there; others had ${counted(others, 'row')} in the table, and ${change} since they were counted`,
    hint: 'Nothing of the run is amiss. The application, or another run, has changed its own rows while this one loaded or later.',
  };
}
