import { fileHint } from '../../../../src/core/faults/machine-limits';

describe('fileHint', () => {
  it('speaks of the limit where no further file can be opened, and of the file where that is at fault', () => {
    expect(fileHint(Object.assign(new Error('open'), { code: 'EMFILE' }), 'Make room.')).toContain('ulimit -n');
    expect(fileHint(Object.assign(new Error('open'), { code: 'ENOSPC' }), 'Make room.')).toBe('Make room.');
  });
});
