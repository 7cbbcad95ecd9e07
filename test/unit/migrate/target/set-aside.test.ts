import type { SequenceVerdict } from '../../../../src/core/run/outcomes';
import { aRun, runOptions, type Recorded } from '../../../support/a-run';

const noticesIn = (events: readonly Recorded[]) =>
  events.flatMap(({ name, facts }) => (name === 'notice' && 'message' in facts ? [facts.message] : []));

const ofCoil = { table: { schema: 'public', name: 'coil' }, on: 'coil' };

describe('what a run sets aside', () => {
  it('is restored after the foreign keys and before the sequences, also when a crash came in between', async () => {
    const run = aRun([{ entity: 'coil', rows: 5 }]);
    const done: string[] = [];
    const noting = <T>(name: string, answer: T) => {
      done.push(name);
      return Promise.resolve(answer);
    };
    run.target.setForeignKeysAside = () => noting('keys aside', undefined);
    run.target.setObjectsAside = () => noting('objects aside', []);
    run.target.restoreForeignKeys = () => noting('keys back', []);
    run.target.restoreObjects = () => noting('objects back', undefined);
    run.target.advanceSequences = jest
      .fn<Promise<readonly SequenceVerdict[]>, []>(() => noting('sequences', []))
      .mockRejectedValueOnce(new TypeError('crashed'));
    await expect(run.start()).rejects.toThrow('crashed');
    expect((await run.start({ resume: {} })).state).toBe('complete');
    expect(done).toEqual([
      'keys aside',
      'objects aside',
      ...['keys back', 'objects back'],
      ...['keys back', 'objects back', 'sequences'],
    ]);
  });

  it('fails the run where a trigger fires that nobody has allowed', async () => {
    const run = aRun([{ entity: 'coil', rows: 5 }]);
    run.target.setObjectsAside = () => Promise.resolve([{ kind: 'rule', ...ofCoil, name: 'audit', state: 'no-right' }]);
    await expect(run.start()).rejects.toMatchObject({
      code: 'TRIGGERS_FIRE',
      message: expect.stringContaining('rule audit of coil') as string,
      hint: expect.stringContaining('--allow-triggers coil') as string,
    });
    expect(run.keysOf('coil')).toEqual([]);
  });

  it.each([
    ['of a partition, which the pre-flight names by the partition', { ...ofCoil, on: 'coil_2020' }, 'coil_2020', true],
    ['of another partition than was named', { ...ofCoil, on: 'coil_2021' }, 'coil_2020', false],
  ])('minds which triggers were allowed: %s', async (_, place, named, isAllowed) => {
    const run = aRun([{ entity: 'coil', rows: 5 }]);
    run.target.setObjectsAside = () =>
      Promise.resolve([{ kind: 'trigger', ...place, name: 'audit', state: 'no-right' }]);
    const objects = [`trigger audit of ${named}`];
    const found = { code: 'TRIGGERS_FIRE', level: 'warning', subject: 'coil', message: 'these fire', objects } as const;
    const starter = { ...runOptions().starter, findings: [found] };
    const started = run.start({ allowed: { triggers: ['coil'], unlogged: false }, starter });
    if (isAllowed) expect((await started).state).toBe('complete');
    else await expect(started).rejects.toMatchObject({ code: 'TRIGGERS_FIRE' });
  });

  it('is told where it concerns what happens to rows', async () => {
    const run = aRun([{ entity: 'coil', rows: 5 }]);
    run.target.setObjectsAside = () =>
      Promise.resolve([
        { kind: 'trigger', ...ofCoil, name: 'stamp', state: 'aside' },
        { kind: 'trigger', ...ofCoil, name: 'audit', state: 'no-right' },
        { kind: 'index', ...ofCoil, name: 'coil_weight', state: 'aside' },
      ]);
    run.target.advanceSequences = () =>
      Promise.resolve([
        { sequence: 'coil_id_seq', state: 'moved', next: '1235' },
        { sequence: 'quiet', state: 'ahead', next: '8' },
        { sequence: 'full', state: 'exhausted', next: '8' },
        { sequence: 'down', state: 'descending', next: null },
        { sequence: 'text', state: 'not-a-number', next: null },
        { sequence: 'foreign', state: 'no-right', next: null },
      ]);
    const objects = ['trigger audit of coil'];
    const found = { code: 'TRIGGERS_FIRE', level: 'warning', subject: 'coil', message: 'these fire', objects } as const;
    const starter = { ...runOptions().starter, findings: [found] };
    await run.start({ allowed: { triggers: ['coil'], unlogged: false }, starter });
    expect(noticesIn(run.events)).toEqual([
      'trigger stamp of coil is disabled until the load is done',
      "trigger audit of coil fires during the load: only the table's owner may disable it",
      'sequence coil_id_seq now continues at 1,235',
      'sequence full has no number left beyond those in the table; inserts that use it will fail',
      'sequence down counts down and is left alone; see that it does not meet the loaded numbers',
      'sequence text feeds a text column and is left alone; see that it does not meet the loaded values',
    ]);
  });

  it('stays aside where an entity is not complete', async () => {
    const run = aRun([{ entity: 'coil', rows: 45, bad: [1, 2, 3, 4, 5] }], { rejectLimit: { kind: 'rows', rows: 1 } });
    const restore = jest.spyOn(run.target, 'restoreObjects');
    expect((await run.start()).state).toBe('failed');
    expect(restore).not.toHaveBeenCalled();
  });
});
