import type { Reject } from '../../src/core/run/outcomes';
import { aValidation } from '../support/chained-runs';
import { begin, chunkOf, loadChunks, type OpenSubject, type TargetSubject } from './target-subject';

/** What every ledger promises (core/ports/ledger.ts). */
export function ledgerContract(open: OpenSubject): void {
  describe('its ledger', () => {
    let subject: TargetSubject;
    beforeEach(async () => {
      subject = await open();
    });

    it('knows of no run before one is begun', async () => {
      const { ledger } = subject.target;
      expect([await ledger.findRun(), await ledger.findRun('run-1'), await ledger.runs()]).toEqual([null, null, []]);
    });

    it('finds a run by its id, and the latest one without', async () => {
      const { ledger } = subject.target;
      const first = await begin(subject.target, 'run-1');
      const second = await begin(subject.target, 'run-2');
      expect(first).toMatchObject({ id: 'run-1', scn: '100', state: 'running', finishedAt: null });
      expect(await ledger.findRun('run-1')).toEqual(first);
      expect(await ledger.findRun()).toEqual(second);
      expect((await ledger.runs()).map(({ id, state }) => [id, state])).toEqual([
        ['run-2', 'running'],
        ['run-1', 'running'],
      ]);
    });

    it('keeps the state of a run, and when it has finished', async () => {
      const { ledger } = subject.target;
      await begin(subject.target, 'run-1');
      await ledger.setState('run-1', 'interrupted');
      expect(await ledger.findRun('run-1')).toMatchObject({
        state: 'interrupted',
        finishedAt: expect.any(String) as string,
      });
      await ledger.setState('run-1', 'running');
      expect(await ledger.findRun('run-1')).toMatchObject({ state: 'running', finishedAt: null });
    });

    it('keeps the options that a run goes on with, and leaves its other settings', async () => {
      const { ledger } = subject.target;
      const { settings } = await begin(subject.target, 'run-1');
      const rejectLimit = { kind: 'rows', rows: 9 } as const;
      const waits = { reconnectMs: 5_000, stallTimeoutMs: 60_000, lockTimeoutMs: 9_000 };
      const options = { ...waits, lanes: 3, validate: 'no', rejectLimit } as const;
      await ledger.noteOptions('run-1', options);
      expect((await ledger.findRun('run-1'))?.settings).toEqual({ ...settings, ...options });
    });

    it('stores a plan once: a later one is not taken', async () => {
      const { ledger } = subject.target;
      await begin(subject.target, 'run-1');
      const plan = { strategy: 'all' as const, chunks: [{ kind: 'all' as const }] };
      expect(await ledger.findPlan('run-1', 'item')).toBeNull();
      expect(await ledger.savePlan('run-1', 'item', plan)).toEqual(plan);
      const other = { ...plan, chunks: [...plan.chunks, ...plan.chunks] };
      expect(await ledger.savePlan('run-1', 'item', other)).toEqual(plan);
      expect(await ledger.findPlan('run-1', 'item')).toEqual(plan);
    });

    it('accounts for an entity by its counts and its loaded chunks', async () => {
      const { ledger } = subject.target;
      await begin(subject.target, 'run-1');
      await ledger.saveCounts('run-1', 'item', { matching: 5, total: 7 });
      await loadChunks(subject.target, { runId: 'run-1', entity: 'item' }, [
        chunkOf('item', 0, [1, 2], 1),
        chunkOf('item', 1, [3, 4]),
      ]);
      expect([...(await ledger.loadedChunks('run-1', 'item'))].sort()).toEqual([0, 1]);
      expect(await ledger.progress('run-1')).toMatchObject([
        {
          entity: 'item',
          plannedChunks: 2,
          loadedChunks: 2,
          countedAt: '100',
          snapshots: ['100'],
          tally: { source: 7, read: 7, inserted: 4, updated: 0, skipped: 0, rejected: 1, filtered: 2 },
        },
      ]);
      expect((await ledger.runs())[0]).toMatchObject({ id: 'run-1', rows: 4, rejects: 1 });
    });

    it('gives rejects in the order of entity, chunk and ordinal, numbered within their chunk', async () => {
      const { ledger } = subject.target;
      await begin(subject.target, 'run-1');
      await loadChunks(subject.target, { runId: 'run-1', entity: 'other' }, [chunkOf('other', 0, [], 1)]);
      await loadChunks(subject.target, { runId: 'run-1', entity: 'item' }, [
        chunkOf('item', 1, [], 2),
        chunkOf('item', 0, [], 1),
      ]);
      expect((await allOf(ledger.rejects('run-1'))).map(place)).toEqual([
        ['item', '["0.0"]'],
        ['item', '["1.0"]'],
        ['item', '["1.1"]'],
        ['other', '["0.0"]'],
      ]);
      const numbered = await allOf(ledger.rejectsOf('run-1', 'item'));
      expect(numbered.map(({ chunk, ordinal }) => [chunk, ordinal])).toEqual([
        [0, 0],
        [1, 0],
        [1, 1],
      ]);
    });

    it('gives a run a new snapshot, for which entities without loaded chunks are planned and counted anew', async () => {
      const { ledger } = subject.target;
      await begin(subject.target, 'run-1');
      await loadChunks(subject.target, { runId: 'run-1', entity: 'item' }, [chunkOf('item', 0, [1])]);
      const plan = { strategy: 'all' as const, chunks: [{ kind: 'all' as const }] };
      await ledger.savePlan('run-1', 'other', plan);
      await ledger.saveCounts('run-1', 'other', { matching: 1, total: 1 });
      expect(await ledger.renewSnapshot('run-1', '200')).toMatchObject({ id: 'run-1', scn: '200' });
      expect(await ledger.findRun('run-1')).toMatchObject({ scn: '200' });
      expect([await ledger.findPlan('run-1', 'other'), (await ledger.findPlan('run-1', 'item')) !== null]).toEqual([
        null,
        true,
      ]);
    });

    it('notes a start and a validation once under one id, and the end of the latest start', async () => {
      const { ledger } = subject.target;
      await begin(subject.target, 'run-1');
      const versions = { source: '19', target: '16', driver: 'd', cutover: 'c', node: 'n' };
      const start = { resumed: false, lanes: 1, scn: '100', operator: 'me@here', versions, entities: [], findings: [] };
      await ledger.noteStart('run-1', start, 'a');
      await ledger.noteStart('run-1', start, 'a');
      await ledger.noteStart('run-1', { ...start, resumed: true, lanes: 3 }, 'b');
      for (const id of ['c', 'c', 'd']) {
        expect(await ledger.noteValidation('run-1', aValidation(`as ${id}`), id)).toBe(true);
      }
      const { starts, validations } = await ledger.trail('run-1');
      expect(starts.map(({ resumed, lanes, end }) => [resumed, lanes, end])).toEqual([
        [false, 1, null],
        [true, 3, null],
      ]);
      expect(validations.map(({ issues }) => issues[0]?.message)).toEqual(['as c', 'as d']);
    });

    it('keeps what becomes of the legacy tables, and forgets what was known before', async () => {
      const { ledger } = subject.target;
      await begin(subject.target, 'run-1');
      const account = { kind: 'table' as const, mark: null, scn: '100', rows: null, claims: [], readBy: [] };
      const named = (source: string) => ({ ...account, source, lookedUpBy: [], reasons: ['kept'], problem: null });
      expect(await ledger.sources('run-1')).toBeNull();
      await ledger.saveSources('run-1', [named('A.ONE'), named('A.TWO')]);
      await ledger.saveSources('run-1', [named('A.TWO')]);
      expect((await ledger.sources('run-1'))?.map(({ source, reasons }) => [source, reasons])).toEqual([
        ['A.TWO', ['kept']],
      ]);
    });

    it('names the complete runs that have rows of an entity in that very table, the latest first', async () => {
      const { ledger } = subject.target;
      const item = { schema: 'public', name: 'item' };
      const runs = ['run-1', 'run-2', 'run-3'];
      for (const [nth, runId] of runs.entries()) {
        await begin(subject.target, runId);
        const chunk = runId === 'run-3' ? chunkOf('item', 0, [], 1) : chunkOf('item', 0, [nth]);
        await loadChunks(subject.target, { runId, entity: 'item' }, [chunk]);
      }
      expect(await ledger.migratedBy('item', item)).toEqual([]);
      await ledger.setState('run-1', 'complete');
      expect(await ledger.migratedBy('item', item)).toEqual(['run-1']);
      for (const runId of runs) await ledger.setState(runId, 'complete');
      expect(await ledger.migratedBy('item', item)).toEqual(['run-2', 'run-1']);
      expect(await ledger.migratedBy('item', { ...item, name: 'other' })).toEqual([]);
      expect(await ledger.migratedBy('other', item)).toEqual([]);
    });

    it('forgets a run that is dropped, and keeps the others', async () => {
      const { ledger } = subject.target;
      await begin(subject.target, 'run-1');
      await begin(subject.target, 'run-2');
      await loadChunks(subject.target, { runId: 'run-1', entity: 'item' }, [chunkOf('item', 0, [1], 1)]);
      expect(await ledger.drop({ runId: 'run-1' })).toBe(true);
      expect((await ledger.runs()).map(({ id }) => id)).toEqual(['run-2']);
      expect([await ledger.findRun('run-1'), await allOf(ledger.rejects('run-1'))]).toEqual([null, []]);
    });
  });
}

function place({ entity, key }: Reject): readonly [string, string] {
  return [entity, key];
}

async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
