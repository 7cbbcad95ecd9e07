import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { transform } from '@swc/core';

/** The command line, compiled as the sources are now: it starts at once, and no later build changes it. */
export interface SnapshotBuild {
  readonly cli: string;
  /** A config of the reference application. */
  readonly config: string;
  /** Compiles one file (a path below `src`) anew, from this text instead of its own; null takes its own again. */
  recompile(file: string, text: string | null): Promise<void>;
  /** Compiles a file of another folder into the build, where `cutover` and `src` are this very build. Its path there. */
  include(file: string): Promise<string>;
  remove(): Promise<void>;
}

const ROOT = path.join(__dirname, '..');
const SOURCE = path.join(ROOT, 'src');
/** Inside the project, so that the packages are found. */
const FOLDER = path.join(ROOT, 'node_modules', '.cache', 'cutover-snapshots');

const CONFIG = `const { abisEntities } = require('./dist/entities');
const { abisMappings } = require('./dist/mappings');
module.exports = { mappings: abisMappings, entities: abisEntities };
`;

/** Compiles `src` into a folder of its own. */
export async function buildSnapshot(): Promise<SnapshotBuild> {
  await mkdir(FOLDER, { recursive: true });
  const folder = await mkdtemp(path.join(FOLDER, 'build-'));
  const recompile = async (file: string, text: string | null): Promise<void> => {
    const to = path.join(folder, 'dist', file.replace(/\.ts$/, '.js'));
    await mkdir(path.dirname(to), { recursive: true });
    await compile(path.join(SOURCE, file), { to, text });
  };
  const entries = await readdir(SOURCE, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ts'));
  await Promise.all(
    files.map(({ parentPath, name }) => recompile(path.relative(SOURCE, path.join(parentPath, name)), null)),
  );
  await symlink('dist', path.join(folder, 'src'));
  await copyFile(path.join(ROOT, 'package.json'), path.join(folder, 'package.json'));
  const config = path.join(folder, 'cutover.config.js');
  await writeFile(config, CONFIG);
  return {
    cli: path.join(folder, 'dist', 'cli.js'),
    config,
    recompile,
    include: async (file) => {
      const to = path.join(folder, path.relative(ROOT, file).replace(/\.ts$/, '.js'));
      await mkdir(path.dirname(to), { recursive: true });
      await compile(file, { to, text: null });
      return to;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function compile(
  file: string,
  { to, text }: { readonly to: string; readonly text: string | null },
): Promise<void> {
  const { code } = await transform(text ?? (await readFile(file, 'utf8')), { filename: file, sourceMaps: 'inline' });
  await writeFile(to, code);
}
