import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { Column, Entity } from 'typeorm';
import { largeIn } from '../../../src/core/rows/large-value';
import type { LegacyRow } from '../../../src/core/mapping/wire';
import type { ChunkBounds, LegacySource, SnapshotRead } from '../../../src/core/ports/legacy-source';
import { VALUE_LIMITS } from '../../../src/core/rows/value-limits';
import { entityJobs } from '../../../src/app/project/entity-jobs';
import { runRepair } from '../../../src/app/run-repair';
import { runRetry } from '../../../src/app/run-rejects';
import { runValidation } from '../../../src/app/run-validation';
import { openSpillFile } from '../../../src/files/spill-file';
import { openOracleSource } from '../../../src/oracle/source/oracle-source';
import { startSmallMigration, type Migrated, type SmallMigration } from '../../support/small-migration';
import { temporaryFolder, removeTemporaryFolders } from '../../support/temporary-folder';
import { lowerValueLimits } from '../../support/value-limits';
import { writeDifferences } from '../../../src/files/differences';
import { readDifferences } from '../../../src/files/read-differences';
import { join } from 'node:path';
import { DDL, Note, noteFields, notesIn, notesOf } from '../../support/notes';
import { QUIET } from '../../support/quiet';

/** The real limits, divided: an odd piece cuts characters of two units. */
const LIMITS = {
  inline: 1_000,
  large: 20_000,
  read: 60_000,
  stored: 300_000,
  held: 60_000,
  parked: 200,
  batch: 40_000,
  piece: 999,
  hashed: 5_000,
  line: 20_000,
  answered: 30_000,
  answeredRow: 45_000,
  answerPiece: 1_001,
};

/** A table with a type that is left to the server goes through the staging table. */
@Entity('note_by_text')
class NoteByText extends Note {
  @Column({ type: 'inet', nullable: true })
  host!: string | null;
}

const byTable = notesIn('NOTES');
const byView = notesIn('NOTES_V');
const notes = notesOf('NOTES');
const byText = notes.mapTo(NoteByText, { ...noteFields(notes), host: notes.constant('10.0.0.1') });

type Values = readonly [id: number, note: string | null, clean: string | null, file: Buffer | null];

/** Texts of every width in UTF-8, with all that COPY escapes, of lengths on both sides of every limit. */
const lengths = fc.oneof(
  { arbitrary: fc.nat(900), weight: 6 },
  { arbitrary: fc.integer({ min: 900, max: 25_000 }), weight: 4 },
  { arbitrary: fc.integer({ min: 25_000, max: 90_000 }), weight: 1 },
);
const filling = fc.constantFrom('a', 'é', '語', '🙂', '\\', '\n\t\r', 'x🙂\\N', 'ab语\\.');
// Oracle takes an empty text, and empty bytes, for NULL.
const texts = fc.tuple(lengths, filling).map(([length, unit]) => unit.repeat(Math.ceil((length + 1) / unit.length)));
const bytes = fc
  .tuple(lengths, fc.nat(255))
  .map(([length, byte]) => Buffer.alloc(length + 1, Buffer.from([byte, 0, 10])));
const rowValues = fc.record({
  note: fc.option(texts, { freq: 5 }),
  clean: fc.option(
    texts.filter((text) => text.length < 15_000).map((text) => ` ${text}`),
    { freq: 3 },
  ),
  file: fc.option(bytes, { freq: 3 }),
});

const ROWS: readonly Values[] = fc
  .sample(rowValues, { numRuns: 90, seed: 20261201 })
  .map(({ note, clean, file }, index): Values => [index + 1, note, clean, file]);

let small: SmallMigration;
let source: LegacySource;
let restore: () => void;

beforeAll(async () => {
  restore = lowerValueLimits(LIMITS);
  small = await startSmallMigration(
    [DDL('NOTES'), 'CREATE VIEW NOTES_V AS SELECT ID, NOTE, CLEAN, FILE_ FROM NOTES'],
    [Note, NoteByText],
  );
  await small.standin.run({
    sql: 'INSERT INTO NOTES (ID, NOTE, CLEAN, FILE_) VALUES (:1, :2, :3, :4)',
    rows: ROWS.map((row) => [...row]),
  });
  source = await openOracleSource(small.standin.settings);
});

afterAll(async () => {
  await source.close();
  await small.stop();
  restore();
  removeTemporaryFolders();
});

const md5 = (value: string | Buffer | null): string | null =>
  value === null ? null : createHash('md5').update(value).digest('hex');
const trim = (text: string | null): string | null => text?.trim() ?? null;

/** What the target should have, by hash. An empty text is what Oracle has of it: an empty CLOB. */
const EXPECTED = ROWS.map(([id, note, clean, file]) => [id, md5(note), md5(trim(clean)), md5(file)]);
const stored = (table: string): string => `select id, md5(note), md5(clean), md5(file) from ${table} order by id`;

const projectFor = (mapping: typeof byTable, { url }: Migrated) => ({
  mappings: [mapping],
  entities: [Note, NoteByText],
  source: small.standin.settings,
  target: { url },
});

