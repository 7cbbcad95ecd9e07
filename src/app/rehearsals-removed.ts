import type { Ui } from './ui';

/** Says which schemas of killed rehearsals were removed. */
export function tellRemoved(schemas: readonly string[], { emit }: Pick<Ui, 'emit'>): void {
  for (const schema of schemas) {
    emit('notice', { message: `removed ${schema}, left behind by a rehearsal that was killed` });
  }
}
