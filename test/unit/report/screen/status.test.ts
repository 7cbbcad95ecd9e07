import { NO_SETTINGS } from '../../../../src/core/run/run-settings';
import type { RunRecord } from '../../../../src/core/run/run-record';
import { statusReport } from '../../../../src/report/screen/status';

const run: RunRecord = {
  ...{ id: 'r1', state: 'running', startedAt: '2026-11-20T22:15:00Z', finishedAt: null, scn: '7' },
  ...{ source: 's', target: 't', fingerprints: {}, settings: NO_SETTINGS },
};
const standing = { operator: null, aside: [], rehearsals: [] };

describe('the status of a run that the ledger calls running', () => {
  it('is broken off where nobody holds the lock of its operator, with the command that goes on with it', () => {
    const { output, facts } = statusReport(run, [], { standing });
    expect(output).toContain('Run r1: broken off, started');
    expect(output).not.toContain('running');
    expect(output).toContain('Go on with: cutover migrate --resume --run r1');
    expect(facts).toMatchObject({ run: { state: 'broken off' } });
  });

  it('is running where somebody does', () => {
    const { output, facts } = statusReport(run, [], { standing: { ...standing, operator: 'backend 1' } });
    expect(output).toContain('Run r1: running, started');
    expect(output).toContain('At work now: backend 1.');
    expect(facts).toMatchObject({ run: { state: 'running' } });
  });
});