describe('rows whose LOBs have every size in any order', () => {
  it.each([
    ['a table', byTable, 'note', 1_000],
    ['a table in chunks', byTable, 'note', 40],
    ['a view, by its key', byView, 'note', 40],
    ['a table with a column of inet', byText, 'note_by_text', 1_000],
  ])('are loaded byte for byte out of %s, and compared as equal', async (_, mapping, table, batchSize) => {
    const migrated = await small.run([mapping], { batchSize });
    expect(migrated.rejects.map(({ reason }) => reason)).toEqual([]);
    expect(await migrated.rows(stored(table))).toEqual(EXPECTED);
    const { findings, verdicts } = await runValidation(projectFor(mapping, migrated), {
      entities: [],
      runId: null,
      level: 'rows',
    });
    expect(findings.map(({ differences }) => differences)).toEqual([[]]);
    expect(verdicts.flatMap(({ issues }) => issues)).toEqual([]);
  });

  it('have one checksum, whether their values lay in memory or in a file', async () => {
    const sum = 'select checksum from cutover.chunk_load';
    const inFile = await (await small.run([byTable], { batchSize: 1_000 })).rows(sum);
    const lower = lowerValueLimits({ large: 10_000_000, held: 100_000_000, inline: 1_000_000 });
    const inMemory = await (await small.run([byTable], { batchSize: 1_000 })).rows(sum);
    lower();
    expect(inFile).toEqual(inMemory);
  });

  it('go through the staging table as well, each exactly once, where one of them is refused', async () => {
    const url = await refusing(
      `file is null or octet_length(file) <> ${ROWS.find((row) => row[3] !== null)?.[3]?.length}`,
    );
    expect(url.rejects.length).toBeGreaterThan(0);
    const refused = new Set(url.rejects.map(({ key }) => Number((JSON.parse(key) as string[])[0])));
    expect(await url.rows(stored('note'))).toEqual(EXPECTED.filter(([id]) => !refused.has(Number(id))));
  });
});

/** A run into a table with a check that some rows break. */
async function refusing(check: string): Promise<Migrated> {
  return small.run([byTable], { batchSize: 1_000, prepare: `alter table note add constraint picky check (${check})` });
}

/** What a read holds at once, without what lies in files. */
function heldBytes(rows: readonly LegacyRow[]): number {
  return rows.flat().reduce((sum, cell) => sum + (cell === null || largeIn(cell) !== null ? 0 : cell.length), 0);
}

async function readFor(mapping: typeof byTable): Promise<SnapshotRead> {
  const [job] = entityJobs({ mappings: [mapping], entities: [Note] }, { entities: [], where: {} });
  if (job === undefined) throw new RangeError('no job');
  return { plan: job.read, scn: await source.takeScn() };
}

describe('what lies in memory', () => {
  const all: ChunkBounds = { kind: 'all' };

  it('is a batch of bounded bytes, whatever comes after it', async () => {
    const read = await readFor(byTable);
    const batches: (readonly LegacyRow[])[] = [];
    const spill = openSpillFile();
    for await (const rows of source.read({ ...read, spill }, all)) batches.push(rows);
    const most = VALUE_LIMITS.batch + VALUE_LIMITS.large + VALUE_LIMITS.read;
    for (const rows of batches) expect(heldBytes(rows)).toBeLessThan(most);
    expect(batches.flat().filter((row) => row.some((cell) => largeIn(cell) !== null)).length).toBeGreaterThan(10);
    expect(batches.flat()).toHaveLength(ROWS.length);
    spill.close();
  });

  it('is of a chunk no more than its bound; what is beyond lies in a file and comes back as it was', async () => {
    const [job] = entityJobs({ mappings: [byTable], entities: [Note] }, { entities: [], where: {} });
    const spill = openSpillFile();
    const transformer = job?.transformer(spill);
    for await (const rows of source.read({ ...(await readFor(byTable)), spill }, all)) transformer?.add(rows);
    const chunk = transformer?.prepared({ entity: 'note', chunk: 0 });
    const long = (cell: unknown): number =>
      (typeof cell === 'string' || Buffer.isBuffer(cell)) && cell.length >= LIMITS.parked ? cell.length : 0;
    const held = [...(chunk?.rows ?? []), ...(chunk?.origins ?? [])]
      .flat()
      .reduce<number>((sum, cell) => sum + long(cell), 0);
    expect(held).toBeLessThanOrEqual(LIMITS.held);
    const back = chunk?.rows.map((row) => row.map((cell) => largeIn(cell)?.whole() ?? cell));
    const found = back?.map(([id, ...cells]) => [
      Number(id),
      ...cells.map((cell) => md5(cell as string | Buffer | null)),
    ]);
    expect(found?.sort((a, b) => Number(a[0]) - Number(b[0]))).toEqual(EXPECTED);
    spill.close();
  });
});

