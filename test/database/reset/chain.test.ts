import type { Client } from 'pg';
import type { TargetRow } from '../../../src/core/mapping/wire';
import type { OrphanRule, Target } from '../../../src/core/ports/target';
import { aChunk, aLoaderContext, A_RUN } from '../../support/postgres-load';
import { targetFingerprint } from '../../support/target-fingerprint';
import { column } from '../../support/sql';
import { targetForEach } from '../../support/opened-target';

const ITEM = { schema: 'public', name: 'item' };
const RULE: OrphanRule = {
  entity: 'item',
  table: ITEM,
  foreignKey: { name: 'any', columns: ['parent'], parent: ITEM, parentColumns: ['id'] },
  policy: 'reject',
  property: 'parent',
  keyColumns: ['id'],
  rowsBefore: 3,
};

let client: Client;
let target: Target;

const opened = targetForEach('', 'without a ledger');
beforeEach(async () => {
  ({ client, target } = await opened());
});

const fingerprint = () => targetFingerprint(client);
const resetAll = (runId: string) =>
  target.reset({ runId, scope: 'all', changed: 'refuse', edited: 'refuse' }, () => undefined);

describe('rows of a run that later runs have overwritten', () => {
  const VALUES = (n: number): TargetRow[] => [1, 2, 3].map((id) => [String(id), `v${n}`, null]);

  /** A run of its own over one table; what is there already it overwrites. */
  async function loadRun(runId: string, rows: readonly TargetRow[], rowsBefore: number): Promise<void> {
    await target.ledger.install();
    await target.ledger.createRun({ ...A_RUN, id: runId });
    const columns = ['id', 'note', 'parent'];
    const conflicts = { policy: 'update' as const, rowsBefore };
    const plan = { entity: 'item', table: ITEM, columns, properties: columns, keyPositions: [0], conflicts };
    const loader = await target.loader(plan, aLoaderContext({ runId }));
    await loader.load(aChunk('item', rows.slice(0, 2)));
    await loader.load(aChunk('item', rows.slice(2), { id: { entity: 'item', chunk: 1 } }));
    await loader.close();
  }

  beforeEach(async () => {
    await client.query(`create table item (id int4 primary key, note text, parent int4 constraint of_item references item);
      insert into item values (3, 'their own')`);
  });

  it('are its own again after those were reset, so that its own reset removes exactly them', async () => {
    const states = [await fingerprint()];
    for (const [index, runId] of ['run-a', 'run-b', 'run-c'].entries()) {
      await loadRun(runId, VALUES(index), index === 0 ? 1 : 3);
      states.push(await fingerprint());
    }
    await expect(resetAll('run-a')).rejects.toMatchObject({
      code: 'RESET_BLOCKED',
      hint: expect.stringMatching(/First take back .*reset --run run-c", then "cutover reset --run run-b"/) as string,
      facts: { rows: 3, overwrittenBy: 'run-c, run-b' },
    });
    for (const [runId, removed, putBack] of [
      ['run-c', 0, 3],
      ['run-b', 0, 3],
      ['run-a', 2, 1],
    ] as const) {
      states.pop();
      expect(await resetAll(runId)).toMatchObject({ entities: [{ removed, putBack, left: 0 }] });
      expect(await fingerprint()).toEqual(states.at(-1));
    }
    expect(await column(client, 'select note from item')).toEqual(['their own']);
  });

  it('are its own again when the later run turns its row away as an orphan', async () => {
    const before = await fingerprint();
    await loadRun(
      'run-a',
      [
        ['1', 'a', null],
        ['2', 'a', '1'],
      ],
      1,
    );
    const first = await fingerprint();
    await target.setForeignKeysAside('run-b', [ITEM]);
    await loadRun(
      'run-b',
      [
        ['1', 'b', '77'],
        ['2', 'b', '1'],
        ['3', 'b', '78'],
      ],
      3,
    );
    const verdicts = await target.restoreForeignKeys('run-b', [RULE]);
    expect(verdicts).toMatchObject([{ orphans: 2 }]);
    expect(await column(client, 'select note from item order by id')).toEqual(['a', 'b', 'their own']);
    expect(await resetAll('run-b')).toMatchObject({ entities: [{ removed: 0, putBack: 1, left: 0 }] });
    expect(await fingerprint()).toEqual(first);
    expect(await resetAll('run-a')).toMatchObject({ entities: [{ removed: 2, putBack: 0, left: 0 }] });
    expect(await fingerprint()).toEqual(before);
  });
});
