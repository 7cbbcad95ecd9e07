import type { NotedReject } from '../../core/ports/reject-loader';

/** Rows that are read and loaded at once. */
const ROWS_AT_ONCE = 200;
/** About what they hold: the rows are read again as a whole. */
const CHARACTERS_AT_ONCE = 8_000_000;

/** Rejects in their order, a few at a time, and only those of one chunk together. */
export async function* rejectBatches(
  rejects: AsyncIterable<NotedReject>,
): AsyncGenerator<{ readonly chunk: number; readonly rejects: readonly NotedReject[] }> {
  let held: NotedReject[] = [];
  let characters = 0;
  for await (const reject of rejects) {
    const [first] = held;
    characters += reject.raw.length;
    const isFull = held.length === ROWS_AT_ONCE || characters > CHARACTERS_AT_ONCE;
    if (first !== undefined && (first.chunk !== reject.chunk || isFull)) {
      yield { chunk: first.chunk, rejects: held };
      held = [];
      characters = reject.raw.length;
    }
    held.push(reject);
  }
  if (held[0] !== undefined) yield { chunk: held[0].chunk, rejects: held };
}
