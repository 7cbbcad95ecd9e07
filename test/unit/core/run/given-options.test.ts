import { givenIn } from '../../../../src/core/run/given-options';
import { asTyped } from '../../../../src/core/run/printed-commands';

describe('givenIn', () => {
  it('reads the command and its options as a shell takes them, given once or more often', () => {
    const argv = [
      'rejects',
      'retry',
      '--entity',
      'coil',
      'scrap coil',
      '--yes',
      '--log-dir=my logs',
      '--entity',
      'job',
    ];
    const { command, options } = givenIn(argv);
    expect(command).toBe('rejects retry');
    expect([...options]).toEqual([
      ['--entity', " coil 'scrap coil' job"],
      ['--yes', ''],
      ['--log-dir', " 'my logs'"],
    ]);
  });

  it('keeps empty values and what holds an equals sign', () => {
    expect([...givenIn(['migrate', '--where', 'coil=A = 1', '--log-dir=']).options]).toEqual([
      ['--where', " 'coil=A = 1'"],
      ['--log-dir', " ''"],
    ]);
  });
});

describe('a printed command', () => {
  const typed = (text: string, ...given: string[]): string =>
    asTyped(text, { program: 'cutover', given: givenIn(given) });

  it.each([
    ['cutover migrate --resume --run r1', 'cutover migrate --log-dir logs --resume --run r1'],
    ['cutover rejects retry --run r1', 'cutover rejects retry --log-dir logs --lock-timeout 5 --run r1'],
    ['cutover reset --run r1', 'cutover reset --log-dir logs --lock-timeout 5 --run r1'],
    ['cutover status', 'cutover status --lock-timeout 5'],
    ['cutover demo --keep', 'cutover demo --keep'],
  ])('after a migration: %s has what it takes of its options and the run does not keep', (text, expected) => {
    expect(typed(text, 'migrate', '--lanes', '2', '--log-dir', 'logs', '--lock-timeout', '5', '--yes')).toBe(expected);
  });

  it('that starts a migration anew has its options, but those that it says itself', () => {
    const given = ['migrate', '--entity', 'coil', 'job', '--where', 'coil=A > 1', '--on-conflict', 'abort', '--yes'];
    expect(typed('Or: cutover migrate --restart --on-conflict skip', ...given)).toBe(
      "Or: cutover migrate --entity coil job --where 'coil=A > 1' --restart --on-conflict skip",
    );
    expect(typed('cutover migrate --restart', 'check', '--entity', 'coil')).toBe('cutover migrate --restart');
  });

  it('that goes on with the command that was given is about the same entities of the same run', () => {
    const given = ['rejects', 'retry', '--run', 'r1', '--entity', 'job'];
    expect(typed('cutover rejects retry --run r1', ...given)).toBe('cutover rejects retry --entity job --run r1');
    expect(typed('cutover rejects retry --run r0', ...given)).toBe('cutover rejects retry --run r0');
    expect(typed('cutover reset --run r1', ...given)).toBe('cutover reset --run r1');
    expect(typed('cutover reset --run r1 --accept-edited', 'reset', '--run', 'r1', '--leave-changed')).toBe(
      'cutover reset --leave-changed --run r1 --accept-edited',
    );
  });
});
