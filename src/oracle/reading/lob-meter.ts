import { bytesInCell, type LobClass, type LobTally } from '../../core/run/lob-speed';

/** A column whose reading is measured: where it is in a row. */
export interface MeteredColumn {
  readonly class: LobClass;
  readonly index: number;
}

/** Waits for what the database was asked for; with the seconds that it took. */
export async function timed<T>(answer: Promise<T>): Promise<{ readonly value: T; readonly seconds: number }> {
  const startedMs = performance.now();
  const value = await answer;
  return { value, seconds: (performance.now() - startedMs) / 1000 };
}

/** Notes a fetch whose values came with their rows: each class has the part of the time that its bytes have of all that came. */
export function noteFetch(
  tally: LobTally | undefined,
  columns: readonly MeteredColumn[],
  { rows, seconds }: { readonly rows: readonly (readonly unknown[])[]; readonly seconds: number },
): void {
  if (tally === undefined || columns.length === 0) return;
  const all = rows.reduce((sum, row) => sum + row.reduce<number>((bytes, cell) => bytes + bytesInCell(cell), 0), 0);
  for (const { class: name, index } of columns) {
    const bytes = rows.reduce((sum, row) => sum + bytesInCell(row[index]), 0);
    tally.add({ class: name, bytes, seconds: all === 0 ? 0 : (seconds * bytes) / all });
  }
}
