import { to } from 'pg-copy-streams';
import { statementText } from '../../core/waits/wait-text';
import type { ServerRow } from '../../core/ports/target-reader';
import { VALUE_LIMITS } from '../../core/rows/value-limits';
import type { Session } from '../session/session';
import { LongLine, unescapedText } from './long-line';

const NEWLINE = 10;
const BATCH_BYTES = 65_536;

/**
 * The rows of a query as COPY writes them; by cell, `hashable` says whether a value of more than a MiB may be given by length and hash. A reader
 * that stops early must give up the session.
 */
export async function* copiedRows(
  session: Session,
  query: string,
  hashable: readonly boolean[] = [],
): AsyncGenerator<readonly ServerRow[]> {
  const lines = new Lines(hashable);
  for await (const piece of piecesOf(session, `copy (${query}) to stdout`)) yield* lines.take(piece);
  yield* lines.rest();
}

/** Each piece is waited for by itself: between two of them it is the reader who takes his time. A query may sort before it begins. */
async function* piecesOf(session: Session, text: string): AsyncGenerator<Buffer> {
  const pieces = (session.client.query(to(text)) as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  const asked = statementText(text);
  try {
    for (let due: 'soon' | 'later' = 'later'; ; due = 'soon') {
      const piece = await session.answer(asked, due, pieces.next());
      if (piece.done === true) return;
      yield piece.value;
    }
  } finally {
    await pieces.return?.();
  }
}

/** Lines that come in pieces, a batch at a time. */
class Lines {
  private held: Buffer[] = [];
  private bytes = 0;
  private long: LongLine | null = null;

  constructor(private readonly hashable: readonly boolean[]) {}

  *take(piece: Buffer): Generator<readonly ServerRow[]> {
    let rest = piece;
    if (this.long !== null) {
      const end = this.long.feed(piece);
      if (end === -1) return;
      yield [this.long.row()];
      this.long = null;
      rest = piece.subarray(end);
    }
    if (rest.length === 0) return;
    this.held.push(rest);
    this.bytes += rest.length;
    // A newline within a value is escaped, and in UTF-8 no part of another character looks like one.
    const end = this.bytes < BATCH_BYTES ? -1 : rest.lastIndexOf(NEWLINE);
    if (end !== -1) yield this.upTo(end, rest);
    else if (this.bytes > Math.max(VALUE_LIMITS.line, BATCH_BYTES)) yield* this.beginLong();
  }

  *rest(): Generator<readonly ServerRow[]> {
    if (this.bytes > 0) yield rowsOf(Buffer.concat(this.held).subarray(0, -1));
  }

  private upTo(end: number, last: Buffer): readonly ServerRow[] {
    this.held[this.held.length - 1] = last.subarray(0, end);
    const rows = rowsOf(Buffer.concat(this.held));
    this.held = end + 1 < last.length ? [last.subarray(end + 1)] : [];
    this.bytes = last.length - end - 1;
    return rows;
  }

  private *beginLong(): Generator<readonly ServerRow[]> {
    const all = Buffer.concat(this.held);
    const end = all.lastIndexOf(NEWLINE);
    if (end !== -1) yield rowsOf(all.subarray(0, end));
    this.long = new LongLine(this.hashable);
    this.long.feed(all.subarray(end + 1));
    this.held = [];
    this.bytes = 0;
  }
}

function rowsOf(lines: Buffer): ServerRow[] {
  return lines
    .toString('utf8')
    .split('\n')
    .map((line) => (line.includes('\\') ? line.split('\t').map(unescaped) : line.split('\t')));
}

function unescaped(cell: string): string | null {
  return cell === '\\N' ? null : unescapedText(cell);
}
