import { aRun } from '../../../support/a-run';

const broken = (): never => {
  throw new TypeError('killed');
};

describe('the batch size of a resumed run', () => {
  /** A run of chunks of 10 rows that has died. */
  async function aDeadRun() {
    const run = aRun([{ entity: 'coil', rows: 40 }]);
    await expect(run.start({ emit: (name) => name === 'chunk:loaded' && broken() })).rejects.toThrow('killed');
    return run;
  }

  const notices = (run: Awaited<ReturnType<typeof aDeadRun>>): unknown[] =>
    run.events.filter(({ name }) => name === 'notice').map(({ facts }) => facts);

  it('is that of its start, and a notice tells of another that was asked for', async () => {
    const run = await aDeadRun();
    const plan = jest.spyOn(run.source, 'planChunks');
    expect((await run.start({ resume: {}, batchSize: 20 })).state).toBe('complete');
    expect(plan.mock.calls.map(([, rows]) => rows)).not.toContain(20);
    expect(notices(run)).toEqual([
      { message: 'the run keeps the batch size it was started with, 10 rows; 20 would need a new run' },
    ]);
  });

  it('is told of no further when it is the same, whatever the number of lanes', async () => {
    const run = await aDeadRun();
    expect((await run.start({ resume: {}, batchSize: 10, lanes: 3 })).state).toBe('complete');
    expect(notices(run)).toEqual([{ message: 'run run-1 goes on with --lanes 3 instead of --lanes 1' }]);
  });
});
