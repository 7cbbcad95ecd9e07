import { digestIssues, sealIssues, type RunSeal } from '../../../../src/core/run/ledger-seal';

const seal: RunSeal = {
  ...{ version: 6, account: 'a', digests: ['d0', 'd1', 'd2'], edited: [] },
  former: [
    { version: 5, digest: 'f', validations: null, at: '2026-01-01T00:00:00.000Z' },
    { version: 5, digest: 'f1', validations: 1, at: '2026-01-01T00:00:00.000Z' },
  ],
};
const unchained: RunSeal = { ...seal, version: 5, digests: [] };

const levelOf = (of: RunSeal | null, kept: string): string | undefined => digestIssues('run', of, kept)[0]?.level;

describe('digestIssues', () => {
  it('says nothing where no digest was given', () => {
    expect(digestIssues('run', seal, null)).toEqual([]);
  });

  it('accepts the digest of any number of the first validations, and says how many came since', () => {
    expect(['d0', 'd1', 'd2'].map((kept) => levelOf(seal, kept))).toEqual(['info', 'info', 'info']);
    expect(digestIssues('run', seal, 'd1')[0]?.message).toMatch(/covers 1 validation; 1 validation noted since is not/);
    expect(digestIssues('run', seal, 'd1')[0]).not.toHaveProperty('hint');
  });

  it('accepts that of the account alone and says that validations are not in it', () => {
    expect([levelOf(seal, 'a'), levelOf(unchained, 'a')]).toEqual(['warning', 'info']);
    for (const each of [seal, unchained]) {
      expect(digestIssues('run', each, 'a')[0]?.message).toMatch(/validations are not in it$/);
    }
  });

  it('takes a note of the ledger about a digest of before an upgrade for no proof', () => {
    for (const kept of ['f', 'f1']) expect(levelOf(seal, kept)).toBe('warning');
    expect(digestIssues('run', seal, 'f1')[0]?.message).toMatch(/of version 5 of the ledger, with 1 validation, noted/);
  });

  it('refuses any other, and names the digest that tells what has changed', () => {
    expect([levelOf(seal, 'x'), levelOf(unchained, 'd1'), levelOf(null, 'a')]).toEqual(['error', 'error', 'error']);
    expect(digestIssues('run', seal, 'x')[0]?.hint).toMatch(/digest of the account alone/);
    expect(digestIssues('run', unchained, 'x')[0]?.hint).not.toMatch(/digest of the account alone/);
  });
});

describe('sealIssues', () => {
  it('names what was edited, and no more than five of it', () => {
    expect(sealIssues('run', seal)).toEqual([]);
    const edited = ['chunk 0 of a', 'validation 1', 'validation 2', 'validation 3', 'validation 4', 'validation 5'];
    expect(sealIssues('run', { ...seal, edited })).toMatchObject([
      { code: 'LEDGER_EDITED', message: expect.stringMatching(/validation 4, 1 other part$/) as string },
    ]);
  });
});
