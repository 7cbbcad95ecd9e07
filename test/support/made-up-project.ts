import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT } from './source-files';
import { temporaryFolder } from './temporary-folder';

/** A file and what it imports: files of the project, packages, modules of Node. */
export type Import = readonly [from: string, to: string];

export interface Cruised {
  readonly violations: readonly {
    readonly rule: { readonly name: string };
    readonly from: string;
    readonly to: string;
  }[];
  readonly rules: readonly string[];
}

interface Packages {
  readonly used: readonly string[];
  readonly inDevelopment: readonly string[];
}

/** What the rules of this repository say of a project of these imports, whose files have no other content. */
export function cruised(imports: readonly Import[], packages: Packages): Cruised {
  const folder = temporaryFolder();
  const files = new Map(
    imports
      .flat()
      .filter(isFile)
      .map((file) => [file, new Array<string>()]),
  );
  for (const [from, to] of imports) if (from !== to) files.get(from)?.push(to);
  for (const [file, targets] of files)
    write(folder, file, `${targets.map((to) => `import '${specifier(file, to)}';\n`).join('')}export {};\n`);
  install(folder, packages);
  write(folder, 'tsconfig.json', '{ "compilerOptions": { "module": "commonjs" } }');
  copyFileSync(join(ROOT, '.dependency-cruiser.js'), join(folder, '.dependency-cruiser.js'));
  return cruise(folder);
}

const isFile = (target: string): boolean => /^(src|test|scripts)\//.test(target);

function specifier(file: string, to: string): string {
  return isFile(to) ? `./${relative(dirname(file), to.replace(/\.ts$/, ''))}` : to;
}

function install(folder: string, { used, inDevelopment }: Packages): void {
  for (const name of [...used, ...inDevelopment]) {
    write(folder, `node_modules/${name}/index.js`, '');
    write(folder, `node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
  }
  const versions = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, '1.0.0']));
  const manifest = { name: 'made-up', dependencies: versions(used), devDependencies: versions(inDevelopment) };
  write(folder, 'package.json', JSON.stringify(manifest));
}

function write(folder: string, file: string, text: string): void {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** In a process of its own: dependency-cruiser is an ES module, which Jest does not load. It exits with the number of violations. */
function cruise(folder: string): Cruised {
  const program = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const { stdout } = spawnSync(
    process.execPath,
    [program, '--config', '.dependency-cruiser.js', '--output-type', 'json', 'src', 'test', 'scripts'],
    { cwd: folder, maxBuffer: 1 << 28, encoding: 'utf8' },
  );
  const { summary } = JSON.parse(stdout) as {
    summary: Pick<Cruised, 'violations'> & { ruleSetUsed: { forbidden: { name: string }[] } };
  };
  const named = (target: string): string => target.replace(/^node_modules\/(.*)\/index\.js$/, '$1');
  return {
    violations: summary.violations.map((each) => ({ ...each, to: named(each.to) })),
    rules: summary.ruleSetUsed.forbidden.map(({ name }) => name),
  };
}
