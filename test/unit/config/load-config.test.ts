import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { DefaultNamingStrategy } from 'typeorm';
import type { CutoverConfig } from '../../../src/config/define-config';
import { findConfig } from '../../../src/config/find-config';
import { readConfig } from '../../../src/config/load-config';
import { legacyTable } from '../../../src/core/mapping/legacy-table';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';

const ROOT = join(__dirname, '..', '..', '..');

class Coil {
  id!: string;
}

const { from, mapTo } = legacyTable<{ ID: string }>('COILS', { key: ['ID'] });
const coils = mapTo(Coil, { id: from('ID') });

afterAll(removeTemporaryFolders);

describe('findConfig', () => {
  it('finds the nearest config from a folder upwards', () => {
    const folder = temporaryFolder({ 'cutover.config.js': '', 'a/cutover.config.ts': '', 'a/b/c/x.txt': '' });
    expect(findConfig(join(folder, 'a/b/c'), null)).toBe(join(folder, 'a/cutover.config.ts'));
    expect(findConfig(folder, null)).toBe(join(folder, 'cutover.config.js'));
  });

  it('shows what to write where there is none', () => {
    expect(() => findConfig(temporaryFolder(), null)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_NOT_FOUND',
        hint: expect.stringContaining('defineConfig({') as string,
      }) as Error,
    );
  });

  it('refuses a named file that is not there', () => {
    expect(() => findConfig('/', '/no/such.ts')).toThrow(
      expect.objectContaining({ code: 'CONFIG_NOT_FOUND' }) as Error,
    );
  });
});

describe('readConfig', () => {
  it('takes a default export or module.exports, and gathers the entities', () => {
    class Other {}
    for (const exported of [
      { default: { mappings: [coils], entities: [Other, Coil] } },
      { mappings: [coils], entities: [Other] },
    ]) {
      expect(readConfig('c.ts', exported)).toMatchObject({
        path: 'c.ts',
        mappings: [coils],
        entityClasses: [Coil, Other],
      });
    }
  });

  it('takes every key that defineConfig offers', () => {
    const config = {
      ...{ source: { user: 'legacy' }, target: { url: 'postgres://here' }, mappings: [coils], entities: [Coil] },
      ...{ schema: 'plant', notMigrated: { 'A.%': 'kept' }, allowTriggers: ['coil'], allowUnlogged: true },
      ...{ namingStrategy: new DefaultNamingStrategy() },
    } satisfies Record<keyof CutoverConfig, unknown>;
    expect(readConfig('c.ts', { default: config })).toMatchObject(config);
    expect(readConfig('c.ts', { mappings: [coils], schema: undefined })).toMatchObject({ mappings: [coils] });
  });

  it.each([
    ['nothing', {}, 'it has no mappings'],
    ['no mappings', { default: { mappings: [] } }, 'it has no mappings'],
    ['a stranger among the mappings', { mappings: [{}] }, 'mapTo'],
    ['two mappings of one name', { mappings: [coils, coils] }, 'two mappings are named coil'],
    ['an unknown key', { mappings: [coils], mapping: [] }, 'unknown key mapping'],
    ['entities that are no classes', { mappings: [coils], entities: ['Coil'] }, 'entities'],
    ['a source that is no object', { mappings: [coils], source: null }, 'source is not an object'],
    ['a target that is no object', { mappings: [coils], target: [] }, 'target is not an object'],
    ['a schema without a name', { mappings: [coils], schema: '' }, 'schema is not'],
    ['a schema that is no text', { mappings: [coils], schema: 5 }, 'schema is not'],
    ['a naming strategy by its name', { mappings: [coils], namingStrategy: 'snake' }, 'namingStrategy is not'],
    ['reasons without tables', { mappings: [coils], notMigrated: ['T'] }, 'notMigrated is not'],
    ['triggers that are no list', { mappings: [coils], allowTriggers: 'coil' }, 'allowTriggers is not'],
    ['an allowance that is no answer', { mappings: [coils], allowUnlogged: 'no' }, 'allowUnlogged is neither'],
  ])('refuses %s', (_case, exported, message) => {
    expect(() => readConfig('c.ts', exported)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(message) as string }) as Error,
    );
  });
});

