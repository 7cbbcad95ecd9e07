import { droppedReport, ledgerReport } from '../../../../src/report/screen/ledger';
import { resetReport } from '../../../../src/report/screen/reset';
import { noRunReport, statusReport } from '../../../../src/report/screen/status';
import { NO_SETTINGS } from '../../../../src/core/run/run-settings';
import { aRunRecord } from '../../../support/a-report';

const RESET = {
  runId: 'r1',
  state: 'reset' as const,
  gone: [],
  notValid: [],
  aside: 0,
  edited: [],
  sequences: [],
  entities: [],
  anew: 'cutover migrate --validate --entity coil',
};

describe('resetReport', () => {
  it('lists what was removed, put back and left, and what came back', () => {
    const entities = [{ entity: 'coil', table: 'coil', removed: 1234, putBack: 5, left: 2 }];
    const sequences = [
      { sequence: 'a', state: 'set-back' as const },
      { sequence: 'b', state: 'left' as const },
    ];
    const report = resetReport({ ...RESET, entities, aside: 7, sequences });
    expect(report).toMatchObject({ exitCode: 0, facts: { runId: 'r1' } });
    expect(report.output).toBe(
      [
        'entity  removed  put back  left',
        '------  -------  --------  ----',
        'coil      1,234         5     2',
        'Back in place: 7 objects (foreign keys, triggers, indexes)',
        'Set back: 1 sequence',
        'Run r1 is reset, but for 2 rows that were changed or deleted since. Start anew with: cutover migrate --validate --entity coil',
        '',
      ].join('\n'),
    );
  });

  it('says how entities that were taken back are loaded again, and that there may have been nothing', () => {
    expect(resetReport({ ...RESET, state: 'interrupted' }).output).toBe(
      'It had no rows in the target.\nRun r1 is interrupted. Load them again with: cutover migrate --resume --run r1\n',
    );
  });
});

describe('ledgerReport', () => {
  it('lists the runs, or says that there is none', () => {
    const run = {
      id: 'r1',
      state: 'reset' as const,
      startedAt: 'then',
      finishedAt: null,
      rows: 1000,
      rejects: 3,
      aside: 0,
      standing: 'reset',
      outdated: [],
    };
    expect(ledgerReport([run]).output).toMatch(/^r1 {3}reset {2}then {5}- {9}1,000 {8}3$/m);
    expect(ledgerReport([]).output).toBe('No run in the ledger of this target.\n');
    expect(droppedReport(['r1'], 'run').output).toBe('Dropped: run r1\n');
    expect(droppedReport(['r1', 'r2'], 'ledger').output).toContain('with 2 runs');
  });
});

describe('statusReport', () => {
  it('says by its exit code that the ledger holds no run', () => {
    expect(noRunReport()).toMatchObject({ exitCode: 66, facts: { run: null } });
  });

  it('says of a run that was reset that nothing of it is there', () => {
    const run = aRunRecord({ id: 'r1', state: 'reset', fingerprints: { coil: 'f' } });
    const { output } = statusReport(run, []);
    expect(output).toContain('Run r1: reset');
    expect(output).toContain('What it had loaded was removed again');
    expect(output).not.toContain('--resume');
    const but = statusReport({ ...run, settings: { ...NO_SETTINGS, leftByReset: 2 } }, []).output;
    expect(but).toContain('removed again, but for 2 rows that were changed or deleted since.');
  });

  it('lists an entity that was taken back by itself, and says that it is not loaded', () => {
    const run = aRunRecord({ id: 'r1', state: 'interrupted', fingerprints: { coil: 'f', job: 'f' } });
    const report = statusReport(run, []);
    expect(report.output).toMatch(/^coil +0 .*\njob +0 /m);
    expect(report.output).toContain('Not loaded, or taken back: coil, job');
    expect(report.facts).toMatchObject({ notLoaded: ['coil', 'job'] });
  });
});
