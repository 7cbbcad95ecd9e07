import { listingCommand } from '../core/comparison/listing';
import { readFile } from 'node:fs/promises';
import { MigrationError } from '../core/errors';
import type { DifferenceList } from '../core/comparison/difference-list';
import { isDifferenceList, isObject } from './difference-shape';
import { FORMAT } from './differences';

/** Reads what `writeDifferences` has written. Throws DIFFERENCES_INVALID where that is not what the file is. */
export async function readDifferences(path: string): Promise<DifferenceList> {
  const content = await parsed(path);
  if (!isObject(content) || content['format'] !== FORMAT.format) throw invalid(path, 'is no list of differences');
  if (content['version'] !== FORMAT.version) throw invalid(path, 'is of another version of cutover');
  if (!isDifferenceList(content)) throw invalid(path, 'is not whole, or was changed');
  return content;
}

async function parsed(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw invalid(path, error instanceof SyntaxError ? 'is not JSON' : 'cannot be read');
  }
}

function invalid(path: string, because: string): MigrationError {
  return new MigrationError('DIFFERENCES_INVALID', `${path} ${because}`, {
    hint: `Write it anew: "${listingCommand()}".`,
    facts: { path },
  });
}