/** Jest has a `require` of its own, which no hook reaches: these files are loaded in a process of their own, all in one. */
const PROJECTS = {
  'typescript/cutover.config.ts': [
    "import { defineConfig, legacyTable } from 'cutover';",
    "import { Coil } from './coil';",
    "const { from, mapTo } = legacyTable<{ ID: string }>('COILS', { key: ['ID'] });",
    "export default defineConfig({ mappings: [mapTo(Coil, { id: from('ID') })] });",
  ],
  'typescript/coil.ts': [
    'const column: PropertyDecorator = () => undefined;',
    'export class Coil { @column id!: string; }',
  ],
  'esm-syntax/cutover.config.js': [
    "import { legacyTable } from 'cutover';",
    "const { from, mapTo } = legacyTable('COILS', { key: ['ID'] });",
    "export default { mappings: [mapTo(class Coil {}, { id: from('ID') })] };",
  ],
  'syntax/cutover.config.ts': ['', "export const password = 'planted-secret' 'planted-secret';"],
  'throws/cutover.config.ts': [
    '',
    'const url = process.env.DATABASE_URL;',
    'throw new Error(`no ${url} planted-secret`);',
  ],
  'throws-below/cutover.config.ts': ["export { default } from './mapping';"],
  // Types and comments that the compiled text lacks: its lines are not those of the file.
  'throws-below/mapping.ts': [
    'interface Row {',
    '  readonly id: string;',
    '}',
    '',
    '/** Not defined anywhere. */',
    'declare const trimed: (row: Row) => void;',
    '',
    "trimed({ id: '1' });",
    'export default {};',
  ],
  'no-class/cutover.config.ts': [
    "import { legacyTable } from 'cutover';",
    "import * as classes from './classes';",
    "const { from, mapTo } = legacyTable<{ ID: string }>('P.COILS', { key: ['ID'] });",
    "export default { mappings: [mapTo((classes as any).Coil, { id: from('ID') })] };",
  ],
  'no-class/classes.ts': ['export {};'],
  'missing/cutover.config.ts': ["import 'no-such-package';"],
};

interface Loaded {
  readonly entities?: readonly string[];
  readonly type?: string;
  readonly code?: string;
  readonly message?: string;
  readonly hint?: string;
}

function loadAll(): { readonly folder: string; readonly results: Record<string, Loaded> } {
  const folder = temporaryFolder(
    Object.fromEntries(Object.entries(PROJECTS).map(([path, lines]) => [path, lines.join('\n')])),
  );
  const script = `
    require('reflect-metadata');
    const { loadConfig } = require('./src/config/load-config.ts');
    const results = {};
    for (const path of ${JSON.stringify(Object.keys(PROJECTS).filter((path) => path.includes('config')))}) {
      try {
        const config = loadConfig(${JSON.stringify(folder)} + '/' + path, ['planted-secret']);
        const type = Reflect.getMetadata?.('design:type', config.entityClasses[0].prototype, 'id')?.name;
        results[path.split('/')[0]] = { entities: config.mappings.map((mapping) => mapping.entity), type };
      } catch ({ code, message, hint }) {
        results[path.split('/')[0]] = { code, message, hint };
      }
    }
    console.log(JSON.stringify(results));`;
  const output = execFileSync(process.execPath, ['-r', '@swc-node/register', '-e', script], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return { folder, results: JSON.parse(output) as Record<string, Loaded> };
}

describe('loadConfig', () => {
  const { folder, results } = loadAll();

  it('loads TypeScript with the types of decorated properties, and leads the package name to itself', () => {
    expect(results['typescript']).toEqual({ entities: ['coil'], type: 'String' });
  });

  it('loads ES modules in .js files', () => {
    expect(results['esm-syntax']).toMatchObject({ entities: ['coil'] });
  });

  it('names the line of a syntax error without quoting it', () => {
    expect(results['syntax']).toMatchObject({ code: 'CONFIG_INVALID' });
    const where = join(folder, 'syntax/cutover.config.ts:2:');
    expect(results['syntax']?.message).toMatch(new RegExp(`^${where}\\d+: \\S.{5,}`));
  });

  it('names the line where a config throws', () => {
    expect(results['throws']?.message).toContain(`${join(folder, 'throws/cutover.config.ts:3')} failed`);
  });

  it('names the line of an imported file, as it was written', () => {
    expect(results['throws-below']?.message).toBe(
      `${join(folder, 'throws-below/mapping.ts:8')} failed while it was loaded: trimed is not defined`,
    );
  });

  it('names the mapping whose class is undefined', () => {
    expect(results['no-class']).toMatchObject({
      code: 'MAPPING_INVALID',
      message: expect.stringContaining('the mapping of P.COILS') as string,
    });
  });

  it('says which module is missing', () => {
    expect(results['missing']).toMatchObject({
      code: 'CONFIG_INVALID',
      hint: expect.stringContaining('Install') as string,
    });
    expect(results['missing']?.message).toContain("Cannot find module 'no-such-package'");
  });

  it('never repeats a secret', () => {
    expect(JSON.stringify(results)).not.toContain('planted-secret');
  });
});
