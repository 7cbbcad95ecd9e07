import { retryReport } from '../../../../src/report/screen/rejects';

const WARD = { entity: 'ward', rejects: 2, loaded: 0, skipped: 0, rejected: 2, unread: 0 };

const RETRIED = { runId: 'R1', scn: '1000', state: 'complete', brokenOff: false, cleared: [], entities: [WARD] };

describe('the report of rejects that were tried again', () => {
  it('says that corrections in the source since the SCN are not seen, and asks to prove nothing where nothing was loaded', () => {
    const { output } = retryReport(RETRIED);
    expect(output).toContain('Rows were read at SCN 1000, that of the run: a correction in the source since then');
    expect(output).not.toContain('Prove it');
  });

  it('names the run to be proven where rows were loaded, and no SCN where none is still rejected', () => {
    const { output } = retryReport({ ...RETRIED, entities: [{ ...WARD, loaded: 2, rejected: 0 }] });
    expect(output).toContain('Prove it with: cutover validate --run R1 --level rows');
    expect(output).not.toContain('SCN');
  });

  it('says that references which the run has cleared are filled by a repair, where rows were loaded that may be meant', () => {
    const retried = { ...RETRIED, cleared: ['patient.wardId'] };
    const { output } = retryReport({ ...retried, entities: [{ ...WARD, loaded: 2, rejected: 0 }] });
    expect(output).toMatch(
      /stay null: patient\.wardId\. .*fill them with "cutover repair --from differences\.json"\.\nProve it with/,
    );
    expect(retryReport(retried).output).not.toContain('patient.wardId');
  });

  it('says that it was broken off and how it goes on, and ends as what is interrupted', () => {
    const { output, exitCode } = retryReport({ ...RETRIED, brokenOff: true });
    expect(output).toContain('Broken off before all were tried. Go on with: cutover rejects retry --run R1');
    expect(exitCode).toBe(130);
  });

  it('says nothing of an SCN where the run has none', () => {
    expect(retryReport({ ...RETRIED, scn: null }).output).not.toContain('SCN');
  });
});
