import { MigrationError } from '../core/errors';
import type { Target } from '../core/ports/target';
import type { Ui } from './ui';

/** A file that is written from the ledger when the run has ended. */
export interface FileAfterRun {
  readonly write: (target: Pick<Target, 'ledger' | 'standing' | 'behindSequences'>, runId: string) => Promise<void>;
  /** Its path, where it has been written and is worth reading. */
  readonly written: () => string | null;
  readonly exitCode: () => number;
}

/**
 * Writes a file by `work`, which answers whether it is worth reading. That it cannot be written must not hide how the run ended: it is told
 * as a finding, and by the exit code.
 */
export function fileAfterRun(
  path: string,
  { emit }: Pick<Ui, 'emit'>,
  work: (target: Pick<Target, 'ledger' | 'standing' | 'behindSequences'>, runId: string) => Promise<boolean>,
): FileAfterRun {
  let isWorthReading = false;
  let exitCode = 0;
  return {
    write: async (target, runId) => {
      try {
        isWorthReading = await work(target, runId);
      } catch (error) {
        if (!(error instanceof MigrationError) || error.code !== 'FILE_NOT_WRITABLE') throw error;
        exitCode = error.exitCode;
        emit('issue', { code: error.code, level: 'error', subject: path, message: error.message, hint: HINT });
      }
    },
    written: () => (isWorthReading ? path : null),
    exitCode: () => exitCode,
  };
}

const HINT = 'Make room, correct the rights, or name another folder with --log-dir. The run itself is not harmed.';
