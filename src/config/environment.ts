import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { config } from 'dotenv';

/** Environment variables by name, as `process.env` holds them. */
export type Environment = Record<string, string | undefined>;

/** Adds the values of `directory/.env` to the environment; what is set already stays. Does nothing where there is no such file. */
export function addDotEnv(environment: Environment, directory: string): void {
  const path = join(directory, '.env');
  if (existsSync(path)) config({ path, quiet: true, override: false, processEnv: environment });
}

/** Whether the user asked for text without colour (https://no-color.org). */
export function wantsNoColour(environment: Environment): boolean {
  return (environment['NO_COLOR'] ?? '') !== '';
}

/** The process's own variables, to be handed on. */
export function processEnvironment(): Environment {
  return process.env;
}
