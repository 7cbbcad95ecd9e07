import { givenIn } from '../../../../src/core/run/given-options';
import { asTyped, AS_WRITTEN, inTexts, namingRun } from '../../../../src/core/run/printed-commands';

const here = { program: 'npx cutover', given: givenIn(['status', '--config', 'my config.ts']) };

describe('asTyped', () => {
  it.each([
    [
      'Go on with: cutover migrate --resume --run r1',
      "Go on with: npx cutover migrate --config 'my config.ts' --resume --run r1",
    ],
    [
      'Run "cutover validate", then "cutover report".',
      `Run "npx cutover validate --config 'my config.ts'", then "npx cutover report --config 'my config.ts'".`,
    ],
    ['`cutover check` lists them', "`npx cutover check --config 'my config.ts'` lists them"],
    ['  cutover rejects retry --run r1', "  npx cutover rejects retry --config 'my config.ts' --run r1"],
    ['Run "cutover demo" again', 'Run "npx cutover demo" again'],
    ['Run "cutover migrate --help".', 'Run "npx cutover migrate --help".'],
    ['  $ cutover status', "  $ npx cutover status --config 'my config.ts'"],
  ])('makes of %j what can be typed', (text, expected) => {
    expect(asTyped(text, here)).toBe(expected);
  });

  it.each([
    'a defect of cutover.',
    'schema cutover of the target',
    'cutover.journal',
    'see ./cutover check',
    'rights that cutover reset may use',
  ])('leaves %j alone', (text) => {
    expect(asTyped(text, here)).toBe(text);
  });

  it('leaves commands as they are written where the program is called so', () => {
    expect(asTyped('Go on with: cutover migrate --resume', AS_WRITTEN)).toBe('Go on with: cutover migrate --resume');
  });
});

describe('namingRun', () => {
  it.each([
    [
      '"cutover migrate --resume", or "cutover reset --run r0"',
      '"cutover migrate --resume --run r1", or "cutover reset --run r0"',
    ],
    ['with: cutover migrate --resume --new-snapshot', 'with: cutover migrate --resume --run r1 --new-snapshot'],
    ['"cutover validate --level rows"', '"cutover validate --run r1 --level rows"'],
    ['"cutover validate --level rows --run r0"', '"cutover validate --level rows --run r0"'],
    ['Start anew with: cutover migrate', 'Start anew with: cutover migrate'],
    ['"cutover ledger list" shows all', '"cutover ledger list" shows all'],
  ])('makes of %j what is about the run', (text, expected) => {
    expect(namingRun(text, 'r1')).toBe(expected);
  });
});

it('the texts of a value are changed at every depth, and nothing else', () => {
  const date = new Date(0);
  const value = { a: ['x', { b: 'y', n: 1, none: null }], at: date };
  expect(inTexts(value, (text) => text.toUpperCase())).toEqual({ a: ['X', { b: 'Y', n: 1, none: null }], at: date });
});
