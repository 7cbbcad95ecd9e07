import { to } from 'pg-copy-streams';
import type { ServerRow } from '../../core/ports/target-reader';
import type { Session } from '../session';

const NEWLINE = 10;
const BATCH_BYTES = 65_536;
const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The rows of a query as COPY writes them. A reader that stops early must give up the session. */
export async function* copiedRows(session: Session, query: string): AsyncGenerator<readonly ServerRow[]> {
  const stream = session.client.query(to(`copy (${query}) to stdout`));
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    held.push(piece);
    bytes += piece.length;
    // A newline within a value is escaped, and in UTF-8 no part of another character looks like one.
    const end = bytes < BATCH_BYTES ? -1 : piece.lastIndexOf(NEWLINE);
    if (end === -1) continue;
    held[held.length - 1] = piece.subarray(0, end);
    yield rowsOf(Buffer.concat(held));
    held = end + 1 < piece.length ? [piece.subarray(end + 1)] : [];
    bytes = piece.length - end - 1;
  }
  if (bytes > 0) yield rowsOf(Buffer.concat(held).subarray(0, -1));
}

function rowsOf(lines: Buffer): ServerRow[] {
  return lines
    .toString('utf8')
    .split('\n')
    .map((line) => (line.includes('\\') ? line.split('\t').map(unescaped) : line.split('\t')));
}

function unescaped(cell: string): string | null {
  if (cell === '\\N') return null;
  if (!cell.includes('\\')) return cell;
  return cell.replace(/\\(.)/g, (_, character: string) => ESCAPES[character] ?? character);
}
