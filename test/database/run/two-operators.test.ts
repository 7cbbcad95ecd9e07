import { holdLedger } from '../../support/ledger-hold';
import { startAbis, type Abis } from '../../support/abis';
import { migrateInChild } from '../../support/child-migration';
import type { ChildOrder } from '../../support/migrate-child';
import { column, connected } from '../../support/sql';

describe('two operators at the same time, each in a process of its own', () => {
  let abis: Abis;
  beforeAll(async () => {
    abis = await startAbis({ scale: 0.02 });
  });
  afterAll(() => abis.stop());

  const start = (target: string, changes: Partial<ChildOrder> = {}) =>
    migrateInChild({
      source: abis.project.source,
      target: { url: target },
      entities: ['customer', 'coil'],
      batchSize: 200,
      resume: false,
      kill: null,
      ...changes,
    });

  it('have the second refused at once, while the first loads and while it restores; the first finishes', async () => {
    const url = await abis.anotherTarget();
    const loading = await holdLedger(url, 'entity_table');
    const first = start(url);
    await loading.reached();
    const anew = await start(url);
    expect(anew.output).toContain('RUN_ACTIVE');

    const restoring = await holdLedger(url, 'journal');
    await loading.letGo();
    await restoring.reached();
    const late = await start(url, { resume: true });
    expect(late.output).toContain('RUN_ACTIVE');
    expect([anew.end, late.end]).not.toContain('0');

    await restoring.letGo();
    expect((await first).output).toContain('"state":"complete"');
    const client = await connected(url);
    expect(await column(client, 'select count(*) from cutover.run')).toEqual(['1']);
    await client.end();
  });

  it('have one of them win when both start at once', async () => {
    const url = await abis.anotherTarget();
    const ends = await Promise.all([start(url), start(url)]);
    const isWinner = ({ output }: { readonly output: string }): boolean =>
      output.includes('"state":"complete"') && !output.includes('TARGET_NOT_EMPTY');
    expect(ends.filter(isWinner)).toHaveLength(1);
    // The second looks before the first begins, while it is at work, or, if it comes very late, when it is done.
    const [second] = ends.filter((end) => !isWinner(end));
    expect(second?.output).toMatch(/RUN_ACTIVE|RUN_UNFINISHED|TARGET_NOT_EMPTY|TARGET_MIGRATED/);
  });
});
