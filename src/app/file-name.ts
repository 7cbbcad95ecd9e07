import { isAbsolute, relative } from 'node:path';

/** How printed commands name a file: below the working directory by its way from there, elsewhere by its whole path. */
export function fileName(path: string, directory: string): string {
  const name = relative(directory, path);
  return name.startsWith('..') || isAbsolute(name) ? path : name;
}
