import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Client } from 'pg';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DEFAULT_MIGRATION, runMigration } from '../../../src/app/run-migration';
import { runRetry } from '../../../src/app/run-rejects';
import { runRepair } from '../../../src/app/run-repair';
import { runValidation } from '../../../src/app/run-validation';
import { legacyTable } from '../../../src/core/mapping/legacy-table';
import type { NumberText } from '../../../src/core/mapping/wire';
import { integer, transform } from '../../../src/core/transforms';
import { writeDifferences } from '../../../src/files/differences';
import { readDifferences } from '../../../src/files/read-differences';
import { repairReport } from '../../../src/report/screen/repair';
import type { FreshDatabase } from '../../support/databases';
import { hardText, nestedJson } from '../../support/row-limits';
import { startTestStandin, type LegacyStandin } from '../../support/standin';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';
import { targetForEach } from '../../support/opened-target';
import { QUIET } from '../../support/quiet';

@Entity('note')
class Note {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ type: 'text' })
  code!: string;

  @Column({ type: 'text' })
  words!: string;

  @Column({ type: 'text' })
  tree!: string;
}

interface NoteRow {
  ID: NumberText;
  CODE: string;
  WORDS: string;
  DEPTH: NumberText;
}

const nested = transform('nested', [], (depth: NumberText) => nestedJson(Number(depth)));
const { from, mapTo } = legacyTable<NoteRow>('NOTE', { key: ['ID'] });
const mapping = mapTo(Note, {
  id: from('ID', integer),
  code: from('CODE'),
  words: from('WORDS'),
  tree: from('DEPTH', nested),
});

/** Rows 2 and 4 are too long for an index of their words, 3 and 5 too deep for one of their trees. */
const ROWS = Array.from({ length: 12 }, (_, at) => {
  const id = at + 1;
  return [id, `c${id}`, [2, 4].includes(id) ? hardText(3_800, id) : `word ${id}`, [3, 5].includes(id) ? 60_000 : 3];
});
const INDEXES = 'create index note_words on note (words); create index note_tree on note (((tree::jsonb) is null))';

let legacy: LegacyStandin;
let database: FreshDatabase;
let client: Client;

const project = () => ({
  mappings: [mapping],
  entities: [Note],
  source: legacy.settings,
  target: { url: database.url },
});
const EVERY = { ...DEFAULT_MIGRATION, rejectLimit: { kind: 'percent', percent: 100 } as const };

beforeAll(async () => {
  legacy = await startTestStandin({
    ddl: ['CREATE TABLE NOTE (ID NUMBER(9) NOT NULL, CODE VARCHAR2(10), WORDS VARCHAR2(4000), DEPTH NUMBER(9))'],
  });
  await legacy.run({ sql: 'INSERT INTO NOTE VALUES (:1, :2, :3, :4)', rows: ROWS });
});
const opened = targetForEach([Note], 'without a ledger');
beforeEach(async () => {
  ({ database, client } = await opened());
});
afterAll(async () => {
  removeTemporaryFolders();
  await legacy.stop();
});

/** Rows that are gone are in a new index for as long as any session of the database may see them: one of the run may be ending still. */
async function indexed(sql: string): Promise<void> {
  for (;;) {
    try {
      await client.query(sql);
      return;
    } catch (error) {
      if ((error as { code?: unknown }).code !== '54000') throw error;
      await setTimeout(50);
    }
  }
}

async function listed() {
  const { run, findings, verdicts } = await runValidation(project(), { entities: [], runId: null, level: 'rows' });
  const path = join(temporaryFolder(), 'differences.json');
  await writeDifferences(path, { run, level: 'rows', findings });
  return { list: await readDifferences(path), codes: verdicts.flatMap(({ issues }) => issues.map(({ code }) => code)) };
}

