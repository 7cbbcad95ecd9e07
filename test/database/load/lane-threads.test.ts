import { join } from 'node:path';
import { startAbis, type Abis } from '../../support/abis';
import { lanesIn, migrateInChild, traces } from '../../support/child-migration';
import type { LaneDeath } from '../../support/dying-lanes.config';
import type { ChildOrder } from '../../support/migrate-child';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';

const CONFIG = join(__dirname, '..', '..', 'support', 'dying-lanes.config.ts');

describe('migrate with lanes in threads', () => {
  let abis: Abis;
  let oneLane: unknown;
  const folder = temporaryFolder();

  const order = (target: string, changes: Partial<ChildOrder>): ChildOrder => ({
    source: abis.project.source,
    target: { url: target },
    entities: ['customer', 'coil'],
    batchSize: 200,
    resume: false,
    kill: null,
    configPath: CONFIG,
    ...changes,
  });

  const dying = (death: Partial<LaneDeath>): { readonly env: Readonly<Record<string, string>> } => ({
    env: { LANE_DEATH: JSON.stringify({ entity: 'coil', chunk: null, once: null, ...death }) },
  });

  beforeAll(async () => {
    abis = await startAbis({ scale: 0.02 });
    const { end, output } = await migrateInChild(order(abis.targetUrl, { lanes: 1 }));
    expect({ end, output }).toMatchObject({ end: '0' });
    oneLane = await traces(abis.targetUrl);
  });

  afterAll(async () => {
    removeTemporaryFolders();
    await abis.stop();
  });

  it('leaves the same rows, rejects and checksums as one lane in the main thread', async () => {
    const target = await abis.anotherTarget();
    const { end, output } = await migrateInChild(order(target, { lanes: 2 }));
    expect({ end, output }).toMatchObject({ end: '0' });
    expect(await traces(target)).toEqual(oneLane);
    expect(await lanesIn(target)).toEqual([0, 1]);
  });

  it('killed with SIGKILL at a step of a thread and resumed leaves the same, too', async () => {
    const target = await abis.anotherTarget();
    const killed = await migrateInChild(order(target, { lanes: 3 }), dying({ step: 'copied', how: 'kill' }));
    expect(killed.end).toBe('SIGKILL');
    const resumed = await migrateInChild(order(target, { lanes: 2, resume: true }));
    expect(resumed).toEqual({ end: '0', output: expect.stringContaining('complete') as string });
    expect(await traces(target)).toEqual(oneLane);
  });

  it.each<[LaneDeath['how'], LaneDeath['step'], string]>([
    ['exit', 'copied', 'exit code 3'],
    ['throw', 'fenced', 'TypeError'],
    ['memory', 'mid-copy', 'it ran out of memory'],
  ])('gives what a lane had in hand when it died (%s, at the step %s) to another one', async (how, step, why) => {
    const target = await abis.anotherTarget();
    const nodeOptions = how === 'memory' ? ['--max-old-space-size=120'] : [];
    const death = dying({ how, step, once: join(folder, how) });
    const { end, output } = await migrateInChild(order(target, { lanes: 2 }), { ...death, nodeOptions });
    expect({ end, output }).toMatchObject({ end: '0' });
    expect(output).toContain(`lane 1 died while it loaded coil: ${why}; chunk`);
    expect(await traces(target)).toEqual(oneLane);
  });
});
