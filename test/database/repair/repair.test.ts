import { join } from 'node:path';
import type { Client } from 'pg';
import { runRepair } from '../../../src/app/run-repair';
import { runReset } from '../../../src/app/run-reset';
import { runValidation } from '../../../src/app/run-validation';
import type { RowDifference } from '../../../src/core/comparison/comparison';
import type { DifferenceList } from '../../../src/core/comparison/difference-list';
import { writeDifferences } from '../../../src/files/differences';
import { readDifferences } from '../../../src/files/read-differences';
import { endWhenWaiting } from '../../support/end-when-waiting';
import { type FreshDatabase } from '../../support/databases';
import { targetFingerprint } from '../../support/target-fingerprint';
import { storeOddValues, zooForAll, type Zoo } from '../../support/a-zoo';
import { temporaryFolder } from '../../support/temporary-folder';
import { DAMAGE, TRACES } from '../../support/zoo-damage';
import { zooMappings } from '../../support/type-zoo';
import { load } from '../../support/load';
import { QUIET } from '../../support/quiet';

let zoo: Zoo;
let database: FreshDatabase;
let client: Client;
let empty: Record<string, unknown>;
const project = () => zoo.project();

const opened = zooForAll();
beforeAll(async () => {
  zoo = await opened();
  ({ database, client } = zoo);
  await storeOddValues(zoo);
  await client.query(`alter table animal add note_of_app text default 'new';
    create unique index on animal (exact) where exact > 100`);
  empty = await targetFingerprint(client);
  const { outcome } = await load(project());
  expect(outcome?.state).toBe('complete');
});

/** Compares, and reads back what the comparison has written. */
async function listed(level: 'keys' | 'rows' = 'rows'): Promise<DifferenceList> {
  const { run, findings } = await runValidation(project(), { entities: [], runId: null, level });
  const path = join(temporaryFolder(), 'differences.json');
  await writeDifferences(path, { run, level, findings });
  return readDifferences(path);
}

const issuesOf = ({ validation }: Awaited<ReturnType<typeof runRepair>>) => [
  ...validation.issues,
  ...validation.verdicts.flatMap(({ issues }) => issues),
];

async function damaged(...statements: readonly string[]): Promise<DifferenceList> {
  // As someone who does not ask the foreign keys.
  await client.query('set session_replication_role = replica');
  for (const sql of statements) await client.query(sql);
  await client.query('set session_replication_role = origin');
  return listed();
}

