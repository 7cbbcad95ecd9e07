import fc from 'fast-check';
import type { Client } from 'pg';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { type MigrationRequest } from '../../../src/app/run-migration';
import { runRepair } from '../../../src/app/run-repair';
import { runRetry } from '../../../src/app/run-rejects';
import { runReport } from '../../../src/app/run-report';
import { runReset } from '../../../src/app/run-reset';
import { runValidation } from '../../../src/app/run-validation';
import type { ConflictPolicy } from '../../../src/core/run/conflicts';
import { ValueRejected } from '../../../src/core/errors';
import { legacyTable } from '../../../src/core/mapping/legacy-table';
import type { TableMapping } from '../../../src/core/mapping/table-mapping';
import type { NumberText } from '../../../src/core/mapping/wire';
import { integer, transform } from '../../../src/core/transforms';
import { synchronizeSchema } from '../../../src/typeorm/schema';
import { writeDifferences } from '../../../src/files/differences';
import { readDifferences } from '../../../src/files/read-differences';
import type { FreshDatabase } from '../../support/databases';
import { editedParts, LEDGER_KEYS, OTHER_VALUE, SEALED } from '../../support/ledger-edits';
import { startTestStandin, type LegacyStandin } from '../../support/standin';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';
import { targetForAll, targetForEach } from '../../support/opened-target';
import { load } from '../../support/load';
import { QUIET } from '../../support/quiet';
import { variantCount } from '../../support/variants';

@Entity()
class Shelf {
  @PrimaryColumn('int') id!: number;
  @Column('varchar', { length: 12 }) name!: string;
}

@Entity()
class Book {
  @PrimaryColumn('int') id!: number;
  @Column('varchar', { length: 12 }) name!: string;
  @Column('int') shelfId!: number;
  @ManyToOne(() => Shelf) @JoinColumn({ name: 'shelfId' }) shelf!: Shelf;
}

/** Of the shelves one is too long for the target and one is refused by the mapping; books on those are orphans. */
const DDL = [
  'create table shelf (id number(9) primary key, name varchar2(40) not null)',
  'create table book (id number(9) primary key, name varchar2(40) not null, shelf_id number(9) not null)',
  ...['one', 'two', 'a name that is too long', 'refused', 'five'].map(
    (name, index) => `insert into shelf values (${index + 1}, '${name}')`,
  ),
  ...[1, 2, 3, 4, 5, 6].map((id) => `insert into book values (${id}, 'book ${id}', ${((id - 1) % 4) + 1})`),
];

let standin: LegacyStandin;
let database: FreshDatabase;
let client: Client;

beforeAll(async () => {
  standin = await startTestStandin({ ddl: DDL });
});

afterAll(async () => {
  removeTemporaryFolders();
  await standin.stop();
});

const checked = transform('checked@1', [], (name: string) => {
  if (name === 'refused') throw new ValueRejected('is refused');
  return name;
});
const shortened = transform('shortened@1', [], (name: string) => name.slice(0, 12));

function mappings(via = checked): TableMapping[] {
  const shelf = legacyTable<{ ID: NumberText; NAME: string }>('SHELF', { key: ['ID'] });
  const book = legacyTable<{ ID: NumberText; NAME: string; SHELF_ID: NumberText }>('BOOK', { key: ['ID'] });
  return [
    shelf.mapTo(Shelf, { id: shelf.from('ID', integer), name: shelf.from('NAME', via) }),
    book.mapTo(
      Book,
      { id: book.from('ID', integer), name: book.from('NAME'), shelfId: book.from('SHELF_ID', integer) },
      { orphans: { shelfId: 'reject' } },
    ),
  ];
}

const project = (via = checked) => ({
  mappings: mappings(via),
  entities: [Shelf, Book],
  source: standin.settings,
  target: { url: database.url },
});
const rows = { runId: null, entities: [], level: 'rows' } as const;

/** Several chunks of a small table. */
const IN_PAIRS = { batchSize: 2, validate: 'after' } as const;

async function migrated(changes: Partial<MigrationRequest> = {}): Promise<string> {
  const { outcome } = await load(project(), { ...IN_PAIRS, ...changes });
  return outcome?.runId ?? '';
}

