import { readFile } from 'node:fs/promises';
import { MigrationError } from '../core/errors';
import type { DifferenceList } from '../core/difference-list';
import { FORMAT } from './differences';

/** Reads what `writeDifferences` has written. Throws DIFFERENCES_INVALID where that is not what the file is. */
export async function readDifferences(path: string): Promise<DifferenceList> {
  const content = await parsed(path);
  if (!isObject(content) || content['format'] !== FORMAT.format) throw invalid(path, 'is no list of differences');
  if (content['version'] !== FORMAT.version) throw invalid(path, 'is of another version of cutover');
  if (!isList(content)) throw invalid(path, 'is not whole, or was changed');
  return content;
}

async function parsed(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw invalid(path, error instanceof SyntaxError ? 'is not JSON' : 'cannot be read');
  }
}

type Members = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null;
}

function isList(content: Members): content is Members & DifferenceList {
  const { entities, level } = content;
  const texts = ['id', 'run', 'source', 'target'].every((name) => typeof content[name] === 'string');
  return texts && (level === 'keys' || level === 'rows') && Array.isArray(entities) && entities.every(isEntity);
}

function isEntity(value: unknown): boolean {
  if (!isObject(value) || !isObject(value['comparison'])) return false;
  const { entity, fingerprint, comparison, differences } = value;
  const matchedBy = comparison['matchedBy'];
  return (
    typeof entity === 'string' &&
    typeof fingerprint === 'string' &&
    isObject(matchedBy) &&
    Array.isArray(matchedBy['columns']) &&
    Array.isArray(differences) &&
    differences.every(isDifference)
  );
}

const KINDS: readonly unknown[] = ['missing', 'extra', 'doubled', 'different'];

function isDifference(value: unknown): boolean {
  return isObject(value) && KINDS.includes(value['kind']) && Array.isArray(value['values']);
}

function invalid(path: string, because: string): MigrationError {
  return new MigrationError('DIFFERENCES_INVALID', `${path} ${because}`, {
    hint: 'Write it anew: "cutover validate --level rows --differences <file>".',
    facts: { path },
  });
}
