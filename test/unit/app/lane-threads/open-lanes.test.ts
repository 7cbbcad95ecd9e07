import { lanesOf } from '../../../../src/app/lane-threads/open-lanes';
import type { LegacySource } from '../../../../src/core/ports/legacy-source';
import type { RunContext } from '../../../../src/migrate/load/lane';
import { RejectGauge } from '../../../../src/migrate/load/reject-gauge';
import { THIS_PROCESS } from '../../../support/a-run';
import { memorySource } from '../../../support/memory/memory-source';
import { memoryTarget } from '../../../support/memory/memory-target';

const inMode = (mode: 'thin' | 'thick'): LegacySource => {
  const source = memorySource([]);
  return { ...source, facts: async () => ({ ...(await source.facts()), mode }) };
};

const project = { mappings: [], source: { user: 'abis', password: 'secret' }, target: { url: 'postgresql://h/d' } };
const withConfig = { ...project, configPath: '/project/cutover.config.ts' };
const selection = { entities: [], where: {} };

/** Lanes in threads of their own ask the target for a way in. */
async function opened(of: Parameters<typeof lanesOf>[0], lanes: number, mode: 'thin' | 'thick' = 'thin') {
  let waysIn = 0;
  const target = memoryTarget();
  const notices: string[] = [];
  const openLanes = lanesOf(of, selection, lanes);
  const context: RunContext = {
    ...THIS_PROCESS,
    source: inMode(mode),
    target: {
      ...target,
      forLanes: () => {
        waysIn += 1;
        return target.forLanes();
      },
    },
    runId: 'run-1',
    scn: '1',
    gauge: new RejectGauge(0),
    emit: (name, facts) => {
      if (name === 'notice') notices.push((facts as { readonly message: string }).message);
    },
    signal: new AbortController().signal,
    reconnectMs: 0,
    openLanes,
  };
  return { lanes: (await openLanes(context)).length, inThreads: waysIn > 0, notices };
}

describe('the lanes of a run', () => {
  it('go to threads where the project can be loaded there', async () => {
    expect(await opened(withConfig, 2)).toEqual({ lanes: 2, inThreads: true, notices: [] });
  });

  it('stay in the main thread where there is only one', async () => {
    expect(await opened(withConfig, 1)).toEqual({ lanes: 1, inThreads: false, notices: [] });
  });

  it('stay in the main thread where the project is in the memory of this thread alone', async () => {
    expect(await opened(project, 2)).toEqual({ lanes: 2, inThreads: false, notices: [] });
  });

  it('stay in the main thread where the driver is in Thick mode, which is one for the whole process, and say so', async () => {
    const notices = ['the lanes share one thread: Thick mode is not known to work in several'];
    expect(await opened(withConfig, 2, 'thick')).toEqual({ lanes: 2, inThreads: false, notices });
  });
});