describe('repairing the type zoo', () => {
  it('puts every kind of damage right, and finds nothing in the comparison after it', async () => {
    const before = await targetFingerprint(client);
    const list = await damaged(...[...DAMAGE, ...TRACES].map(([, sql]) => sql));
    const questions: string[] = [];
    const outcome = await runRepair(project(), list, {
      ...QUIET,
      confirm: (question) => {
        questions.push(question);
        return Promise.resolve();
      },
    });
    expect(questions).toEqual([
      expect.stringMatching(/^Repair (animal, trace|trace, animal) of run .*DELETE 1 row that no legacy row/),
    ]);
    expect(outcome.repair.end).toBe('done');
    expect(outcome.repair.entities.map(({ left }) => left)).toEqual([0, 0]);
    expect(issuesOf(outcome)).toEqual([]);
    expect(await targetFingerprint(client)).toEqual(before);
  });

  it('repairs by one list once, also where the same damage came again', async () => {
    const doubling = `insert into trace select * from trace where place = 'd'`;
    const list = await damaged(doubling);
    expect((await runRepair(project(), list, QUIET)).repair.end).toBe('done');
    const again = await runRepair(project(), list, QUIET);
    expect([again.repair.end, issuesOf(again)]).toEqual(['already', []]);
    const anew = await damaged(doubling);
    const once = await runRepair(project(), anew, QUIET);
    expect([once.repair.end, issuesOf(once)]).toEqual(['done', []]);
  });

  it('brings back parents and children, changed keys and swapped unique values, whatever the order', async () => {
    const list = await damaged(
      `delete from keeper where id = 1`,
      `delete from animal where id = 61`,
      `insert into keeper (id, name) values (77, 'Extra')`,
      `update animal set keeper_id = 77 where id = 62`,
      `update keeper set id = 88 where id = 3`,
      `update animal set exact = 4711 where id = 7`,
      `update animal set exact = '1234567890123456789', id = 900 where id = 8`,
    );
    const outcome = await runRepair(project(), list, QUIET);
    expect(issuesOf(outcome)).toEqual([]);
  });

  it('keeps what the mapping does not fill of a row that it replaces', async () => {
    await client.query(`update animal set note_of_app = 'seen' where id = 15`);
    await runRepair(project(), await damaged(`update animal set words = 'x' where id = 15`), QUIET);
    const { rows } = await client.query('select words, note_of_app from animal where id = 15');
    expect(rows).toEqual(
      [{ words: ' ', note_of_app: 'seen' }].map((row) => ({ ...row, words: expect.any(String) as string })),
    );
    await client.query(`update animal set note_of_app = 'new' where id = 15`);
    // The application has written the row since: it is no longer told as the run's own, but it is the same row.
    await runRepair(project(), await damaged(`update animal set words = 'x' where id = 15`), QUIET);
  });

  it('leaves alone what was changed since the comparison', async () => {
    const list = await damaged(`update animal set words = 'x' where id = 16`, 'delete from animal where id = 20');
    await client.query(`update animal set words = 'y' where id = 16; insert into animal (id, words) values (20, 'z')`);
    const { repair, validation } = await runRepair(project(), list, QUIET);
    expect(repair.entities).toMatchObject([{ entity: 'animal', inserted: 0, replaced: 0, left: 2 }]);
    expect(validation.verdicts.flatMap(({ issues }) => issues.map(({ code }) => code))).toEqual(['ROWS_DIFFER']);
    expect(issuesOf(await runRepair(project(), await listed(), QUIET))).toEqual([]);
  });

  it('refuses a list whose keys are no values of their columns, and leaves what no row can be', async () => {
    const list = await damaged(`delete from animal where id = 30`, `delete from keeper where id = 1`);
    const edited = (to: Partial<RowDifference>): DifferenceList => ({
      ...list,
      entities: list.entities.map((found) => ({
        ...found,
        differences: found.differences.flatMap((one) => [one, { ...one, kind: 'extra', ...to }]),
      })),
    });
    const before = await targetFingerprint(client);
    const repairing = (to: Partial<RowDifference>) => runRepair(project(), edited(to), QUIET);
    for (const key of ['x', '1e999', '']) {
      await expect(repairing({ targetKey: [key] })).rejects.toMatchObject({
        code: 'DIFFERENCES_INVALID',
        hint: expect.stringContaining('"cutover validate --level rows --differences differences.json"') as string,
      });
    }
    expect(await targetFingerprint(client)).toEqual(before);
    const { repair } = await repairing({ rowid: null, legacyKey: '["1","2","3"]' });
    const found = Object.fromEntries(list.entities.map(({ entity, differences }) => [entity, differences.length]));
    expect(repair.entities.map(({ entity, left }) => [entity, left])).toEqual([
      ['keeper', found['keeper']],
      ['animal', found['animal']],
    ]);
    expect(issuesOf(await runRepair(project(), await listed(), QUIET))).toEqual([]);
  });

  it('repairs by a list of keys', async () => {
    await damaged(`delete from animal where id = 30`, `insert into animal (id) values (5000)`);
    const outcome = await runRepair(project(), await listed('keys'), QUIET);
    expect(outcome.repair.entities).toMatchObject([{ inserted: 1, deleted: 1, left: 0 }]);
    expect(issuesOf(await runRepair(project(), await listed(), QUIET))).toEqual([]);
  });

  it('does nothing where rows that stay refer to one that would go, or a crash ends it, and all of it afterwards', async () => {
    await client.query(`create table visit (keeper int references keeper on delete cascade)`);
    const list = await damaged(`insert into keeper values (66, 'Extra')`, `insert into visit values (66)`);
    const before = await targetFingerprint(client);
    await expect(runRepair(project(), list, QUIET)).rejects.toMatchObject({ code: 'REPAIR_BLOCKED' });
    expect(await targetFingerprint(client)).toEqual(before);
    await client.query('drop table visit');
    const crashed = endWhenWaiting(database.url, 'rewrite', () => runRepair(project(), list, QUIET));
    await expect(crashed).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' });
    const { repair } = await runRepair(project(), list, QUIET);
    expect(repair.end).toBe('done');
  });

  it('refuses another mapping, another run, and an answer of no', async () => {
    const list = await damaged(`delete from keeper where id = 2`);
    const mappings = zooMappings().map((mapping) => ({ ...mapping, where: 'ID > 0' }));
    const stale = { code: 'CHECKPOINT_STALE' };
    await expect(runRepair({ ...project(), mappings }, list, QUIET)).rejects.toMatchObject(stale);
    await expect(runRepair(project(), { ...list, scn: '1' }, QUIET)).rejects.toMatchObject(stale);
    await expect(runRepair(project(), { ...list, run: 'none' }, QUIET)).rejects.toMatchObject({
      code: 'RUN_NOT_FOUND',
    });
    const confirm = () => Promise.reject(new RangeError('no'));
    await expect(runRepair(project(), list, { ...QUIET, confirm })).rejects.toThrow('no');
    expect(issuesOf(await runRepair(project(), list, QUIET))).toEqual([]);
  });

  it('inserts nothing for an entity that was taken back', async () => {
    const list = await damaged('delete from trace');
    expect(issuesOf(await runRepair(project(), list, QUIET))).toEqual([]);
    await runReset(project().target, { runId: list.run, entities: ['trace'] }, QUIET);
    const again = runRepair(project(), { ...list, id: 'another' }, QUIET);
    await expect(again).rejects.toMatchObject({ code: 'RUN_UNFINISHED' });
    expect((await client.query('select from trace')).rowCount).toBe(0);
  });

  it('leaves a run that a reset removes exactly', async () => {
    const { rows } = await client.query<{ id: string }>('select id from cutover.run');
    const { entities } = await runReset(project().target, { runId: rows[0]?.id ?? '', entities: [] }, QUIET);
    expect(entities.map(({ left }) => left)).toEqual([0, 0]);
    expect(await targetFingerprint(client)).toEqual(empty);
  });
});