describe('a value that may not be read, or that PostgreSQL cannot hold', () => {
  it('rejects its row by column and limit, without any of it, before it is read as a whole', async () => {
    const id = 9_001;
    await small.standin.run({
      sql: 'INSERT INTO NOTES (ID, NOTE, CLEAN, FILE_) VALUES (:1, :2, :3, :4)',
      rows: [
        [id, 'n'.repeat(LIMITS.stored + 1), null, null],
        // Fewer characters than bytes.
        [id + 1, '語'.repeat(LIMITS.stored / 3 + 1), null, null],
        [id + 2, null, 'c'.repeat(LIMITS.read + 1), null],
        [id + 3, null, 'é'.repeat(LIMITS.read / 2 + 1), null],
        [id + 4, null, null, Buffer.alloc(LIMITS.stored + 1)],
        // Each of the two is no more than a value may have.
        [id + 5, 'n'.repeat(LIMITS.stored - 99), null, Buffer.alloc(LIMITS.large + 9)],
        [id + 6, 'n'.repeat(LIMITS.stored - 99), 'c', null],
      ],
    });
    const migrated = await small.run([byTable], { batchSize: 1_000 });
    const reasons = migrated.rejects.map(({ key, stage, property, reason }) => [key, stage, property, reason]);
    const stores = `has more than ${LIMITS.stored} bytes, the most that PostgreSQL can hold`;
    const reads = `has more than ${LIMITS.read} bytes, the most of a value that a conversion or a rule reads`;
    expect(reasons.sort()).toEqual([
      [`["${id}"]`, 'transform', 'note', `NOTE ${stores}`],
      [`["${id + 1}"]`, 'transform', 'note', `NOTE ${stores}`],
      [`["${id + 2}"]`, 'transform', 'clean', `CLEAN ${reads}`],
      [`["${id + 3}"]`, 'transform', 'clean', `CLEAN ${reads}`],
      [`["${id + 4}"]`, 'transform', 'file', `FILE_ ${stores}`],
      [`["${id + 5}"]`, 'load', 'file', 'larger than PostgreSQL can hold'],
    ]);
    for (const { raw } of migrated.rejects) expect(raw.length).toBeLessThan(1_000);
    const project = projectFor(byTable, migrated);
    const { verdicts } = await runValidation(project, { entities: [], runId: null, level: 'rows' });
    expect(verdicts.flatMap(({ issues }) => issues)).toEqual([]);
    const raised = lowerValueLimits({ stored: LIMITS.stored * 2, read: LIMITS.read * 2 });
    const retried = await runRetry(project, { runId: null, entities: [] }, QUIET);
    raised();
    expect(retried.entities).toMatchObject([{ rejects: 6, loaded: 6, rejected: 0 }]);
    await small.standin.run(`DELETE FROM NOTES WHERE ID > 9000`);
  });
});

describe('the comparison of large values', () => {
  /** Rows by the length of their text or bytes, the longest first, each row once. */
  const byLength = (at: 1 | 3): number[] =>
    [...ROWS].sort((a, b) => (b[at]?.length ?? 0) - (a[at]?.length ?? 0)).map(([id]) => id);
  const [t1 = 0, t2 = 0, t3 = 0, t4 = 0] = byLength(1);
  const [b1 = 0, b2 = 0, b3 = 0, b4 = 0] = byLength(3).filter((id) => ![t1, t2, t3, t4].includes(id));
  const middle = 'octet_length(file) / 2';
  const edits: readonly (readonly [id: number, edit: string])[] = [
    [t1, `update note set note = substr(note, 1, length(note) - 1) || '!'`],
    [t2, `update note set note = note || ' '`],
    [t3, `update note set note = '?' || substr(note, 2)`],
    [t4, 'delete from note'],
    [b1, `update note set file = set_byte(file, ${middle}, (get_byte(file, ${middle}) + 1) % 256)`],
    [b2, 'update note set file = substr(file, 1, octet_length(file) - 1)'],
    [b3, 'update note set file = null'],
    [b4, 'delete from note'],
  ];

  it('sees each of many edits of the stored value, and a repair puts every byte back', async () => {
    const migrated = await small.run([byTable], { batchSize: 1_000 });
    const project = projectFor(byTable, migrated);
    for (const [id, edit] of edits) await migrated.rows(`${edit} where id = ${id}`);
    const { run, findings } = await runValidation(project, { entities: [], runId: null, level: 'rows' });
    const seen = findings.flatMap(({ differences }) => differences.map(({ targetKey }) => Number(targetKey?.[0])));
    expect(seen.sort((a, b) => a - b)).toEqual(edits.map(([id]) => id).sort((a, b) => a - b));
    const path = join(temporaryFolder(), 'differences.json');
    await writeDifferences(path, { run, level: 'rows', findings });
    const { validation } = await runRepair(project, await readDifferences(path), QUIET);
    expect(validation.findings.flatMap(({ differences }) => differences)).toEqual([]);
    expect(await migrated.rows(stored('note'))).toEqual(EXPECTED);
  });
});
