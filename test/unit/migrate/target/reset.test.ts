import { MigrationError } from '../../../../src/core/errors';
import type { Emit } from '../../../../src/core/run/events';
import { dropLedger } from '../../../../src/migrate/target/drop-ledger';
import { DEFAULT_RESET } from '../../../../src/core/run/reset';
import { resetRun, runToRestart, type ResetRequest } from '../../../../src/migrate/target/reset';
import { aRun } from '../../../support/a-run';

const SHAPES = [
  { entity: 'customer', rows: 25 },
  { entity: 'coil', rows: 31, parents: ['customer'] },
];

const dyingInCoil: Emit = (name, facts) => {
  if (name === 'chunk:step' && 'step' in facts && facts.entity === 'coil' && facts.chunk === 2)
    throw new Error('killed');
};

/** A run over the memory twins, with a way to take it back that records what was asked. */
function aResettableRun() {
  const run = aRun(SHAPES);
  const asked: string[] = [];
  const confirm = (question: string): Promise<void> => Promise.resolve(void asked.push(question));
  const reset = (request: Partial<ResetRequest> = {}, answer = confirm) =>
    resetRun(
      { target: run.target, emit: run.emit, confirm: answer },
      { ...DEFAULT_RESET, runId: 'run-1', entities: [], ...request },
    );
  const drop = (runId: string | null) => dropLedger({ target: run.target, confirm }, runId);
  return { ...run, asked, reset, drop };
}

const refusing = () => Promise.reject(new MigrationError('CONFIRMATION_NEEDED', 'not confirmed'));

describe('reset', () => {
  it('asks with the number of rows, takes the run back, and a new one may start', async () => {
    const run = aResettableRun();
    await run.start();
    expect(await run.reset()).toMatchObject({
      runId: 'run-1',
      state: 'reset',
      entities: [{ removed: 25 }, { removed: 31 }],
    });
    expect(run.asked).toEqual(['Reset run run-1 (complete) in memory: remove 56 rows?']);
    expect([run.keysOf('customer'), run.keysOf('coil')]).toEqual([[], []]);
    expect(await run.target.ledger.progress('run-1')).toEqual([]);
    await expect(run.start({ resume: { runId: 'run-1' } })).rejects.toMatchObject({
      code: 'RUN_NOT_FOUND',
      message: expect.stringContaining('was reset') as string,
    });
    expect((await run.start({ newRunId: 'run-2' })).state).toBe('complete');
    expect(run.keysOf('coil')).toHaveLength(31);
  });

  it('changes nothing when the answer is no, and lets the next operator in', async () => {
    const run = aResettableRun();
    await run.start();
    let held = 0;
    run.target.claimRun = () => {
      held += 1;
      return Promise.resolve({ release: () => Promise.resolve(void (held -= 1)) });
    };
    await expect(run.reset({}, refusing)).rejects.toMatchObject({ code: 'CONFIRMATION_NEEDED' });
    expect(held).toBe(0);
    expect(run.keysOf('coil')).toHaveLength(31);
    expect(await run.target.ledger.findRun('run-1')).toMatchObject({ state: 'complete' });
  });

  it('takes single entities back, which a resume loads again', async () => {
    const run = aResettableRun();
    await run.start();
    expect(await run.reset({ entities: ['coil'] })).toMatchObject({
      state: 'interrupted',
      entities: [{ entity: 'coil' }],
    });
    expect(run.asked).toEqual(['Reset coil of run run-1 (complete) in memory: remove 31 rows?']);
    expect([run.keysOf('customer').length, run.keysOf('coil').length]).toEqual([25, 0]);
    expect((await run.start({ resume: {} })).state).toBe('complete');
    expect([run.keysOf('customer').length, run.keysOf('coil').length]).toEqual([25, 31]);
  });

  it('brings a run that was reset before to its end without a question', async () => {
    const run = aResettableRun();
    await run.start();
    await run.reset();
    expect(await run.reset({}, refusing)).toMatchObject({ state: 'reset', entities: [] });
  });

  it('says what it leaves: in the question, and entity by entity', async () => {
    const run = aResettableRun();
    await run.start();
    const plan = {
      entities: [{ entity: 'coil', table: 'coil', removed: 1, putBack: 2, left: 1 }],
      gone: ['skid'],
      aside: 3,
      edited: [],
    };
    run.target.resetPlan = () => Promise.resolve(plan);
    run.target.reset = () =>
      Promise.resolve({
        ...plan,
        notValid: ['of_coil'],
        sequences: (['left', 'in-use', 'no-right', 'set-back'] as const).map((state) => ({ sequence: 's', state })),
      });
    await run.reset();
    expect(run.asked).toEqual([
      'Reset run run-1 (complete) in memory: remove 1 row, put back 2 rows that it has overwritten, leave 1 row that was changed or deleted since?',
    ]);
    const notices = run.events.flatMap(({ facts }) =>
      'message' in facts && !('code' in facts) ? [facts.message] : [],
    );
    expect(notices).toEqual([
      'coil: 1 row of the run was changed or deleted since and is left',
      'skid: its table is no longer there',
      "foreign key of_coil is back, but NOT VALID: rows that are not the run's break it",
      'sequence s stays where it is: its numbers were drawn during or after the load',
      'sequence s stays where it is: rows that stay in the table have its numbers',
      'sequence s stays where it is: the user may not set it',
    ]);
  });

  it('refuses a run that is not there, naming the latest, and an entity that is not in the run', async () => {
    const run = aResettableRun();
    await expect(run.reset()).rejects.toMatchObject({
      code: 'RUN_NOT_FOUND',
      hint: expect.stringContaining('DATABASE_URL') as string,
    });
    await run.start();
    await expect(run.reset({ runId: 'run-7' })).rejects.toMatchObject({
      hint: expect.stringContaining('run-1') as string,
    });
    await expect(run.reset({ entities: ['skid'] })).rejects.toMatchObject({ code: 'USAGE' });
    expect(run.keysOf('coil')).toHaveLength(31);
  });
});

