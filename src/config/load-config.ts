import { createRequire } from 'node:module';
import type { TableMapping } from '../core/mapping/table-mapping';
import { MigrationError } from '../core/errors';
import { syntaxErrorIn, withCompiler } from './compile-project';
import { configShape, configThrew } from './config-errors';
import type { CutoverConfig, EntityClass } from './define-config';
import { redactAll } from './redact';

/** A loaded config: the mappings by name, and every entity class that TypeORM must know. */
export interface LoadedConfig extends CutoverConfig {
  readonly path: string;
  /** The mappings' targets, then the config's own `entities`, each once. */
  readonly entityClasses: readonly EntityClass[];
}

/** Loads a config file and what it imports. Throws CONFIG_INVALID with the place, without quoting the source or a secret. */
export function loadConfig(path: string, secrets: readonly string[]): LoadedConfig {
  return readConfig(
    path,
    withCompiler(() => exportsOf(path, secrets)),
  );
}

/** Judges a fault while the compiler is there: afterwards a stack is no longer led back to the source. */
function exportsOf(path: string, secrets: readonly string[]): unknown {
  try {
    return createRequire(path)(path);
  } catch (error) {
    if (error instanceof MigrationError) throw error;
    // In a checkout another hook compiles first, and reports in the compiler's own words.
    throw syntaxErrorIn(String(error)) ?? threw(path, error, secrets);
  }
}

/** Checks what a config file exports, as default or as `module.exports`; all faults in one CONFIG_INVALID. */
export function readConfig(path: string, exported: unknown): LoadedConfig {
  const config = isRecord(exported) && 'default' in exported ? exported['default'] : exported;
  if (!isRecord(config)) throw configShape(path, ['it exports no configuration']);
  const faults = faultsOf(config);
  if (faults.length > 0) throw configShape(path, faults);
  const checked = config as unknown as CutoverConfig;
  const targets = checked.mappings.map((mapping) => mapping.target as EntityClass);
  return { ...checked, path, entityClasses: [...new Set([...targets, ...(checked.entities ?? [])])] };
}

function faultsOf(config: Readonly<Record<string, unknown>>): string[] {
  const { mappings } = config;
  const faults = Object.entries(config).flatMap(([key, value]) => {
    if (!isKey(key)) return [`unknown key ${key}`];
    return value === undefined ? [] : FAULTS_OF[key](value);
  });
  if (!Array.isArray(mappings) || mappings.length === 0) return ['it has no mappings', ...faults];
  if (!mappings.every(isMapping)) return ['mappings holds something that mapTo(…) did not make', ...faults];
  return [...twice(mappings.map(({ entity }) => entity)), ...faults];
}

type FaultsOf = (value: unknown) => readonly string[];

/** What is wrong with the value of each key that a config may have. */
const FAULTS_OF: Readonly<Record<keyof CutoverConfig, FaultsOf>> = {
  source: (value) => (isSection(value) ? [] : ['source is not an object of settings']),
  target: (value) => (isSection(value) ? [] : ['target is not an object of settings']),
  mappings: () => [],
  entities: (value) => (isListOf('function', value) ? [] : ['entities is not a list of classes']),
  namingStrategy: (value) => (isRecord(value) ? [] : ['namingStrategy is not a naming strategy of TypeORM']),
  notMigrated: (value) => reasonFaults(value),
  schema: (value) => (typeof value === 'string' && value !== '' ? [] : ['schema is not the name of a schema']),
  allowTriggers: (value) => (isListOf('string', value) ? [] : ['allowTriggers is not a list of names of entities']),
  allowUnlogged: (value) => (typeof value === 'boolean' ? [] : ['allowUnlogged is neither true nor false']),
};

function isKey(key: string): key is keyof CutoverConfig {
  return Object.hasOwn(FAULTS_OF, key);
}

function isSection(value: unknown): boolean {
  return isRecord(value) && !Array.isArray(value);
}

function isListOf(type: 'string' | 'function', value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === type);
}

function reasonFaults(notMigrated: unknown): string[] {
  if (!isRecord(notMigrated) || Array.isArray(notMigrated)) return ['notMigrated is not an object of reasons by table'];
  return Object.entries(notMigrated)
    .filter(([, reason]) => typeof reason !== 'string' || reason.trim() === '')
    .map(([table]) => `notMigrated gives no reason for ${table}`);
}

function twice(names: readonly string[]): string[] {
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  return [...new Set(repeated)].map((name) => `two mappings are named ${name}: name one by { entity: '…' }`);
}

function isMapping(value: unknown): value is TableMapping {
  return isRecord(value) && typeof value['entity'] === 'string' && Array.isArray(value['fields']);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function threw(path: string, error: unknown, secrets: readonly string[]): MigrationError {
  const failure = error instanceof Error ? error : new TypeError(String(error));
  const [firstLine = ''] = failure.message.split('\n');
  return configThrew(placeOf(failure.stack ?? '') ?? path, redactAll(firstLine, secrets));
}

/** The innermost line of the project's own files in a stack. */
function placeOf(stack: string): string | null {
  const lines = stack.split('\n').filter((line) => !/node:|node_modules/.test(line) && !line.includes(__dirname));
  return /\(?(\/[^():]+|[A-Za-z]:\\[^():]+):(\d+):\d+\)?$/m.exec(lines.join('\n'))?.slice(1, 3).join(':') ?? null;
}
