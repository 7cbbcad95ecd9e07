import type { Reject } from '../core/run/outcomes';
import { isJson } from '../core/canonical/is-json';
import { visible, visibleJson } from '../core/words/visible';
import { writeWhole } from './write-whole';

const BLOCK_LENGTH = 64 * 1024;

/**
 * Writes rejects.jsonl, one JSON object a line, with the run and the legacy rows: mode 0600, an export and never the truth.
 * Resolves to the number of lines. Throws FILE_NOT_WRITABLE.
 */
export async function exportRejects(path: string, runId: string, rejects: AsyncIterable<Reject>): Promise<number> {
  const count = { lines: 0 };
  await writeWhole(path, blocks(runId, rejects, count));
  return count.lines;
}

async function* blocks(runId: string, rejects: AsyncIterable<Reject>, count: { lines: number }): AsyncIterable<string> {
  let block = '';
  for await (const reject of rejects) {
    block += `${lineOf(runId, reject)}\n`;
    count.lines += 1;
    if (block.length >= BLOCK_LENGTH) {
      yield block;
      block = '';
    }
  }
  if (block !== '') yield block;
}

/** The run stands first: `setAsideRejects` reads it there. */
function lineOf(run: string, reject: Reject): string {
  const { entity, stage, key, rowid, property, reason, sqlState, raw } = reject;
  const members = Object.entries({ run, entity, stage, key, rowid, property, reason, sqlState, raw });
  const texts = members.map(([name, value]) => `"${name}":${NESTED.has(name) ? nested(value) : visibleJson(value)}`);
  return `{${texts.join(',')}}`;
}

const NESTED: ReadonlySet<string> = new Set(['key', 'raw']);

/** JSON goes in as it stands, since parsing would round its numbers; line breaks between its tokens become blanks. */
function nested(text: string | null): string {
  return text !== null && isJson(text) ? visible(text.replaceAll(/[\r\n\t]/g, ' ')) : visibleJson(text);
}
