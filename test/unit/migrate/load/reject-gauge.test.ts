import { allowedRejects } from '../../../../src/core/run/reject-limit';
import { RejectGauge } from '../../../../src/migrate/load/reject-gauge';
import { errorOf } from '../../../support/error-of';

describe('allowedRejects', () => {
  it.each([
    [0.57, 10_000, 57],
    [29, 100, 29],
    [1, 99, 0],
    [100, 7, 7],
    [0, 1_000_000, 0],
  ])('allows %s %% of %d rows to be %d', (percent, rows, allowed) => {
    expect(allowedRejects({ kind: 'percent', percent }, rows)).toBe(allowed);
  });
});

describe('RejectGauge', () => {
  it('allows as many as allowed, and not one more', () => {
    const gauge = new RejectGauge(2, 1);
    gauge.add(1);
    const failure = errorOf(() => {
      gauge.add(1);
    });
    expect(failure).toMatchObject({ code: 'TOO_MANY_REJECTS', facts: { rejected: 3, allowed: 2 } });
  });

  it.each([
    ['load', /resume with a higher --max-rejects/],
    ['rehearse', /^Look at rejects_rehearsal\.jsonl\. .*rehearse again with --max-rejects 100%\.$/],
  ] as const)('of a %s says how to go on', (mode, hint) => {
    const gauge = new RejectGauge(0, 0, mode);
    const failure = errorOf(() => {
      gauge.add(1);
    });
    expect(failure).toMatchObject({ hint: expect.stringMatching(hint) as string });
  });
});
