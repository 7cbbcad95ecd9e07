import { MigrationError } from '../core/errors';

/** Does work that writes files at a place which the user names by `option`; where it cannot be written, the hint says so. */
export async function placeNamedBy<T>(option: '--out' | '--differences', work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MigrationError) || error.code !== 'FILE_NOT_WRITABLE') throw error;
    throw error.withHint(`Make room, correct the rights, or name another place with ${option}.`);
  }
}
