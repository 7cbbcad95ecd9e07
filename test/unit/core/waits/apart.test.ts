import { askApart } from '../../../../src/core/waits/apart';

/** A session that is broken off by its own error; what happened to it, in order. */
function session(ms: number) {
  const happened: string[] = [];
  let fail: (error: Error) => void = () => undefined;
  const broken = new Promise<never>((_, reject) => (fail = reject));
  const by = {
    ms,
    open: () => Promise.resolve({ broken }),
    cut: () => {
      happened.push('cut');
      fail(new Error('broken off'));
    },
    close: () => {
      happened.push('closed');
    },
  };
  broken.catch(() => undefined);
  return { by, happened };
}

describe('a question by a session of its own', () => {
  it('gives the answer, and closes the session', async () => {
    const { by, happened } = session(1_000);
    expect(await askApart(by, () => Promise.resolve('here'))).toBe('here');
    expect(happened).toEqual(['closed']);
  });

  it('is broken off when the answer takes too long', async () => {
    const { by, happened } = session(5);
    await expect(askApart(by, ({ broken }) => broken)).rejects.toThrow('broken off');
    expect(happened).toEqual(['cut', 'closed']);
  });

  it('closes the session where it fails', async () => {
    const { by, happened } = session(1_000);
    await expect(askApart(by, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    expect(happened).toEqual(['closed']);
  });
});
