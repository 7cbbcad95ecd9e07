import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { configFileMissing, configNotFound } from './config-errors';

const NAMES = ['cutover.config.ts', 'cutover.config.js', 'cutover.config.cjs'];

/** The config file: the one named, else the nearest from `directory` upwards. Throws CONFIG_NOT_FOUND. */
export function findConfig(directory: string, named: string | null): string {
  if (named !== null) {
    if (!existsSync(named)) throw configFileMissing(named);
    return named;
  }
  const found = nearest(directory);
  if (found === null) throw configNotFound(directory);
  return found;
}

/** As `findConfig`, but null where there is none and none was named. */
export function findConfigIfAny(directory: string, named: string | null): string | null {
  return named === null ? nearest(directory) : findConfig(directory, named);
}

function nearest(directory: string): string | null {
  for (let folder = directory; ; folder = dirname(folder)) {
    const found = NAMES.map((name) => join(folder, name)).find((path) => existsSync(path));
    if (found !== undefined) return found;
    if (dirname(folder) === folder) return null;
  }
}
