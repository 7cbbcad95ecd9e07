import type { Client } from 'pg';
import type { Target } from '../../../src/core/ports/target';
import { aChunk, aLoaderContext, aLoadPlan, A_RUN } from '../../support/postgres-load';
import { targetFingerprint } from '../../support/target-fingerprint';
import { column } from '../../support/sql';
import { targetForEach } from '../../support/opened-target';

let client: Client;
let target: Target;

const opened = targetForEach('create table coil (id int4 primary key)', 'without a ledger');
beforeEach(async () => {
  ({ client, target } = await opened());
});

async function load(runId: string, ids: readonly string[]): Promise<void> {
  await target.ledger.install();
  await target.ledger.createRun({ ...A_RUN, id: runId });
  await target.ledger.savePlan(runId, 'coil', { strategy: 'all', chunks: [{ kind: 'all' }] });
  const loader = await target.loader(aLoadPlan('coil', ['id']), aLoaderContext({ runId }));
  await loader.load(
    aChunk(
      'coil',
      ids.map((id) => [id]),
    ),
  );
  await loader.close();
}

const schemas = () => column(client, `select nspname from pg_namespace where nspname ~ 'cutover'`);
const runsIn = (table: string) => column(client, `select distinct run from cutover.${table} order by 1`);

describe('the list of runs', () => {
  it('is empty where there is no ledger', async () => {
    expect(await target.ledger.runs()).toEqual([]);
  });

  it('goes by the order of the runs, not by a clock that was set back', async () => {
    for (const runId of ['run-1', 'run-2']) await load(runId, []);
    await client.query(`update cutover.run set started_at = started_at - interval '1 day' where id = 'run-2'`);
    expect((await target.ledger.runs()).map(({ id }) => id)).toEqual(['run-2', 'run-1']);
  });

  it('has the rows, rejects and held objects of each, the latest first', async () => {
    await load('run-1', ['1', '2']);
    await target.ledger.setState('run-1', 'complete');
    await load('run-2', ['2', '3']);
    await target.setObjectsAside('run-2', [{ schema: 'public', name: 'coil' }]);
    await target.setForeignKeysAside('run-2', [{ schema: 'public', name: 'coil' }]);
    expect(await target.ledger.runs()).toMatchObject([
      { id: 'run-2', state: 'running', finishedAt: null, rows: 1, rejects: 1, aside: 0 },
      {
        id: 'run-1',
        state: 'complete',
        finishedAt: expect.stringMatching(/Z$/) as string,
        rows: 2,
        rejects: 0,
        aside: 0,
      },
    ]);
  });
});

describe('dropping the ledger', () => {
  it('leaves nothing of it in the catalogue, twice', async () => {
    await load('run-1', ['1']);
    const before = await targetFingerprint(client, 'cutover');
    for (let time = 1; time <= 2; time++) {
      await target.ledger.drop('all');
      expect(await schemas()).toEqual([]);
    }
    expect(await targetFingerprint(client, 'cutover')).toEqual(before);
    await load('run-2', ['2']);
    expect((await target.ledger.runs()).map(({ id }) => id)).toEqual(['run-2']);
  });

  it('leaves nothing of one run, and all of the others', async () => {
    await load('run-1', ['1', '1']);
    await load('run-2', ['2', '2']);
    await target.ledger.drop({ runId: 'run-1' });
    for (const table of ['entity_plan', 'chunk', 'chunk_load', 'entity_table', 'reject']) {
      expect([table, await runsIn(table)]).toEqual([table, ['run-2']]);
    }
    expect((await target.ledger.runs()).map(({ id }) => id)).toEqual(['run-2']);
  });

  it.each([
    ['a view over it', 'create view public.turned_away as select key from cutover.reject'],
    ['a table beside it', 'create table cutover.notes (line text)'],
  ])('is refused while there is %s of somebody else', async (_, statement) => {
    await load('run-1', ['1']);
    await client.query(statement);
    await expect(target.ledger.drop('all')).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      hint: expect.stringContaining('Nothing was dropped') as string,
    });
    expect(await target.ledger.runs()).toHaveLength(1);
  });
});
