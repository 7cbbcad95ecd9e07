import { mismatch } from '../../../src/validate/mismatch';

describe('what is counted otherwise than the ledger says', () => {
  it.each([
    ['source', 'COUNT_MISMATCH', /read without a snapshot/],
    ['account', 'ACCOUNT_OPEN', /ledger was edited/],
    ['gone', 'COUNT_MISMATCH', /removed rows .*validate --level rows --differences .*repair --from/],
    ['came', 'COUNT_MISMATCH', /added rows/],
    ['orphans', 'ORPHANS_FOUND', /removed parents .*repair --from/],
  ] as const)('has a hint of its own: %s', (what, code, hint) => {
    const issue = mismatch(what, 'coil', 'differs');
    expect(issue).toMatchObject({ code, level: 'error', subject: 'coil', message: 'differs' });
    expect(issue.hint).toMatch(hint);
  });
});
