import { MigrationError } from '../errors';

/** No further file, socket or thread can be opened by this process. */
export function tooManyFiles(doing: string): MigrationError {
  return new MigrationError('MACHINE_LIMIT', `${doing}: this process has as many open files as the system allows it`, {
    hint: MORE_FILES,
    facts: { limit: 'open-files' },
  });
}

const MORE_FILES =
  'Raise the limit in the shell that starts cutover (`ulimit -n 4096`), or use fewer --lanes; then run it again; a run that was begun goes on with "cutover migrate --resume".';

/** The hint of a file that cannot be opened: `otherwise`, but where this process has too many open already. */
export function fileHint(cause: unknown, otherwise: string): string {
  return isTooManyFiles(cause) ? MORE_FILES : otherwise;
}

/** Whether the system refused to open a file or a socket because of its limit. */
export function isTooManyFiles(error: unknown): boolean {
  const { code } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  return code === 'EMFILE' || code === 'ENFILE';
}
