import { replaceable, replacements } from '../../../../src/core/run/replaced-options';
import { DEFAULT_LOAD } from '../../../../src/core/run/options';
import { NO_SETTINGS } from '../../../../src/core/run/run-settings';

const started = replaceable(DEFAULT_LOAD);

describe('an option that a resumed run is given anew', () => {
  it('is named with the one that it replaces', () => {
    const rejectLimit = { kind: 'rows', rows: 7 } as const;
    const waits = { reconnectMs: 0, stallTimeoutMs: 45_000, lockTimeoutMs: 7_000 };
    const now = { ...waits, lanes: 4, validate: 'no', rejectLimit } as const;
    expect(replacements({ ...NO_SETTINGS, ...started }, now)).toEqual([
      '--lanes 4 instead of --lanes 1',
      '--max-rejects 7 instead of --max-rejects 1%',
      '--reconnect 0 instead of --reconnect 120',
      '--stall-timeout 45 instead of --stall-timeout 600',
      '--lock-timeout 7 instead of --lock-timeout 60',
      '--no-validate instead of --validate',
    ]);
  });

  it('is not named where the run has it already, or an earlier cutover did not note it', () => {
    expect(replacements({ ...NO_SETTINGS, ...started }, started)).toEqual([]);
    expect(replacements(NO_SETTINGS, { ...started, lanes: 4 })).toEqual([]);
  });
});
