import { invokedAs } from '../../../src/config/invocation';

describe('how the program was started', () => {
  it.each([
    ['npx', { npm_command: 'exec', npm_lifecycle_event: 'npx' }, '/p/node_modules/.bin/cutover', 'npx cutover'],
    ['the script of a checkout', { npm_command: 'run-script', npm_lifecycle_event: 'cutover' }, '/p/src/cli.ts', NPM()],
    ['npm run demo in a checkout', { npm_command: 'run-script', npm_lifecycle_event: 'demo' }, '/p/src/cli.ts', NPM()],
    ['the sources', {}, '/p/src/cli.ts', NPM()],
    ['a script of a project', { npm_lifecycle_event: 'load' }, '/p/node_modules/.bin/cutover', 'npx cutover'],
    ['the folder of programs', {}, '/p/node_modules/.bin/cutover', 'npx cutover'],
    ['a shell that finds it', {}, '/usr/local/bin/cutover', 'cutover'],
    ['node', {}, '/p/my dist/cli.js', "node 'my dist/cli.js'"],
  ])('by %s is typed again', (_, environment, script, expected) => {
    expect(invokedAs(environment, script, '/p')).toBe(expected);
  });
});

function NPM(): string {
  return 'npm run cutover --';
}
