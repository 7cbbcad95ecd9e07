import { refuseLeft, type ResetOrder } from '../../../../src/core/run/reset';
import { MigrationError } from '../../../../src/core/errors';

const touched = [{ entity: 'coil', table: 'coil', removed: 1, putBack: 0, left: 2 }];

function refusal(
  scope: ResetOrder['scope'],
  overwrittenBy: readonly string[] = [],
  state: 'complete' | 'interrupted' = 'complete',
): MigrationError {
  try {
    refuseLeft({ runId: 'r1', scope, changed: 'refuse', edited: 'refuse' }, touched, { overwrittenBy, state });
  } catch (error) {
    if (error instanceof MigrationError) return error;
  }
  throw new Error('not refused');
}

describe('a reset of a run whose rows were changed since', () => {
  it('says that they cannot be identified, and how they become the run’s again', () => {
    const { message, hint } = refusal('all');
    expect(message).toBe(
      "2 rows of run r1 were changed or deleted since and can no longer be identified as the run's: coil (2)",
    );
    expect(hint).toMatch(/"cutover validate --run r1 --level rows --differences .*then "cutover repair --from /);
    expect(hint).toContain('"cutover reset --run r1 --leave-changed"');
  });

  it('has a run that is not complete finished before the repair, which would be refused', () => {
    expect(refusal('all').hint).not.toContain('--resume');
    expect(refusal('all', [], 'interrupted').hint).toMatch(
      /"cutover migrate --resume --run r1"; then a repair .*"cutover validate --run r1 --level rows .*"cutover repair --from /,
    );
  });

  it('advises to take back no more than was asked for', () => {
    expect(refusal(['coil', 'job']).hint).toContain('"cutover reset --run r1 --entity coil job --leave-changed"');
  });

  it('advises no repair of rows that a later run has overwritten', () => {
    const { hint } = refusal('all', ['r3', 'r2']);
    expect(hint).toContain('"cutover reset --run r3", then "cutover reset --run r2"');
    expect(hint).not.toContain('repair');
  });
});
