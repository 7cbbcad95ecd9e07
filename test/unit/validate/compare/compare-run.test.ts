import { compareRun, type RunComparing } from '../../../../src/validate/compare/compare-run';
import { aVerdict } from '../../../support/a-report';

describe('compareRun', () => {
  it('never drops an entity that it cannot compare, whose counts may be against it', async () => {
    const target = { ledger: { progress: () => Promise.resolve([]) } };
    const comparing = { target, run: { id: 'run-1', state: 'complete' } } as unknown as RunComparing;
    const counted = compareRun([], [aVerdict('coil')], comparing);
    await expect(counted).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringMatching(/^coil/) as string,
    });
  });
});
