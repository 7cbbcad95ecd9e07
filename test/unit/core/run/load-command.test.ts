import { loadCommand } from '../../../../src/core/run/load-command';
import { NO_SETTINGS, type RunSettings } from '../../../../src/core/run/run-settings';

const fingerprints = { coil: 'f1', customer: 'f2' };
const onePercent = { kind: 'percent', percent: 1 } as const;

describe('the command that loads what was rehearsed', () => {
  it('has no option where the rehearsal had none', () => {
    const settings = {
      ...NO_SETTINGS,
      batchSize: 20_000,
      lanes: 1,
      rejectLimit: onePercent,
      reconnectMs: 120_000,
      ...{ stallTimeoutMs: 600_000, lockTimeoutMs: 60_000 },
    };
    expect(loadCommand({ fingerprints, settings, scn: '1' }, null)).toBe('cutover migrate --validate');
  });

  it('has its limit of rejects, its conditions and all that makes the load another one', () => {
    const settings: RunSettings = {
      ...{ ...NO_SETTINGS, batchSize: 500, lanes: 2, where: { coil: "GRADE = 'A'" } },
      ...{ rejectLimit: { kind: 'percent', percent: 10 }, onConflict: 'skip', reconnectMs: 5_000 },
      ...{ stallTimeoutMs: 300_000, lockTimeoutMs: 90_000 },
      allowed: { triggers: ['coil'], unlogged: true },
    };
    const rehearsed = { fingerprints, settings, scn: null };
    expect(loadCommand(rehearsed, null)).toBe(
      `cutover migrate --validate --where 'coil=GRADE = '\\''A'\\''' --batch-size 500 --lanes 2 --max-rejects 10%` +
        ' --reconnect 5 --stall-timeout 300 --lock-timeout 90 --on-conflict skip --allow-triggers coil --allow-unlogged --no-snapshot',
    );
  });

  it('names its entities where there are others', () => {
    const part = { entities: 2, of: 3, missing: ['job'], rows: 1, sources: [] };
    expect(loadCommand({ fingerprints, settings: NO_SETTINGS, scn: '1' }, part)).toBe(
      'cutover migrate --validate --entity coil customer',
    );
  });
});
