import { errorFacts, errorText } from '../../../src/terminal/error-text';
import { asMigrationError } from '../../../src/app/as-migration-error';
import { AS_WRITTEN } from '../../../src/core/run/printed-commands';
import { speechOf } from '../../../src/terminal/speech';
import { MigrationError } from '../../../src/core/errors';

const speech = speechOf(AS_WRITTEN);
const inner = Object.assign(new RangeError('connect to postgres://u:planted-secret@h/d refused\nsecond line'), {});
const outer = new MigrationError('TARGET_UNREACHABLE', 'the target does not answer', {
  hint: 'Start it.\nOr look elsewhere.',
  cause: new MigrationError('INTERNAL', 'pool', { cause: inner }),
  facts: { url: 'postgres://u:planted-secret@h/d', tries: 3 },
});

describe('errorText', () => {
  it('is three lines: error, hint, cause', () => {
    const error = new MigrationError('CHECKPOINT_STALE', 'checkpoint of customers was written by another mapping', {
      hint: 'Run with --restart.',
    });
    expect(errorText(error, { detail: 'plain', secrets: [], speech })).toBe(
      [
        'error  CHECKPOINT_STALE  checkpoint of customers was written by another mapping',
        'hint   Run with --restart.',
        'cause  (none)  docs/ERRORS.md#checkpoint_stale',
        '',
      ].join('\n'),
    );
  });

  it('walks the causes, one line each, without passwords', () => {
    expect(errorText(outer, { detail: 'plain', secrets: [], speech })).toBe(
      [
        'error  TARGET_UNREACHABLE  the target does not answer',
        'hint   Start it.',
        '       Or look elsewhere.',
        'cause  pool  docs/ERRORS.md#target_unreachable',
        'cause  connect to postgres://u:***@h/d refused',
        '',
      ].join('\n'),
    );
  });

  it('adds the stacks for --debug, still without passwords', () => {
    const text = errorText(outer, { detail: 'debug', secrets: ['planted-secret'], speech });
    expect(text).toContain('error-text.test.ts');
    expect(text).not.toContain('planted-secret');
  });

  it('survives causes that go round in a circle', () => {
    const first = new MigrationError('INTERNAL', 'first');
    const second = new MigrationError('INTERNAL', 'second', { cause: first });
    Object.assign(first, { cause: second });
    expect(errorText(first, { detail: 'plain', secrets: [], speech })).toContain('cause  second');
  });
});

describe('errorFacts', () => {
  it('gives machines code, message and exit code, without passwords', () => {
    expect(errorFacts(outer, [])).toMatchObject({
      code: 'TARGET_UNREACHABLE',
      exitCode: 69,
      facts: { url: 'postgres://u:***@h/d', tries: 3 },
    });
  });
});

describe('asMigrationError', () => {
  it('calls INTERNAL what nobody foresaw', () => {
    expect(asMigrationError(new RangeError('odd'))).toMatchObject({ code: 'INTERNAL', message: 'unexpected: odd' });
  });
});
