import type { ChunkStep, Emit } from '../../../../src/core/run/events';
import { MigrationError } from '../../../../src/core/errors';
import type { memorySource } from '../../../support/memory/memory-source';
import { migrate } from '../../../../src/migrate/run/migrate';
import { aRun, countOpenReads, runOptions, THIS_PROCESS } from '../../../support/a-run';
import { lanesBy, openLane } from '../../../../src/migrate/load/lane';

const ONE_LANE = lanesBy(openLane, 1);

const keys = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index));

/** An emit that dies at the given step of the given chunk, as a killed process would. */
function dyingAt(step: ChunkStep, chunk: number): Emit {
  return (name, facts) => {
    if (name === 'chunk:step' && 'step' in facts && facts.step === step && facts.chunk === chunk) {
      throw new Error('killed');
    }
  };
}

describe('migrate', () => {
  it('loads every row of every entity once and closes each account', async () => {
    const run = aRun([
      { entity: 'customer', rows: 25 },
      { entity: 'coil', rows: 31, parents: ['customer'] },
    ]);
    const outcome = await run.start();
    expect(outcome.state).toBe('complete');
    expect(run.keysOf('customer')).toEqual(keys(1, 25));
    expect(run.keysOf('coil')).toEqual(keys(1, 31));
    expect(outcome.entities.map(({ tally }) => [tally.source, tally.read, tally.inserted])).toEqual([
      [25, 25, 25],
      [31, 31, 31],
    ]);
  });

  it('counts what the condition filters as read, so that the account stays closed', async () => {
    const run = aRun([{ entity: 'coil', rows: 30, where: (key) => key > 12 }]);
    const { tally } = (await run.start()).entities[0]!;
    expect(tally).toMatchObject({ source: 30, read: 30, inserted: 18, filtered: 12, rejected: 0 });
  });

  it.each(['before-fence', 'fenced', 'mid-copy', 'copied', 'committed'] as const)(
    'resumes to the same rows when it dies at the step %s',
    async (step) => {
      const run = aRun([{ entity: 'coil', rows: 45 }]);
      await expect(run.start({ emit: dyingAt(step, 2) })).rejects.toThrow('killed');
      await run.start({ resume: {} });
      expect(run.keysOf('coil')).toEqual(keys(1, 45));
    },
  );

  it('reads only the chunks that the ledger does not know when it resumes', async () => {
    const run = aRun([{ entity: 'coil', rows: 45 }]);
    await expect(run.start({ emit: dyingAt('fenced', 3) })).rejects.toThrow('killed');
    await run.start({ resume: {} });
    const loaded = run.events.filter(({ name }) => name === 'chunk:loaded').map(({ facts }) => facts);
    expect(loaded).toMatchObject([{ chunk: 3 }, { chunk: 4 }]);
  });

  it('stops after the chunk in hand when interrupted, and resumes', async () => {
    const run = aRun([{ entity: 'coil', rows: 45 }]);
    const interrupting: Emit = (name) => {
      if (name === 'chunk:loaded') run.interrupt.abort();
    };
    const outcome = await run.start({ emit: interrupting });
    expect(outcome.state).toBe('interrupted');
    expect(run.keysOf('coil')).toEqual(keys(1, 10));
  });

  it('refuses to start beside an unfinished run that has loaded rows', async () => {
    const run = aRun([{ entity: 'coil', rows: 45 }]);
    await expect(run.start({ emit: dyingAt('fenced', 3) })).rejects.toThrow('killed');
    await expect(run.start({ newRunId: 'run-2' })).rejects.toMatchObject({ code: 'RUN_UNFINISHED' });
  });

  it('refuses to resume with another mapping and names what differs', async () => {
    const run = aRun([{ entity: 'coil', rows: 45 }]);
    await expect(run.start({ emit: dyingAt('fenced', 3) })).rejects.toThrow('killed');
    const changed = run.jobs.map((job) => ({ ...job, fingerprint: 'another' }));
    const ports = { ...run, ...THIS_PROCESS, signal: run.interrupt.signal, openLanes: ONE_LANE };
    await expect(migrate(changed, ports, runOptions({ resume: {} }))).rejects.toMatchObject({
      code: 'CHECKPOINT_STALE',
      facts: { what: 'mapping of coil' },
    });
  });

  it('keeps the conflict policy of its start, and refuses another one', async () => {
    const run = aRun([{ entity: 'coil', rows: 45 }]);
    const emit = dyingAt('fenced', 3);
    await expect(run.start({ emit, onConflict: 'skip' })).rejects.toThrow('killed');
    await expect(run.start({ resume: {}, onConflict: 'update' })).rejects.toMatchObject({
      code: 'CHECKPOINT_STALE',
      facts: { what: 'conflict policy', saved: 'skip', current: 'update' },
    });
    await run.start({ resume: {} });
    expect((await run.target.ledger.findRun())?.settings).toMatchObject({ onConflict: 'skip' });
  });

  it('refuses to resume what is complete', async () => {
    const run = aRun([{ entity: 'coil', rows: 5 }]);
    await run.start();
    await expect(run.start({ resume: {} })).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  });

  it('stops the run when more rows are rejected than allowed', async () => {
    const run = aRun([
      { entity: 'coil', rows: 45, bad: [11, 12, 13] },
      { entity: 'line', rows: 5 },
    ]);
    const outcome = await run.start({ rejectLimit: { kind: 'rows', rows: 2 } });
    expect(outcome.entities).toMatchObject([{ state: 'failed', code: 'TOO_MANY_REJECTS' }, { state: 'not-started' }]);
    expect(run.keysOf('line')).toEqual([]);
  });

  it('blocks the dependants of a failed entity by name and goes on with the others', async () => {
    const run = aRun([
      { entity: 'customer', rows: 5 },
      { entity: 'coil', rows: 5, parents: ['customer'] },
      { entity: 'line', rows: 5 },
    ]);
    const broken = {
      ...run.source,
      read: (...[read, chunk]: Parameters<typeof run.source.read>) => {
        if (read.plan.entity === 'customer') throw new MigrationError('SOURCE_READ_FAILED', 'ORA-08103');
        return run.source.read(read, chunk);
      },
    } satisfies ReturnType<typeof memorySource>;
    const ports = { ...THIS_PROCESS, target: run.target, emit: run.emit, openLanes: ONE_LANE };
    const outcome = await migrate(
      run.jobs,
      { ...ports, source: broken, signal: run.interrupt.signal },
      runOptions({ rejectLimit: { kind: 'rows', rows: 0 } }),
    );
    expect(outcome.state).toBe('failed');
    expect(outcome.entities).toMatchObject([
      { entity: 'customer', state: 'failed', code: 'SOURCE_READ_FAILED' },
      { entity: 'coil', state: 'blocked', because: 'blocked by customer' },
      { entity: 'line', state: 'complete' },
    ]);
  });

  it('reads a chunk again when the source connection is lost in its middle', async () => {
    const run = aRun([{ entity: 'coil', rows: 45 }]);
    let losses = 2;
    const lossy = {
      ...run.source,
      read: async function* (...[read, chunk]: Parameters<typeof run.source.read>) {
        for await (const rows of run.source.read(read, chunk)) {
          yield rows.slice(0, 3);
          if ((losses -= 1) >= 0) throw new MigrationError('SOURCE_UNREACHABLE', 'connection lost');
          yield rows.slice(3);
        }
      },
    };
    const ports = { ...THIS_PROCESS, target: run.target, emit: run.emit, openLanes: ONE_LANE };
    await migrate(
      run.jobs,
      { ...ports, source: lossy, signal: run.interrupt.signal },
      runOptions({ rejectLimit: { kind: 'rows', rows: 0 } }),
    );
    expect(run.keysOf('coil')).toEqual(keys(1, 45));
  });

  it('counts a table once at its snapshot, however often the run is resumed', async () => {
    const run = aRun([{ entity: 'coil', rows: 45, where: (key) => key > 5 }]);
    const count = jest.spyOn(run.source, 'count');
    await expect(run.start({ emit: dyingAt('fenced', 2) })).rejects.toThrow('killed');
    const outcome = await run.start({ resume: {}, batchSize: 20 });
    expect(count).toHaveBeenCalledTimes(1);
    expect(outcome.entities[0]?.tally).toMatchObject({ source: 45, filtered: 5, inserted: 40 });
    expect(run.events.find(({ name }) => name === 'entity:planned')?.facts).toMatchObject({ rows: 40, doneRows: 20 });
  });

  it('loads nothing more when a run beyond its reject limit is resumed with the same limit, and goes on with a higher', async () => {
    const run = aRun([{ entity: 'coil', rows: 45, bad: [11, 12, 13] }]);
    const limit = (rows: number) => ({ rejectLimit: { kind: 'rows', rows } }) as const;
    await run.start(limit(2));
    const loadedBefore = run.keysOf('coil').length;
    const again = await run.start({ resume: {}, ...limit(2) });
    expect(again.entities).toMatchObject([{ state: 'failed', code: 'TOO_MANY_REJECTS' }]);
    expect(run.keysOf('coil')).toHaveLength(loadedBefore);
    expect((await run.start({ resume: {}, ...limit(3) })).state).toBe('complete');
    expect(run.keysOf('coil')).toHaveLength(42);
  });

  it('notes the options that it is resumed with, says what they replace, and keeps them for the next time', async () => {
    const run = aRun([{ entity: 'coil', rows: 45 }]);
    await expect(run.start({ emit: dyingAt('fenced', 2) })).rejects.toThrow('killed');
    run.interrupt.abort();
    await run.start({ resume: {}, reconnectMs: 7_000 });
    const said = run.events.flatMap(({ name, facts }) =>
      name === 'notice' && 'message' in facts ? facts.message : [],
    );
    expect(said).toContainEqual(
      expect.stringMatching(/^run .* goes on with --reconnect 7 instead of --reconnect \d+$/),
    );
    expect((await run.target.ledger.findRun())?.settings).toMatchObject({ reconnectMs: 7_000 });
  });

  it('refuses to go on without a snapshot where it began with one', async () => {
    const run = aRun([{ entity: 'coil', rows: 45 }]);
    await expect(run.start({ emit: dyingAt('fenced', 2) })).rejects.toThrow('killed');
    await expect(run.start({ resume: {}, snapshot: 'none' })).rejects.toMatchObject({
      code: 'CHECKPOINT_STALE',
      facts: { what: 'snapshot', saved: 'scn', current: 'none' },
    });
  });

  it('keeps its reject limit when a resumed run is interrupted at once', async () => {
    const run = aRun([{ entity: 'coil', rows: 100, bad: [1] }]);
    await expect(run.start({ emit: dyingAt('fenced', 2) })).rejects.toThrow('killed');
    run.interrupt.abort();
    const outcome = await run.start({ resume: {} });
    expect(outcome).toMatchObject({ state: 'interrupted', rejects: { rejected: 1, allowed: 1 } });
  });

  it('leaves the foreign keys in place when it is interrupted before the first chunk', async () => {
    const run = aRun([{ entity: 'coil', rows: 45 }]);
    const setAside = jest.spyOn(run.target, 'setForeignKeysAside');
    run.interrupt.abort();
    expect((await run.start()).state).toBe('interrupted');
    expect(setAside).not.toHaveBeenCalled();
  });

  it('has stopped reading ahead when it ends because a chunk cannot be loaded', async () => {
    const run = aRun([{ entity: 'coil', rows: 45 }]);
    const openReads = countOpenReads(run.source);
    await expect(run.start({ emit: dyingAt('fenced', 1) })).rejects.toThrow('killed');
    expect(openReads()).toBe(0);
  });

  it('does not take the foreign keys away again when it is resumed with nothing left to load', async () => {
    const run = aRun([{ entity: 'coil', rows: 45 }]);
    const setAside = jest.spyOn(run.target, 'setForeignKeysAside');
    const restore = jest.spyOn(run.target, 'restoreForeignKeys').mockRejectedValueOnce(new TypeError('crashed'));
    await expect(run.start()).rejects.toThrow('crashed');
    expect((await run.start({ resume: {} })).state).toBe('complete');
    expect(setAside).toHaveBeenCalledTimes(1);
    expect(restore).toHaveBeenCalledTimes(2);
  });

  it('has the accounts and what went wrong when the foreign keys cannot be put back, and finishes when it is resumed', async () => {
    const run = aRun([{ entity: 'coil', rows: 5 }]);
    run.target.restoreForeignKeys = () =>
      Promise.reject(new MigrationError('LOAD_FAILED', 'foreign keys are not valid'));
    expect(await run.start()).toMatchObject({
      state: 'failed',
      failure: { code: 'LOAD_FAILED', message: 'foreign keys are not valid', hint: null },
      entities: [{ entity: 'coil', state: 'complete', tally: { read: 5, inserted: 5 } }],
    });
    expect((await run.target.ledger.findRun())?.state).toBe('failed');
    run.target.restoreForeignKeys = () => Promise.resolve([]);
    expect(await run.start({ resume: {} })).toMatchObject({ state: 'complete', failure: null });
  });

  it('warns of orphans that it keeps because the table had rows before the run, also when resumed', async () => {
    const run = aRun([
      { entity: 'customer', rows: 5 },
      { entity: 'coil', rows: 5, parents: ['customer'] },
    ]);
    const count = run.target.count.bind(run.target);
    run.target.count = async (table) => (await count(table)) + 7;
    const rulesSeen: number[] = [];
    run.target.restoreForeignKeys = (_runId, rules) => {
      rulesSeen.push(...rules.map(({ rowsBefore }) => rowsBefore));
      return Promise.resolve(
        rules.map(({ entity, property }) => {
          const constraint = 'not-valid' as const;
          return { entity, property, foreignKey: 'fk', policy: 'keep' as const, orphans: 2, constraint };
        }),
      );
    };
    await expect(run.start({ emit: dyingAt('fenced', 0) })).rejects.toThrow('killed');
    await run.start({ resume: {} });
    expect(rulesSeen).toEqual([7]);
    expect(run.events.find(({ name }) => name === 'issue')?.facts).toMatchObject({
      code: 'ORPHANS_KEPT',
      level: 'warning',
      subject: 'coil.customerId',
    });
  });
});