describe('restart', () => {
  it('takes the latest run back where it is unfinished, nothing where there is none, and refuses a complete one', async () => {
    const run = aResettableRun();
    expect(await runToRestart(run.target)).toBeNull();
    await expect(run.start({ emit: dyingInCoil })).rejects.toThrow('killed');
    expect(await runToRestart(run.target)).toMatchObject({ id: 'run-1' });
    await expect(run.start({ newRunId: 'run-2' })).rejects.toMatchObject({
      code: 'RUN_UNFINISHED',
      hint: expect.stringMatching(/--restart.*reset --run run-1/) as string,
    });
    await run.reset();
    expect(await runToRestart(run.target)).toBeNull();
    await run.start({ newRunId: 'run-2' });
    await expect(runToRestart(run.target)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  });
});

describe('dropping the ledger', () => {
  it('asks, and removes one run or all of them', async () => {
    const run = aResettableRun();
    await run.start();
    await run.start({ newRunId: 'run-2' });
    expect(await run.drop('run-1')).toEqual(['run-1']);
    expect(await run.drop(null)).toEqual(['run-2']);
    expect(run.asked).toEqual([
      'Drop run run-1 from the ledger in memory, with 0 rejected rows, so that it can be neither validated nor reset any more?',
      'Drop the ledger of 1 run in memory, with 0 rejected rows, so that none of them can be validated or reset any more?',
    ]);
    expect(await run.target.ledger.runs()).toEqual([]);
  });

  it('is refused while a run is unfinished, or holds something aside, or is not there', async () => {
    const run = aResettableRun();
    await expect(run.start({ emit: dyingInCoil })).rejects.toThrow('killed');
    await expect(run.drop(null)).rejects.toMatchObject({ code: 'RUN_UNFINISHED' });
    await expect(run.drop('run-9')).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
    await run.start({ resume: {} });
    const [listing] = await run.target.ledger.runs();
    run.target.ledger.runs = () => Promise.resolve([{ ...listing!, aside: 2 }]);
    await expect(run.drop('run-1')).rejects.toMatchObject({
      code: 'RUN_UNFINISHED',
      message: expect.stringContaining('holds 2 objects aside') as string,
    });
  });
});
