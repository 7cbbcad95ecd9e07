import type { RowDifference } from '../../core/comparison/comparison';
import { rowsInTheWay, type InTheWay, type RejectsFrom } from '../compare/rows-in-the-way';

/** Which rows that the list calls too many are the application's after all; null where the list names none that may be. */
export async function rowsOfOthers(
  from: Omit<RejectsFrom, 'reader'>,
  { differences, shared }: { readonly differences: readonly RowDifference[]; readonly shared: boolean },
): Promise<InTheWay | null> {
  const areTooMany = differences.some(({ kind }) => kind === 'extra' || kind === 'doubled');
  // In a shared table nothing is taken out that the run has not written.
  if (shared || !areTooMany) return null;
  const { entity, load } = from.plan;
  const reader = await from.target.reader({ runId: from.runId, entity, table: load.table, columns: load.columns });
  try {
    return await rowsInTheWay({ ...from, reader });
  } finally {
    await reader.close();
  }
}