describe('a repair that meets rows which the target refuses', () => {
  it('leaves and names them, repairs the others, and repairs these too once the target takes them', async () => {
    await runMigration(project(), EVERY, QUIET);
    await client.query(`delete from note where id in (1, 2, 3); update note set words = 'x', tree = '[]', code = 'c9' where id = 4;
      update note set words = 'x', tree = '[]' where id in (5, 6); update note set code = 'c4' where id = 9;
      insert into note values (700, 'extra', '', '[]')`);
    await indexed(`${INDEXES}; create unique index note_code on note (code)`);
    const { list } = await listed();
    const { repair } = await runRepair(project(), list, QUIET);
    expect(repair.entities).toEqual([{ entity: 'note', inserted: 1, replaced: 1, deleted: 1, undoubled: 0, left: 5 }]);
    // Row 4 stays as it is, and so keeps the code that row 9 should have.
    const refused = repair.refused.map(({ key, property, reason }) => [key, property, reason]);
    expect(refused.sort()).toEqual([
      ['["2"]', 'words', 'too long for an index'],
      ['["3"]', null, 'nested too deeply for the target'],
      ['["4"]', 'words', 'too long for an index'],
      ['["5"]', null, 'nested too deeply for the target'],
      ['["9"]', 'code', 'duplicate key'],
    ]);
    const { output } = repairReport(repair, { output: '', exitCode: 3, facts: {} });
    expect(output).toContain('  note ["2"]: words is too long for an index\n');
    expect(output).not.toContain(hardText(3_800, 2).slice(0, 20));
    const { rows } = await client.query<{ id: number }>('select id from note where id < 10 order by id');
    expect(rows.map(({ id }) => id)).toEqual([1, 4, 5, 6, 7, 8, 9]);

    await client.query('drop index note_words, note_tree');
    const again = await listed();
    expect(again.codes).toEqual(['COUNT_MISMATCH', 'ROWS_DIFFER']);
    const second = await runRepair(project(), again.list, QUIET);
    expect(second.repair).toMatchObject({ refused: [], entities: [{ inserted: 2, replaced: 3, left: 0 }] });
    expect((await listed()).codes).toEqual([]);
  });

  it('fails as a whole where the target takes no row at all, and changes nothing', async () => {
    await runMigration(project(), EVERY, QUIET);
    await client.query(`delete from note where id in (7, 8)`);
    // Closed only once the index stands: its build may read the deleted rows too, while an older snapshot sees them.
    const closed = (body: string): string =>
      `create or replace function closed(text) returns text language plpgsql immutable as $$ begin ${body} end $$`;
    await client.query(`${closed('return $1;')}; create index on note (closed(words)) where id in (7, 8)`);
    await client.query(closed(`raise exception 'closed' using errcode = 'MY001';`));
    const { list } = await listed();
    await expect(runRepair(project(), list, QUIET)).rejects.toMatchObject({ code: 'LOAD_FAILED' });
    expect((await client.query('select from note')).rowCount).toBe(10);
  });

  it('keeps what the mapping does not fill, in a table whose rows leave no room for one more column', async () => {
    await runMigration(project(), EVERY, QUIET);
    const more = Array.from({ length: 800 }, (_, at) => `add c${at} int8 default 7`);
    await client.query(`alter table note ${more.join(', ')}; update note set words = 'x', c799 = 8 where id in (7, 8)`);
    const { repair } = await runRepair(project(), (await listed()).list, QUIET);
    expect(repair).toMatchObject({ refused: [], entities: [{ replaced: 2, left: 0 }] });
    const { rows } = await client.query('select words, c0, c799 from note where id = 8');
    expect(rows).toEqual([{ words: 'word 8', c0: '7', c799: '8' }]);
    expect((await listed()).codes).toEqual([]);
  });
});

describe('a retry of rows which the target has refused', () => {
  it('leaves them rejected while it still does, and loads them once it takes them', async () => {
    await indexed(INDEXES);
    const { outcome } = await runMigration(project(), EVERY, QUIET);
    expect(outcome?.entities[0]?.tally).toMatchObject({ inserted: 8, rejected: 4 });
    const reasons = async (): Promise<unknown> =>
      (await client.query(`select key, sql_state from cutover.reject order by key`)).rows;
    const before = await reasons();
    const latest = { runId: null, entities: [] };
    const first = await runRetry(project(), latest, QUIET);
    expect(first.entities).toMatchObject([{ rejects: 4, loaded: 0, rejected: 4 }]);
    expect(await reasons()).toEqual(before);
    await client.query('drop index note_words');
    expect((await runRetry(project(), latest, QUIET)).entities).toMatchObject([{ rejects: 4, loaded: 2, rejected: 2 }]);
    await client.query('drop index note_tree');
    expect((await runRetry(project(), latest, QUIET)).entities).toMatchObject([{ rejects: 2, loaded: 2, rejected: 0 }]);
    expect((await listed()).codes).toEqual([]);
  });
});
