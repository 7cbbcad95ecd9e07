import { arrivedError, postedError } from '../../../../src/app/lane-threads/posted-error';
import { MigrationError } from '../../../../src/core/errors';

/** There and through the channel between two threads. */
const sent = (error: unknown): Error => arrivedError(structuredClone(postedError(error)));

describe('an error that comes from another thread', () => {
  it('is the MigrationError that it was, with its causes and its stack', () => {
    const cause = new TypeError('socket closed', { cause: new Error('ECONNRESET') });
    const error = new MigrationError('TARGET_UNREACHABLE', 'lost', {
      ...{ hint: 'Wait.', facts: { lane: 1 }, remedy: 'smaller-pieces', cause },
    });
    const arrived = sent(error);
    expect(arrived).toBeInstanceOf(MigrationError);
    expect(arrived).toMatchObject({
      code: 'TARGET_UNREACHABLE',
      message: 'lost',
      hint: 'Wait.',
      facts: { lane: 1 },
      remedy: 'smaller-pieces',
      retryable: true,
      stack: error.stack,
      cause: { name: 'TypeError', message: 'socket closed', cause: { message: 'ECONNRESET' } },
    });
  });

  it('stays without code where it had none', () => {
    const arrived = sent(new RangeError('too long'));
    expect(arrived).not.toBeInstanceOf(MigrationError);
    expect(arrived).toMatchObject({ name: 'RangeError', message: 'too long' });
    expect(sent('only a text').message).toBe('only a text');
  });

  it('does not follow causes that go round in a circle', () => {
    const error = new Error('round');
    error.cause = error;
    expect(sent(error).message).toBe('round');
  });
});
