import type { ChunkStep } from '../../../src/core/run/events';
import { startAbis, type Abis } from '../../support/abis';
import { lanesIn, migrateInChild, traces } from '../../support/child-migration';
import type { ChildOrder } from '../../support/migrate-child';
import { column, connected } from '../../support/sql';

const ENTITIES = ['customer', 'coil'];

describe('migrate, killed with SIGKILL', () => {
  let abis: Abis;
  let uninterrupted: unknown;

  const order = (target: string, changes: Partial<ChildOrder>): ChildOrder => ({
    source: abis.project.source,
    target: { url: target },
    entities: ENTITIES,
    batchSize: 200,
    resume: false,
    kill: null,
    ...changes,
  });

  beforeAll(async () => {
    abis = await startAbis({ scale: 0.02 });
    const { end, output } = await migrateInChild(order(abis.targetUrl, {}));
    expect({ end, output }).toMatchObject({ end: '0' });
    uninterrupted = await traces(abis.targetUrl);
  });

  afterAll(() => abis.stop());

  it.each<[ChunkStep]>([['before-fence'], ['fenced'], ['mid-copy'], ['copied'], ['committed']])(
    'at the step %s of a chunk and resumed at once leaves the same rows, rejects and checksums',
    async (step) => {
      const target = await abis.anotherTarget();
      const killed = await migrateInChild(order(target, { kill: { entity: 'coil', chunk: 2, step } }));
      expect(killed.end).toBe('SIGKILL');
      const resumed = await migrateInChild(order(target, { resume: true }));
      expect(resumed).toEqual({ end: '0', output: expect.stringContaining('complete') as string });
      expect(await traces(target)).toEqual(uninterrupted);
    },
  );

  it.each([2, 3])('leaves with %d lanes the same rows, rejects and checksums as with one', async (lanes) => {
    const target = await abis.anotherTarget();
    const { end, output } = await migrateInChild(order(target, { lanes }));
    expect({ end, output }).toMatchObject({ end: '0' });
    expect(await traces(target)).toEqual(uninterrupted);
    expect(await lanesIn(target)).toEqual(Array.from({ length: lanes }, (_, lane) => lane));
  });

  it.each<[ChunkStep, number]>([
    ['fenced', 3],
    ['mid-copy', 1],
    ['copied', 3],
    ['committed', 2],
  ])('with three lanes at the step %s and resumed with %d leaves the same, too', async (step, lanes) => {
    const target = await abis.anotherTarget();
    const kill = { entity: 'coil', chunk: 3, step };
    expect((await migrateInChild(order(target, { lanes: 3, kill }))).end).toBe('SIGKILL');
    const resumed = await migrateInChild(order(target, { lanes, resume: true }));
    expect(resumed).toEqual({ end: '0', output: expect.stringContaining('complete') as string });
    expect(await traces(target)).toEqual(uninterrupted);
  });

  it('is not resumed into another table of the same name, and goes on once the names are given back', async () => {
    const target = await abis.anotherTarget();
    await migrateInChild(order(target, { kill: { entity: 'coil', chunk: 2, step: 'committed' } }));
    const client = await connected(target);
    try {
      await client.query(
        'alter table coil rename to "Coil of before"; create table coil (like "Coil of before" including all)',
      );
      const written = () =>
        column(client, "select concat_ws(' ', (select count(*) from coil), r.*) from cutover.run r");
      const before = await written();
      const failed = await migrateInChild(order(target, { resume: true }));
      expect(failed.output).toContain(
        'has loaded rows of coil into the table that is called public.Coil of before now, and another table is called public.coil',
      );
      expect(await written()).toEqual(before);
      const given = (/Give the names back: (.*); then run/.exec(failed.output)?.[1] ?? '').replaceAll('\\"', '"');
      await client.query(given);
      await client.query(`drop table ${/rename to "(cutover_other_[0-9]+)"/.exec(given)?.[1] ?? ''}`);
      expect((await migrateInChild(order(target, { resume: true }))).end).toBe('0');
      expect(await traces(target)).toEqual(uninterrupted);
    } finally {
      await client.end();
    }
  });
});
