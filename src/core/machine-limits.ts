import { MigrationError } from './errors';

/** No further file, socket or thread can be opened by this process. */
export function tooManyFiles(doing: string): MigrationError {
  return new MigrationError('MACHINE_LIMIT', `${doing}: this process has as many open files as the system allows it`, {
    hint: 'Raise the limit in the shell that starts cutover (`ulimit -n 4096`), or use fewer --lanes; then run it again; a run that was begun goes on with "cutover migrate --resume".',
    facts: { limit: 'open-files' },
  });
}

/** Whether the system refused to open a file or a socket because of its limit. */
export function isTooManyFiles(error: unknown): boolean {
  const { code } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  return code === 'EMFILE' || code === 'ENFILE';
}
