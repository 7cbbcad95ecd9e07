import { DEFAULT_RESET } from '../../src/core/run/reset';
import { begin, chunkOf, loadChunks, type OpenSubject, type TargetSubject } from './target-subject';

const QUIET = (): void => undefined;

/** What every target promises (core/ports/target.ts), beside its ledger and its loader. */
export function targetContract(open: OpenSubject): void {
  describe('the target itself', () => {
    let subject: TargetSubject;
    beforeEach(async () => {
      subject = await open();
    });
    const named = (name: string) => ({ schema: 'public', name });

    it('knows its tables, and null for one that is not there', async () => {
      const { target } = subject;
      expect(await target.table(named('item'))).toMatchObject({
        table: named('item'),
        primaryKey: ['id'],
        empty: true,
      });
      expect(await target.table(named('nothing'))).toBeNull();
      expect(await target.table({ schema: 'elsewhere', name: 'item' })).toBeNull();
      expect((await target.relationsNamed(['item', 'nothing'])).map(({ table }) => table)).toEqual([named('item')]);
    });

    it('counts rows as they are now, and knows that a table is not empty any more', async () => {
      const { target } = subject;
      await begin(target, 'run-1');
      expect(await target.count(named('item'))).toBe(0);
      await loadChunks(target, { runId: 'run-1', entity: 'item' }, [chunkOf('item', 0, [1, 2, 3])]);
      expect([await target.count(named('item')), await target.count(named('other'))]).toEqual([3, 0]);
      expect((await target.table(named('item')))?.empty).toBe(false);
    });

    it('counts rows that have no parent by a foreign key', async () => {
      const { target } = subject;
      await begin(target, 'run-1');
      await loadChunks(target, { runId: 'run-1', entity: 'item' }, [chunkOf('item', 0, [1, 2, 3])]);
      await loadChunks(target, { runId: 'run-1', entity: 'other' }, [chunkOf('other', 0, [2])]);
      const foreignKey = { name: 'item_other', columns: ['id'], parent: named('other'), parentColumns: ['id'] };
      expect(await target.countOrphans(named('item'), foreignKey)).toBe(2);
    });

    it('shuts out nobody once a claim is released', async () => {
      const { target } = subject;
      for (const runId of ['run-1', 'run-2']) await (await target.claimRun(runId)).release();
      expect((await target.standing()).operator).toBeNull();
    });

    it('takes back what a run has loaded, and nothing of another run', async () => {
      const { target, idsIn } = subject;
      await begin(target, 'run-1');
      await loadChunks(target, { runId: 'run-1', entity: 'item' }, [chunkOf('item', 0, [1, 2])]);
      await begin(target, 'run-2');
      await loadChunks(target, { runId: 'run-2', entity: 'item' }, [chunkOf('item', 0, [3])]);
      const order = { ...DEFAULT_RESET, runId: 'run-1', scope: 'all' as const };
      const claim = await target.claimRun('run-1');
      expect((await target.resetPlan(order)).entities).toMatchObject([{ entity: 'item', removed: 2, left: 0 }]);
      expect(await idsIn('item')).toEqual(['1', '2', '3']);
      expect((await target.reset(order, QUIET)).entities).toMatchObject([{ entity: 'item', removed: 2 }]);
      await claim.release();
      expect(await idsIn('item')).toEqual(['3']);
      expect((await target.ledger.findRun('run-1'))?.state).toBe('reset');
      expect((await target.ledger.findRun('run-2'))?.state).toBe('running');
    });

    it('takes back one entity, after which the run can be resumed', async () => {
      const { target, idsIn } = subject;
      await begin(target, 'run-1');
      for (const entity of ['item', 'other']) {
        await loadChunks(target, { runId: 'run-1', entity }, [chunkOf(entity, 0, [1])]);
      }
      const claim = await target.claimRun('run-1');
      await target.reset({ ...DEFAULT_RESET, runId: 'run-1', scope: ['item'] }, QUIET);
      await claim.release();
      expect([await idsIn('item'), await idsIn('other')]).toEqual([[], ['1']]);
      expect((await target.ledger.findRun('run-1'))?.state).toBe('interrupted');
      expect([...(await target.ledger.loadedChunks('run-1', 'item'))]).toEqual([]);
      const [again] = await loadChunks(target, { runId: 'run-1', entity: 'item' }, [chunkOf('item', 0, [1])]);
      expect(again?.kind).toBe('loaded');
    });
  });
}
