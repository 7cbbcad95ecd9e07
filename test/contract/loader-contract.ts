import type { ChunkStep, Emit } from '../../src/core/run/events';
import { aLoaderContext } from '../support/postgres-load';
import { begin, chunkOf, loadChunks, planOf, type OpenSubject, type TargetSubject } from './target-subject';

const STEPS: readonly ChunkStep[] = ['before-fence', 'fenced', 'mid-copy', 'copied', 'committed'];

/** What every loader promises (`ChunkLoader` in core/ports/target.ts): each chunk exactly once, wherever it dies. */
export function loaderContract(open: OpenSubject): void {
  describe('its loader', () => {
    let subject: TargetSubject;
    beforeEach(async () => {
      subject = await open();
      await begin(subject.target, 'run-1');
    });

    it('commits rows, rejects and the account of a chunk together', async () => {
      const { target, idsIn } = subject;
      const [result] = await loadChunks(target, { runId: 'run-1', entity: 'item' }, [chunkOf('item', 0, [1, 2], 1)]);
      expect(result).toMatchObject({ kind: 'loaded', read: 3, inserted: 2, updated: 0, skipped: 0, rejected: 1 });
      expect(await idsIn('item')).toEqual(['1', '2']);
      expect((await target.ledger.progress('run-1'))[0]?.tally).toMatchObject({ inserted: 2, rejected: 1 });
    });

    it('lives through the steps of a chunk in their order, each once', async () => {
      const steps: ChunkStep[] = [];
      const emit = ((name: string, facts: { step: ChunkStep }) => {
        if (name === 'chunk:step') steps.push(facts.step);
      }) as Emit;
      await loadChunks(subject.target, { runId: 'run-1', entity: 'item', emit }, [chunkOf('item', 0, [1, 2, 3])]);
      expect(steps).toEqual(STEPS);
    });

    it('loads a chunk once, whoever asks for it again', async () => {
      const { target, idsIn } = subject;
      const run = { runId: 'run-1', entity: 'item' };
      await loadChunks(target, run, [chunkOf('item', 0, [1, 2], 1)]);
      const [again] = await loadChunks(target, { ...run, lane: 1 }, [chunkOf('item', 0, [1, 2], 1)]);
      expect(again).toEqual({ kind: 'already-loaded' });
      expect(await idsIn('item')).toEqual(['1', '2']);
      expect((await target.ledger.progress('run-1'))[0]?.tally).toMatchObject({ inserted: 2, rejected: 1 });
    });

    it('takes the same chunk of another run, or of another entity, for another one', async () => {
      const { target, idsIn } = subject;
      await begin(target, 'run-2');
      const ended = [
        ...(await loadChunks(target, { runId: 'run-1', entity: 'item' }, [chunkOf('item', 0, [1])])),
        ...(await loadChunks(target, { runId: 'run-1', entity: 'other' }, [chunkOf('other', 0, [1])])),
        ...(await loadChunks(target, { runId: 'run-2', entity: 'item' }, [chunkOf('item', 0, [2])])),
      ];
      expect(ended.map(({ kind }) => kind)).toEqual(['loaded', 'loaded', 'loaded']);
      expect([await idsIn('item'), await idsIn('other')]).toEqual([['1', '2'], ['1']]);
    });

    it.each(STEPS.filter((step) => step !== 'committed'))('leaves nothing of a chunk that dies at %s', async (at) => {
      const { target, idsIn } = subject;
      const emit = ((name: string, facts: { step: ChunkStep }) => {
        if (name === 'chunk:step' && facts.step === at) throw new Error('killed');
      }) as Emit;
      const loader = await target.loader(planOf('item'), aLoaderContext({ runId: 'run-1', emit }));
      await expect((async () => loader.load(chunkOf('item', 0, [1, 2], 1)))()).rejects.toThrow();
      await loader.close();
      expect(await idsIn('item')).toEqual([]);
      expect([...(await target.ledger.loadedChunks('run-1', 'item'))]).toEqual([]);
      await loadChunks(target, { runId: 'run-1', entity: 'item' }, [chunkOf('item', 0, [1, 2], 1)]);
      expect(await idsIn('item')).toEqual(['1', '2']);
    });

    it('has loaded a chunk whose listener dies after the commit', async () => {
      const { target, idsIn } = subject;
      const emit = ((name: string, facts: { step: ChunkStep }) => {
        if (name === 'chunk:step' && facts.step === 'committed') throw new Error('killed');
      }) as Emit;
      const loader = await target.loader(planOf('item'), aLoaderContext({ runId: 'run-1', emit }));
      await expect((async () => loader.load(chunkOf('item', 0, [1])))()).rejects.toThrow();
      await loader.close();
      expect(await idsIn('item')).toEqual(['1']);
      const [again] = await loadChunks(target, { runId: 'run-1', entity: 'item' }, [chunkOf('item', 0, [1])]);
      expect(again).toEqual({ kind: 'already-loaded' });
    });
  });
}
