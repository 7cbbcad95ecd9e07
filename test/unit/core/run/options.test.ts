import { completeOptions, DEFAULT_LOAD, withDefaults, type LoadOptions } from '../../../../src/core/run/options';
import { NO_SETTINGS } from '../../../../src/core/run/run-settings';

const nothingAsked = { resume: DEFAULT_LOAD.resume };
const rejectLimit = { kind: 'rows', rows: 7 } as const;
const waits = { reconnectMs: 3_000, stallTimeoutMs: 20_000, lockTimeoutMs: 4_000 };
const kept = { ...waits, batchSize: 500, lanes: 4, onConflict: 'skip', rejectLimit, validate: 'no' } as const;
const begun = { settings: { ...NO_SETTINGS, ...kept }, scn: null };

describe('the options of a load', () => {
  it('are the defaults where nobody says others', () => {
    expect(completeOptions(nothingAsked, null)).toEqual(DEFAULT_LOAD);
    expect(completeOptions(nothingAsked, { settings: NO_SETTINGS, scn: '7' })).toEqual(DEFAULT_LOAD);
  });

  it('are those of its start for a run that is resumed, and it reads as it did', () => {
    expect(completeOptions(nothingAsked, begun)).toEqual({ ...DEFAULT_LOAD, ...kept, snapshot: 'none' });
  });

  it('are what is asked for, whatever the run began with', () => {
    const asked: LoadOptions = {
      batchSize: 900,
      lanes: 2,
      rejectLimit: { kind: 'percent', percent: 5 },
      onConflict: 'update',
      reconnectMs: 0,
      stallTimeoutMs: 30_000,
      lockTimeoutMs: 5_000,
      resume: { runId: 'r1', snapshot: 'new' },
      snapshot: 'scn',
      validate: 'after',
    };
    expect(completeOptions(asked, begun)).toEqual(asked);
    expect(completeOptions(asked, null)).toEqual(asked);
  });

  it('name the latest run at its own SCN where a resume says no more', () => {
    expect(completeOptions({ ...nothingAsked, resume: {} }, begun).resume).toEqual({ runId: null, snapshot: 'kept' });
  });

  it('of a program are not asked for where they are undefined', () => {
    const asked: Partial<typeof DEFAULT_LOAD> = JSON.parse('{"batchSize": 7}') as object;
    expect(withDefaults(DEFAULT_LOAD, Object.assign(asked, { lanes: undefined }))).toEqual({
      ...DEFAULT_LOAD,
      batchSize: 7,
    });
  });
});
