import type { Clock } from '../../../src/core/clock';
import { MigrationError } from '../../../src/core/errors';
import { retrying, retryText, type Retry } from '../../../src/core/retrying';

/** A clock whose pauses pass at once; its calendar may be moved without them. */
function quickClock(): Clock & { elapsed: number; calendarMs: number } {
  const clock = {
    elapsed: 0,
    calendarMs: Date.UTC(2026, 10, 20),
    now: () => new Date(clock.calendarMs),
    elapsedMs: () => clock.elapsed,
    sleep: (milliseconds: number) => {
      clock.elapsed += milliseconds;
      return Promise.resolve();
    },
  };
  return clock;
}

const lost = (): MigrationError => new MigrationError('TARGET_UNREACHABLE', 'gone');

/** Fails `times` times, each attempt lasting `lastsMs`. */
function failing(
  times: number,
  clock: { elapsed: number },
  lastsMs = 0,
): { work: () => Promise<string>; tries: number } {
  const state = {
    tries: 0,
    work: () => {
      state.tries += 1;
      clock.elapsed += lastsMs;
      return state.tries > times ? Promise.resolve('answer') : Promise.reject(lost());
    },
  };
  return state;
}

describe('retrying', () => {
  it('repeats after growing pauses, and tells of each', async () => {
    const clock = quickClock();
    const told: Retry[] = [];
    const { work } = failing(6, clock);
    expect(await retrying(work, { clock, limitMs: 120_000, onRetry: (retry) => told.push(retry) })).toBe('answer');
    expect(told.map(({ pauseMs }) => pauseMs)).toEqual([250, 1_000, 2_000, 5_000, 10_000, 10_000]);
    expect(told.map(retryText).slice(0, 2)).toEqual([
      'TARGET_UNREACHABLE, trying again in 0.25 s',
      'TARGET_UNREACHABLE, trying again in 1 s',
    ]);
  });

  it.each([
    ['pauses alone', 0],
    ['attempts that last, too', 4_000],
  ])('gives up when the time is over, counting %s, with one last attempt at its end', async (_, lastsMs) => {
    const clock = quickClock();
    const failure = failing(Infinity, clock, lastsMs);
    const startedMs = clock.elapsed;
    await expect(retrying(failure.work, { clock, limitMs: 30_000, onRetry: () => undefined })).rejects.toThrow('gone');
    expect(clock.elapsed - startedMs).toBeGreaterThanOrEqual(30_000);
    expect(clock.elapsed - startedMs).toBeLessThanOrEqual(30_000 + 2 * lastsMs);
    expect(failure.tries).toBeGreaterThan(3);
  });

  it('does not wait longer when the calendar is set back', async () => {
    const clock = quickClock();
    const onRetry = (): void => {
      clock.calendarMs -= 3_600_000;
    };
    await expect(retrying(failing(Infinity, clock).work, { clock, limitMs: 5_000, onRetry })).rejects.toThrow('gone');
    expect(clock.elapsed).toBe(5_000);
  });

  it('never repeats a failure that is not retryable, such as a refused login', async () => {
    const work = jest.fn(() => Promise.reject(new MigrationError('TARGET_LOGIN_REFUSED', 'wrong password')));
    await expect(retrying(work, { clock: quickClock(), limitMs: 1_000, onRetry: () => undefined })).rejects.toThrow();
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('repeats nothing after an abort, nor where no time is given', async () => {
    const clock = quickClock();
    const aborted = failing(Infinity, clock);
    const options = { clock, onRetry: () => undefined };
    await expect(retrying(aborted.work, { ...options, limitMs: 1_000, signal: AbortSignal.abort() })).rejects.toThrow(
      'gone',
    );
    const impatient = failing(Infinity, clock);
    await expect(retrying(impatient.work, { ...options, limitMs: 0 })).rejects.toThrow('gone');
    expect([aborted.tries, impatient.tries]).toEqual([1, 1]);
  });
});
