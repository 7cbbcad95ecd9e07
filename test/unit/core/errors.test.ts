import { MigrationError } from '../../../src/core/errors';

describe('an error with another hint', () => {
  const cause = new Error('reset by peer');
  const facts = { number: 'ORA-01555' };
  const lost = new MigrationError('SNAPSHOT_LOST', 'undo is overwritten', {
    ...{ hint: 'Wait.', facts, remedy: 'smaller-pieces', cause },
  });

  it('is the same in everything else, where it was thrown included', () => {
    const { code, message, remedy, stack } = lost;
    expect(lost.withHint('Resume.')).toEqual(lost);
    expect(lost.withHint('Resume.')).toMatchObject({ code, message, facts, remedy, cause, stack, hint: 'Resume.' });
  });

  it('may say more in its facts', () => {
    expect(lost.withHint('Resume.', { runId: 'r' }).facts).toEqual({ ...facts, runId: 'r' });
    expect(lost.facts).toEqual(facts);
  });
});
