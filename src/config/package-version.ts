import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Version of this package. */
export function packageVersion(): string {
  return versionIn(join(__dirname, '..', '..', 'package.json'));
}

export function versionIn(manifest: string): string {
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }).version;
}
