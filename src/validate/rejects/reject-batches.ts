import type { NotedReject } from '../../core/ports/reject-loader';

/** Rows that are read and loaded at once. */
const ROWS_AT_ONCE = 200;

/** Rejects in their order, a few at a time, and only those of one chunk together. */
export async function* rejectBatches(
  rejects: AsyncIterable<NotedReject>,
): AsyncGenerator<{ readonly chunk: number; readonly rejects: readonly NotedReject[] }> {
  let held: NotedReject[] = [];
  for await (const reject of rejects) {
    const [first] = held;
    if (first !== undefined && (first.chunk !== reject.chunk || held.length === ROWS_AT_ONCE)) {
      yield { chunk: first.chunk, rejects: held };
      held = [];
    }
    held.push(reject);
  }
  if (held[0] !== undefined) yield { chunk: held[0].chunk, rejects: held };
}