/** The findings about checksums, and errors of any kind. */
async function found(via = checked): Promise<string[]> {
  const { issues, verdicts } = await runValidation(project(via), rows, QUIET);
  const all = [...issues, ...verdicts.flatMap((verdict) => verdict.issues)];
  return all
    .filter(({ code, level }) => code.startsWith('CHECKSUM') || level === 'error')
    .map(({ code, subject, message }) => {
      return code === 'CHECKSUM_DIFFERS'
        ? `${code} ${subject}${/chunk [\d, ]+/.exec(message)?.[0].replace('chunk', '') ?? ''}`
        : `${code} ${subject}`;
    });
}

/** As somebody does who knows how the ledger is sealed, so that only the source can tell. */
const forge = (sql: string): Promise<unknown> => client.query(`set cutover.seals = 'on'; ${sql}; reset cutover.seals`);

describe('validate --level rows of one load', () => {
  const opened = targetForAll('without a ledger');

  beforeAll(async () => {
    ({ database, client } = await opened());
    await synchronizeSchema(database.url, [Shelf, Book]);
    await migrated();
    await client.query('create table kept as table cutover.chunk_load');
  });

  afterEach(() =>
    forge(`update cutover.chunk_load l set scn = k.scn, inserted = k.inserted, updated = k.updated, checksum = k.checksum
      from kept k where k.entity = l.entity and k.chunk = l.chunk`),
  );

  it('makes the checksum of each chunk again from the source, rejects and orphans among its rows', async () => {
    expect((await client.query('select from cutover.reject')).rowCount).toBeGreaterThan(3);
    expect(await found()).toEqual([]);
  });

  it.each([
    [
      'another checksum',
      `update cutover.chunk_load set checksum = '00000000000000ff' where entity = 'shelf' and chunk = 1`,
      ['CHECKSUM_DIFFERS shelf 1'],
    ],
    [
      'none of its digits',
      `update cutover.chunk_load set checksum = '0000000000000000' where entity = 'book'`,
      ['CHECKSUM_DIFFERS book 0'],
    ],
    [
      'those of two chunks exchanged',
      `update cutover.chunk_load l set checksum = o.checksum from cutover.chunk_load o
         where l.entity = 'book' and o.entity = 'book' and l.chunk + o.chunk = 1`,
      ['CHECKSUM_DIFFERS book 0, 1'],
    ],
  ])('finds %s, though its seal fits', async (_what, sql, expected) => {
    await forge(sql);
    expect(await found()).toEqual(expected);
  });

  it('says at which SCN it is not made again', async () => {
    await forge(`update cutover.chunk_load set scn = '1' where entity = 'shelf' and chunk = 0`);
    expect(await found()).toContain('CHECKSUM_NOT_RECOMPUTED shelf');
  });

  it('holds the rows of the chunks of its SCN against the ledger, and says of how many others it does not', async () => {
    const edits = [
      { edit: 'inserted = inserted', where: 'chunk = 2', short: [] },
      { edit: 'inserted = inserted + 1', where: 'chunk = 2', short: ['in 2 chunks of SCN'] },
      { edit: 'updated = updated + 1', where: 'chunk = 1', short: ['in 2 chunks of SCN'] },
      { edit: 'inserted = inserted + 1', where: 'chunk = 0', short: [] },
    ];
    for (const { edit, where, short } of edits) {
      await forge(`update cutover.chunk_load set scn = '1' where entity = 'book' and chunk = 0;
        update cutover.chunk_load set ${edit} where entity = 'book' and ${where}`);
      const { verdicts } = await runValidation(project(), rows, QUIET);
      const issues = verdicts.find(({ entity }) => entity === 'book')?.issues ?? [];
      const messages = (code: string) => issues.filter((one) => one.code === code).map(({ message }) => message);
      expect(messages('ACCOUNT_NOT_HELD')).toEqual([expect.stringContaining('for 1 of 3 chunks')]);
      expect(messages('COMPARISON_SHORT')).toEqual(short.map((text) => expect.stringContaining(text) as string));
      await forge(`update cutover.chunk_load l set scn = k.scn, inserted = k.inserted, updated = k.updated
        from kept k where k.entity = l.entity and k.chunk = l.chunk`);
    }
  });
});

