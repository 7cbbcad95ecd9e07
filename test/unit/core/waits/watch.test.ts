import { patience, watched, type Look, type Question } from '../../../../src/core/waits/watch';

const STALL_MS = 600_000;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** An answer that comes when told, its session as `look` says, its bytes as `come` counts them. */
function anAnswer(due: Question['due'], look: () => Look | Promise<Look> = () => ({ state: 'unknown' })) {
  const told: string[] = [];
  let bytes = 0;
  let looks = 0;
  let cut = 0;
  let answer: (value: string) => void = () => undefined;
  const question: Question = {
    ...{ side: 'target', asked: 'commit', due },
    progress: () => bytes,
    look: () => {
      looks += 1;
      return Promise.resolve(look());
    },
    giveUp: () => {
      cut += 1;
    },
  };
  const promise = new Promise<string>((resolve) => {
    answer = resolve;
  });
  const waiting = watched(
    patience((message) => told.push(message), STALL_MS),
    question,
    promise,
  );
  let end = 'none';
  const settled = waiting.then(
    (value) => (end = value),
    (error: unknown) => (end = String((error as { readonly code?: unknown }).code)),
  );
  return {
    told,
    answer,
    settled,
    come: () => (bytes += 1),
    at: () => ({ end, cut, looks }),
    pass: async (ms: number) => {
      await jest.advanceTimersByTimeAsync(ms);
    },
  };
}

const AT_WORK = (): Look => ({ state: 'at-work' });

describe('an answer that does not come', () => {
  it('is told of after 30 seconds of silence, and at growing intervals', async () => {
    const { told, pass } = anAnswer('soon');
    await pass(29_000);
    expect(told).toEqual([]);
    await pass(2_000);
    expect(told).toEqual([expect.stringMatching(/^the target has not answered since .* \(30 s of silence\): commit$/)]);
    await pass(300_000);
    expect(told.map((text) => /\((.*) of silence/.exec(text)?.[1])).toEqual(['30 s', '60 s', '2 min', '4 min']);
  });

  it('is told of and given up likewise where the question about its session is not answered either', async () => {
    const silent = () => new Promise<Look>(() => undefined);
    const [soon, later] = [anAnswer('soon', silent), anAnswer('later', silent)];
    await soon.pass(STALL_MS - 10_000);
    expect(soon.told).not.toEqual([]);
    expect([soon.at().end, later.at().end]).toEqual(['none', 'none']);
    await soon.pass(60_000);
    expect([soon.at().end, later.at().end]).toEqual(['TARGET_UNREACHABLE', 'none']);
    await soon.pass(6 * STALL_MS);
    expect(later.at().end).toBe('TARGET_UNREACHABLE');
  });

  it('is given up after the limit where it was due soon, and its session is cut off', async () => {
    const { at, pass, settled } = anAnswer('soon', AT_WORK);
    await pass(STALL_MS - 10_000);
    expect(at()).toMatchObject({ end: 'none', cut: 0 });
    await pass(20_000);
    await settled;
    expect(at()).toMatchObject({ end: 'TARGET_UNREACHABLE', cut: 1 });
  });

  it('is waited for without end where it may take long and its database is at work on it, which is told', async () => {
    const { told, at, pass, answer, settled } = anAnswer('later', AT_WORK);
    await pass(20 * STALL_MS);
    expect(at()).toMatchObject({ end: 'none', cut: 0 });
    expect(told[0]).toMatch(/^the target is at work since .* \(30 s\): commit$/);
    answer('indexed');
    await settled;
    expect(at().end).toBe('indexed');
  });

  it('is given up after the limit where its database has answered already', async () => {
    const { at, pass, settled } = anAnswer('later', () => ({ state: 'gone' }));
    await pass(STALL_MS + 10_000);
    await settled;
    expect(at()).toMatchObject({ end: 'TARGET_UNREACHABLE', cut: 1 });
  });

  it('is given up after six times the limit where nobody can be asked about it', async () => {
    const { at, pass, settled } = anAnswer('later');
    await pass(6 * STALL_MS - 10_000);
    expect(at()).toMatchObject({ end: 'none', cut: 0 });
    await pass(20_000);
    await settled;
    expect(at()).toMatchObject({ end: 'TARGET_UNREACHABLE', cut: 1 });
  });

  it('is no silence while bytes come or go', async () => {
    const { told, at, pass, come } = anAnswer('soon');
    for (let n = 0; n < 100; n += 1) {
      await pass(20_000);
      come();
    }
    expect([told, at().end]).toEqual([[], 'none']);
    await pass(STALL_MS + 10_000);
    expect(at().end).toBe('TARGET_UNREACHABLE');
  });

  it('names who holds the lock that it waits for, from the first five seconds on', async () => {
    const holder = 'backend 4711 (user app, application psql, since 2026-11-20 22:15:00+00)';
    const { told, pass } = anAnswer('later', () => ({ state: 'lock', on: 'job', holder }));
    await pass(6_000);
    expect(told).toEqual([`waits for a lock on job held by ${holder}, for 5 s so far: commit`]);
  });

  it('does not count the time in which this process was stopped', async () => {
    const { at, told, pass } = anAnswer('soon');
    const clock = jest.spyOn(performance, 'now');
    clock.mockReturnValue(performance.now() + 10 * STALL_MS);
    await pass(5_000);
    expect([at().end, told]).toEqual(['none', []]);
    clock.mockRestore();
  });
});

describe('an answer that comes', () => {
  it('is passed on, and nobody is asked or told', async () => {
    const { told, at, pass, answer, settled } = anAnswer('soon');
    await pass(4_000);
    answer('done');
    await settled;
    await pass(10 * STALL_MS);
    expect([told, at()]).toEqual([[], { end: 'done', cut: 0, looks: 0 }]);
  });
});
