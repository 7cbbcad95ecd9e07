import { laneOpener } from '../../../../src/app/lane-threads/lane-opener';
import type { LegacySource } from '../../../../src/core/ports/legacy-source';
import { openLane } from '../../../../src/migrate/load/lane';
import { memorySource } from '../../../support/memory/memory-source';
import { memoryTarget } from '../../../support/memory/memory-target';

const inMode = (mode: 'thin' | 'thick'): LegacySource => {
  const source = memorySource([]);
  return { ...source, facts: async () => ({ ...(await source.facts()), mode }) };
};

const project = { mappings: [], source: { user: 'abis', password: 'secret' }, target: { url: 'postgresql://h/d' } };
const withConfig = { ...project, configPath: '/project/cutover.config.ts' };
const selection = { entities: [], where: {} };
const options = { source: inMode('thin'), target: memoryTarget(), selection, lanes: 2, emit: () => undefined };

describe('the lanes of a run', () => {
  it('go to threads where the project can be loaded there', async () => {
    expect(await laneOpener(withConfig, options)).not.toBe(openLane);
  });

  it.each([
    ['there is only one', withConfig, { ...options, lanes: 1 }],
    ['the project is in the memory of this thread alone', project, options],
    [
      'the driver is in Thick mode, which is one for the whole process',
      withConfig,
      { ...options, source: inMode('thick') },
    ],
  ])('stay in the main thread where %s', async (_, of, given) => {
    expect(await laneOpener(of, given)).toBe(openLane);
  });
});