describe('validate --level rows', () => {
  const opened = targetForEach([Shelf, Book], 'without a ledger');
  beforeEach(async () => {
    ({ database, client } = await opened());
  });

  it('holds rows against the ledger by keys where the mapping has turned a row away for its key, of which it makes none', async () => {
    const noThird = transform('noThird@1', [], (id: string) => {
      if (id === '3') throw new ValueRejected('is refused');
      return Number(id);
    });
    const { from, mapTo } = legacyTable<{ ID: NumberText; NAME: string }>('SHELF', { key: ['ID'] });
    const keyed = mapTo(Shelf, { id: from('ID', noThird), name: from('NAME', shortened) });
    const project = { mappings: [keyed], entities: [Shelf], source: standin.settings, target: { url: database.url } };
    await load(project, IN_PAIRS);
    await forge(`update cutover.chunk_load set scn = '1' where entity = 'shelf' and chunk = 1`);
    const { verdicts } = await runValidation(project, { ...rows, level: 'keys' }, QUIET);
    expect(verdicts.flatMap(({ issues }) => issues.map(({ code }) => code)).sort()).toEqual([
      'ACCOUNT_NOT_HELD',
      'SNAPSHOTS_DIFFER',
    ]);
  });

  it('says that it is not made again without a snapshot', async () => {
    await migrated({ snapshot: 'none' });
    expect(await found()).toEqual(['CHECKSUM_NOT_RECOMPUTED shelf', 'CHECKSUM_NOT_RECOMPUTED book']);
  });

  it.each<ConflictPolicy>(['skip', 'update', 'reject'])(
    'makes it again where the target had rows, with --on-conflict %s',
    async (onConflict) => {
      await client.query(`insert into shelf values (1, 'before'), (5, 'five')`);
      await migrated({ onConflict });
      expect(await found()).toEqual([]);
      await forge(`update cutover.chunk_load set checksum = '00000000000000ff' where entity = 'shelf' and chunk = 0`);
      expect(await found()).toEqual(['CHECKSUM_DIFFERS shelf 0']);
    },
  );

  it('makes it again after a repair, a reset of one entity and a resume', async () => {
    const run = await migrated();
    await client.query(`delete from book where id = 1; update shelf set name = 'other' where id = 2`);
    const compared = await runValidation(project(), rows, QUIET);
    const file = `${temporaryFolder()}/differences.jsonl`;
    await writeDifferences(file, { run: compared.run, level: 'rows', findings: compared.findings });
    await runRepair(project(), await readDifferences(file), QUIET);
    expect(await found()).toEqual([]);
    await runReset(database, { runId: run, entities: ['book'] }, QUIET);
    await migrated({ resume: {} });
    expect(await found()).toEqual([]);
  });

  it('makes it again where a retry has skipped an orphan, which its chunk had loaded, and a reject, which it had not', async () => {
    await client.query(`insert into shelf values (1, 'before'); insert into book values (1, 'before', 1)`);
    await migrated({ onConflict: 'skip' });
    await client.query(`insert into shelf values (3, 'ours'), (4, 'ours'); insert into book values (3, 'ours', 3)`);
    await client.query('alter table shelf alter column name type varchar(40)');
    const { entities } = await runRetry(project(), { runId: null, entities: [] }, QUIET);
    expect(entities.map(({ entity, skipped }) => [entity, skipped])).toEqual([
      ['shelf', 1],
      ['book', 1],
    ]);
    // The application's rows came in the way of skipped ones, which is a warning.
    expect(await found()).toEqual([]);
    await forge(`update cutover.chunk_load set checksum = '00000000000000ff' where entity = 'book' and chunk = 0`);
    expect(await found()).toEqual(['CHECKSUM_DIFFERS book 0']);
  });

  it('does not make it again where an earlier version has only counted skipped rows, though a retry skips one more', async () => {
    await client.query(`insert into shelf values (1, 'before')`);
    await migrated({ onConflict: 'skip' });
    await forge('delete from cutover.skipped');
    await client.query(`insert into shelf values (3, 'ours')`);
    await client.query('alter table shelf alter column name type varchar(40)');
    await runRetry(project(), { runId: null, entities: ['shelf'] }, QUIET);
    const codes = await found();
    expect(codes).toContain('CHECKSUM_NOT_RECOMPUTED shelf');
    expect(codes.filter((code) => code.startsWith('CHECKSUM_DIFFERS'))).toEqual([]);
  });

  it('makes it again after a retry of rejects by the same mapping, and says that it is not after one by another', async () => {
    await migrated();
    await client.query('alter table shelf alter column name type varchar(40)');
    await runRetry(project(), { runId: null, entities: [] }, QUIET);
    expect(await found()).toEqual([]);
    await runRetry(project(shortened), { runId: null, entities: [] }, QUIET);
    expect(await found(shortened)).toContain('CHECKSUM_NOT_RECOMPUTED shelf');
  });
});

type Operation = 'validate' | 'repair' | 'retry' | 'reset and resume' | 'reset, resume broken off, and resume';

