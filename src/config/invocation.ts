import { basename, dirname, relative } from 'node:path';
import { shellWord } from '../core/words/shell-word';
import type { Environment } from './environment';

const BY_NPX = 'npx cutover';
const BY_NPM = 'npm run cutover --';

/**
 * How this program was started, as it is typed again: npm and npx leave their names in the environment, a shell leaves the path of the program.
 * `script`: what Node runs.
 */
export function invokedAs(environment: Environment, script: string, directory: string): string {
  const { npm_command: command, npm_lifecycle_event: event } = environment;
  if (command === 'exec') return BY_NPX;
  // From a checkout: its own script is the one that takes options.
  if (event === 'cutover' || script.endsWith('.ts')) return BY_NPM;
  // A script of the user's project, which has its own name and options: its folder of programs is npx's too.
  if (event !== undefined || basename(dirname(script)) === '.bin') return BY_NPX;
  return basename(script) === 'cutover' ? 'cutover' : `node ${shellWord(relative(directory, script))}`;
}
