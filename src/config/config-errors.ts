import { MigrationError } from '../core/errors';

/** One thing wrong with a setting: `name` of the variable, `fault` in words, never its value. */
export interface Fault {
  readonly name: string;
  readonly fault: string;
}

/** Settings are missing or wrong; all of them in one error. */
export function settingsInvalid(faults: readonly Fault[]): MigrationError {
  const names = [...new Set(faults.map(({ name }) => name))];
  const count = faults.length === 1 ? '1 setting is' : `${faults.length} settings are`;
  const list = faults.map(({ name, fault }) => `  ${name} ${fault}`);
  return new MigrationError('CONFIG_INVALID', `${count} missing or wrong: ${names.join(', ')}`, {
    hint: ['Set them in .env or in the environment (.env.example explains each):', ...list].join('\n'),
    facts: Object.fromEntries(faults.map(({ name, fault }) => [name, fault])),
  });
}

/** There is no config file here or above. */
export function configNotFound(directory: string): MigrationError {
  return new MigrationError('CONFIG_NOT_FOUND', `no cutover.config.ts, .js or .cjs in ${directory} or above it`, {
    hint: ['Write one, or name it with --config <file>:', ...EXAMPLE.map((line) => `  ${line}`)].join('\n'),
    facts: { directory },
  });
}

const EXAMPLE = [
  "import { defineConfig } from 'cutover';",
  "import { customers } from './src/customer.mapping';",
  'export default defineConfig({ mappings: [customers] });',
];

/** The file that `--config` names is not there. */
export function configFileMissing(path: string): MigrationError {
  return new MigrationError('CONFIG_NOT_FOUND', `there is no file ${path}`, {
    hint: 'Correct the path behind --config.',
    facts: { path },
  });
}

/** A TypeScript or JavaScript file of the project cannot be compiled. Says where and why, without quoting the source. */
export function sourceSyntax(where: string, reason: string): MigrationError {
  return new MigrationError('CONFIG_INVALID', `${where}: ${reason}`, {
    hint: 'Correct the file at this line; "npx tsc --noEmit" shows it in full.',
    facts: { where },
  });
}

/** The config (or a file it imports) threw while it was loaded. `message` is free of secrets. */
export function configThrew(where: string, message: string): MigrationError {
  return new MigrationError('CONFIG_INVALID', `${where} failed while it was loaded: ${message}`, {
    hint: hintFor(message),
    facts: { where },
  });
}

function hintFor(message: string): string {
  if (message.includes("Cannot find module 'cutover'")) return 'Install it in the project: npm install cutover.';
  if (message.includes('Cannot find module')) return 'Install the package, or correct the import.';
  if (message.includes('require() of ES Module')) return 'Name the file cutover.config.ts, or cutover.config.cjs.';
  return 'Correct the file; --debug shows where it failed.';
}

/** The config was loaded and does not say what it must. */
export function configShape(path: string, faults: readonly string[]): MigrationError {
  const [first = '', ...others] = faults;
  return new MigrationError('CONFIG_INVALID', `${path}: ${first}`, {
    hint: [...others.map((fault) => `Also: ${fault}.`), 'Export defineConfig({ mappings: [...] }) as default.'].join(
      '\n',
    ),
    facts: { path, faults: faults.length },
  });
}