const OPERATIONS: Readonly<Record<Operation, () => Promise<unknown>>> = {
  validate: () => runValidation(project(), rows, QUIET),
  repair: async () => {
    await client.query(`delete from book where id = 2; update shelf set name = 'other' where id = 2`);
    const { run, findings } = await runValidation(project(), rows, QUIET);
    const file = `${temporaryFolder()}/differences.jsonl`;
    await writeDifferences(file, { run, level: 'rows', findings });
    await runRepair(project(), await readDifferences(file), QUIET);
  },
  retry: async () => {
    await client.query('alter table shelf alter column name type varchar(40)');
    await runRetry(project(), { runId: null, entities: [] }, QUIET);
  },
  'reset and resume': () => resetAndResumed('whole'),
  'reset, resume broken off, and resume': () => resetAndResumed('broken off'),
};

async function resetAndResumed(resume: 'whole' | 'broken off'): Promise<void> {
  const [run] = (await client.query<{ id: string }>('select id from cutover.run')).rows;
  await runReset(database, { runId: run?.id ?? '', entities: ['book'] }, QUIET);
  if (resume === 'broken off') await brokenOff({ resume: {} });
  await migrated({ resume: {} });
}

/** A load whose sessions the server ends after the first chunk, and which is stopped then; never finished. */
async function brokenOff(changes: Partial<MigrationRequest>): Promise<void> {
  let ended = false;
  const emit = (name: string): void => {
    if (name !== 'chunk:loaded' || ended) return;
    ended = true;
    void client.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'cutover'`);
  };
  await load(project(), { ...IN_PAIRS, ...changes }, { until: 'a chunk', emit }).catch(() => undefined);
  const { rows: runs } = await client.query<{ state: string }>('select state from cutover.run');
  expect(runs.map(({ state }) => state)).not.toContain('complete');
}

const sequences = fc.sample(
  fc.record({
    onConflict: fc.constantFrom<ConflictPolicy>('skip', 'update', 'reject'),
    load: fc.constantFrom('whole', 'broken off'),
    operations: fc.uniqueArray(fc.constantFrom(...(Object.keys(OPERATIONS) as Operation[])), {
      minLength: 2,
      maxLength: 3,
    }),
    edits: fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
  }),
  { seed: 7, numRuns: variantCount({ suite: 2, all: 3 }) },
);

describe.each(sequences)(
  'the ledger after a load ($load, $onConflict) and $operations',
  ({ onConflict, load, operations, edits }) => {
    const opened = targetForAll('without a ledger');

    beforeAll(async () => {
      ({ database, client } = await opened());
      await synchronizeSchema(database.url, [Shelf, Book]);
    });

    it('is as cutover has left it, and any edit of one sealed column is found', async () => {
      await client.query(`insert into shelf values (1, 'before'); insert into book values (1, 'before', 1)`);
      if (load === 'broken off') await brokenOff({ onConflict });
      await migrated(load === 'broken off' ? { resume: {} } : { onConflict });
      for (const operation of operations) {
        await OPERATIONS[operation]();
        expect([operation, (await runReport(database, null)).seal?.edited]).toEqual([operation, []]);
      }
      expect((await found()).filter((code) => /^(LEDGER_EDITED|CHECKSUM_DIFFERS)/.test(code))).toEqual([]);
      const picked = edits.flatMap((pick) => SEALED[pick % SEALED.length] ?? []);
      expect(await editsFound(picked)).toBeGreaterThan(0);
    });
  },
);

/** How many of the edits have changed a row: each alone, in a transaction that is undone, and found. */
async function editsFound(edits: readonly (typeof SEALED)[number][]): Promise<number> {
  let edited = 0;
  const [run] = (await client.query<{ id: string }>('select id from cutover.run')).rows;
  for (const { table, column, type } of edits) {
    const other = OTHER_VALUE[type]?.(column) ?? 'null';
    await client.query('begin');
    try {
      for (const [of, key] of LEDGER_KEYS)
        await client.query(`alter table cutover.${of} drop constraint if exists ${key}`);
      await client.query(`alter table cutover.${table} alter column ${column} drop identity if exists`);
      const { rowCount } = await client.query(
        `update cutover.${table} set ${column} = ${other} where ctid = (select min(ctid) from cutover.${table})`,
      );
      const found = await editedParts(client, run?.id ?? '');
      expect([table, column, rowCount, found.length > 0]).toEqual([table, column, rowCount, rowCount === 1]);
      edited += rowCount ?? 0;
    } finally {
      await client.query('rollback');
    }
  }
  return edited;
}
