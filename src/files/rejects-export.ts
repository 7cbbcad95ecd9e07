import { writeWhole } from './write-whole';
import type { Reject } from '../core/outcomes';

const BLOCK_LENGTH = 64 * 1024;

/**
 * Writes rejects.jsonl, one JSON object a line, with the legacy rows: mode 0600, an export and never the truth. Resolves to the
 * number of lines. Throws FILE_NOT_WRITABLE.
 */
export async function exportRejects(path: string, rejects: AsyncIterable<Reject>): Promise<number> {
  const count = { lines: 0 };
  await writeWhole(path, blocks(rejects, count));
  return count.lines;
}

async function* blocks(rejects: AsyncIterable<Reject>, count: { lines: number }): AsyncIterable<string> {
  let block = '';
  for await (const reject of rejects) {
    block += `${JSON.stringify(reject)}\n`;
    count.lines += 1;
    if (block.length >= BLOCK_LENGTH) {
      yield block;
      block = '';
    }
  }
  if (block !== '') yield block;
}
