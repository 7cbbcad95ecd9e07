import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { config } from 'dotenv';
import { settingsInvalid } from './config-errors';
import { SETTING_NAMES } from './setting-names';

/** Environment variables by name, as `process.env` holds them. */
export type Environment = Record<string, string | undefined>;

/**
 * Adds the values of `directory/.env` to the environment; what is set already stays. Does nothing where there is no such file. Throws
 * CONFIG_INVALID for a setting that would lose its end.
 */
export function addDotEnv(environment: Environment, directory: string): void {
  const path = join(directory, '.env');
  if (!existsSync(path)) return;
  refuseCutValues(readFileSync(path, 'utf8'), environment);
  config({ path, quiet: true, override: false, processEnv: environment });
}

/** Outside of quotes whatever follows a # is a comment, also in the middle of a password. */
function refuseCutValues(text: string, environment: Environment): void {
  const names = Object.keys(SETTING_NAMES).filter((name) => environment[name] === undefined);
  const cut = names.filter((name) => {
    const value = new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=[^\\S\\r\\n]*([^'"\`#\\s][^\\r\\n]*)`, 'm').exec(
      text,
    )?.[1];
    return value?.replace(/\s#.*/, '').includes('#') === true;
  });
  if (cut.length === 0) return;
  const fault = 'has a # in .env, and what follows it would be lost: put the value between single quotes';
  throw settingsInvalid(cut.map((name) => ({ name, fault })));
}

/** Whether the user asked for text without colour (https://no-color.org). */
export function wantsNoColour(environment: Environment): boolean {
  return (environment['NO_COLOR'] ?? '') !== '';
}

/** The process's own variables, to be handed on. */
export function processEnvironment(): Environment {
  return process.env;
}
