import { conflictsOf } from '../../../../src/core/run/rows-before';

describe('conflictsOf', () => {
  it('has the policy of the run and the rows that the table had before it', () => {
    const settings = { onConflict: 'skip', rowsBefore: { coil: 7 } } as const;
    expect(conflictsOf(settings, 'coil')).toEqual({ policy: 'skip', rowsBefore: 7 });
    expect(conflictsOf(settings, 'constructor')).toEqual({ policy: 'skip', rowsBefore: 0 });
  });

  it('rejects such rows where nobody has decided', () => {
    expect(conflictsOf({ onConflict: null, rowsBefore: {} }, 'coil')).toEqual({ policy: 'reject', rowsBefore: 0 });
  });
});
