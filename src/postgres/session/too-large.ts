import { DatabaseError } from 'pg';
import { MigrationError } from '../../core/errors';
import type { TableName } from '../../core/ports/target';
import { qualified } from './sql';

/** What the server says where a text would have more than its 1 GB; its own words, for it has no state of its own for it. */
const TOO_LONG: Readonly<Record<string, RegExp>> = {
  '54000': /out of memory|string buffer|too large/i,
  XX000: /invalid memory alloc request size/,
};

interface Orphans {
  readonly table: TableName;
  /** The policies that the key admits beside `reject`, for a hint; empty for none. */
  readonly others: string;
}

/** Orphans are kept as JSON, which a row whose values together come near 1 GB (of a bytea: half of it) does not fit into. */
export function keepingAsReject<T>(orphans: Orphans, work: () => Promise<T>): Promise<T> {
  return naming(work, (cause) => tooLargeToKeep(orphans, cause));
}

/** Rows that are to be overwritten are kept as text, with the same limit. */
export function keepingForReset<T>(
  { table, entity }: { readonly table: TableName; readonly entity: string },
  work: () => Promise<T>,
): Promise<T> {
  return naming(work, (cause) => tooLargeToGiveBack(table, entity, cause));
}

async function naming<T>(work: () => Promise<T>, named: (cause: DatabaseError) => MigrationError): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isTooLong(error) ? named(error) : error;
  }
}

function isTooLong(error: unknown): error is DatabaseError {
  if (!(error instanceof DatabaseError)) return false;
  return TOO_LONG[error.code ?? '']?.test(error.message) === true;
}

function tooLargeToGiveBack(table: TableName, entity: string, cause: DatabaseError): MigrationError {
  const message = `a row of ${qualified(table)} that would be overwritten is too large to be kept, so that a reset could not give it back`;
  return new MigrationError('LOAD_FAILED', message, {
    hint: 'Nothing of the chunk was written. Take the run back and start it with --on-conflict skip or reject, or remove that row from the target.',
    facts: { table: qualified(table), entity },
    cause,
  });
}

function tooLargeToKeep({ table, others }: Orphans, cause: DatabaseError): MigrationError {
  const loading =
    others === '' ? 'Load their parents' : `Choose the orphan policy ${others} in the mapping, or load their parents`;
  return new MigrationError('LOAD_FAILED', `an orphan of ${qualified(table)} is too large to be kept as a reject`, {
    hint: `${loading}; then start anew with "cutover migrate --restart".`,
    facts: { table: qualified(table) },
    cause,
  });
}
