import { MigrationError } from '../core/errors';
import { EmbeddedPostgresFailed } from '../demo/embedded-postgres/failure';
import { firstLine } from '../core/faults/causes';

/** Every failure as a coded error; what nobody foresaw is INTERNAL. */
export function asMigrationError(error: unknown): MigrationError {
  if (error instanceof MigrationError) return error;
  if (error instanceof EmbeddedPostgresFailed) return embeddedServerFailed(error);
  const message = error instanceof Error ? firstLine(error.message) : String(error);
  return new MigrationError('INTERNAL', `unexpected: ${message}`, {
    hint: 'Run it again with --debug and report what it prints.',
    cause: error,
  });
}

/** The server's own last words go with the hint: they are several lines. */
function embeddedServerFailed(error: EmbeddedPostgresFailed): MigrationError {
  const hint = [error.hint, ...error.log.split('\n')].filter((line) => line !== '').join('\n');
  return new MigrationError('EMBEDDED_SERVER_FAILED', firstLine(error.message), { hint, cause: error.cause });
}
