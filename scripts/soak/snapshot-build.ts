import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { transformFile } from '@swc/core';

/** The command line, compiled as the sources are now: it starts at once, and no later build changes it. */
export interface SnapshotBuild {
  readonly cli: string;
  readonly config: string;
  remove(): Promise<void>;
}

const ROOT = path.join(__dirname, '..', '..');
/** Inside the project, so that the packages are found. */
const FOLDER = path.join(ROOT, 'node_modules', '.cache', 'cutover-soak');
const CONFIG = `const { abisEntities } = require('./dist/entities');
const { abisMappings } = require('./dist/mappings');
module.exports = { mappings: abisMappings, entities: abisEntities };
`;

/** Compiles `src` into a folder of its own, laid out as the published package is. */
export async function buildSnapshot(): Promise<SnapshotBuild> {
  await mkdir(FOLDER, { recursive: true });
  const folder = await mkdtemp(path.join(FOLDER, 'build-'));
  const source = path.join(ROOT, 'src');
  const entries = await readdir(source, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ts'));
  await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const to = path.join(folder, 'dist', path.relative(source, parentPath), name.replace(/\.ts$/, '.js'));
      await mkdir(path.dirname(to), { recursive: true });
      const { code } = await transformFile(path.join(parentPath, name), { sourceMaps: 'inline' });
      await writeFile(to, code);
    }),
  );
  await copyFile(path.join(ROOT, 'package.json'), path.join(folder, 'package.json'));
  const config = path.join(folder, 'cutover.config.js');
  await writeFile(config, CONFIG);
  return {
    cli: path.join(folder, 'dist', 'cli.js'),
    config,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
