import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { DEFAULT_SCAN, runScan } from '../../../src/app/run-scan';
import type { ConflictPolicy } from '../../../src/core/run/conflicts';
import { legacyTable, targetValues } from '../../../src/core/mapping/legacy-table';
import type { NumberText } from '../../../src/core/mapping/wire';
import { integer, trimmed } from '../../../src/core/transforms';
import { synchronizeSchema } from '../../../src/typeorm/schema';
import { freshDatabase } from '../../support/databases';
import { startSmallMigration, type SmallMigration } from '../../support/small-migration';
import { connected } from '../../support/sql';
import { QUIET } from '../../support/quiet';

@Entity('member')
class Member {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ type: 'varchar', length: 20 })
  name!: string;

  @Column({ type: 'int', nullable: true })
  headId!: number | null;

  @ManyToOne(() => Member)
  @JoinColumn({ name: 'headId' })
  head!: Member | null;
}

@Entity('note')
class Note {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ type: 'int' })
  memberId!: number;

  @ManyToOne(() => Member)
  @JoinColumn({ name: 'memberId' })
  member!: Member;
}

interface PersonRow {
  PERSON_ID: NumberText;
  NAME: string;
  HEAD_ID: NumberText | null;
}

interface NoteRow {
  NOTE_ID: NumberText;
  NAME: string;
}

const person = legacyTable<PersonRow>('PERSON', { key: ['PERSON_ID'] });
const membersOf = (entity: string, where: string) =>
  person.mapTo(
    Member,
    {
      id: person.from('PERSON_ID', integer),
      name: person.from('NAME', trimmed),
      headId: person.from('HEAD_ID', integer),
    },
    { entity, where },
  );
const note = legacyTable<NoteRow>('NOTE', { key: ['NOTE_ID'] });
const notes = note.mapTo(Note, {
  id: note.from('NOTE_ID', integer),
  memberId: note.lookup('NAME', targetValues(Member, 'id', { by: ['name'] })),
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = await connected(url);
  try {
    const { rows } = await client.query<object>(sql);
    return rows;
  } finally {
    await client.end();
  }
}

describe('a scan of mappings that depend on each other', () => {
  let small: SmallMigration;

  beforeAll(async () => {
    small = await startSmallMigration(
      [
        'CREATE TABLE PERSON (PERSON_ID NUMBER(9) NOT NULL, NAME VARCHAR2(20) NOT NULL, HEAD_ID NUMBER(9))',
        'CREATE TABLE NOTE (NOTE_ID NUMBER(9) NOT NULL, NAME VARCHAR2(20) NOT NULL)',
      ],
      [Member, Note],
    );
    await small.standin.run(
      {
        sql: 'INSERT INTO PERSON VALUES (:1, :2, :3)',
        // 4 and 5 hang on a head that is nowhere; 3 comes by both mappings.
        rows: [
          [1, 'ann', null],
          [2, 'bob', 1],
          [3, 'cy', 2],
          [4, 'di', 99],
          [5, 'ed', 4],
          [6, 'flo', 3],
        ],
      },
      {
        sql: 'INSERT INTO NOTE VALUES (:1, :2)',
        rows: [
          [1, 'ann'],
          [2, 'ed'],
          [3, 'nobody'],
          [4, 'flo'],
        ],
      },
    );
  });
  afterAll(() => small.stop());

  it('follows two mappings into one table, lookups of what the run itself brings, and children of children', async () => {
    const mappings = [membersOf('first', 'PERSON_ID <= 3'), membersOf('second', 'PERSON_ID >= 3'), notes];
    const database = await freshDatabase();
    try {
      await synchronizeSchema(database.url, [Member, Note]);
      const project = {
        mappings,
        entities: [Member, Note],
        source: small.standin.settings,
        target: { url: database.url },
      };
      const { readiness } = await runScan(project, DEFAULT_SCAN, QUIET);
      const found = readiness?.entities.flatMap(({ rejects }) => rejects) ?? [];
      const migrated = await small.run(mappings);
      const lines = migrated.rejects.map(({ entity, stage, property, reason, key }) =>
        [entity, stage, property, reason, key].join(' | '),
      );
      expect(
        found
          .flatMap(({ samples, entity, stage, property, reason }) =>
            samples.map(({ key }) => [entity, stage, property, reason, key].join(' | ')),
          )
          .sort(),
      ).toEqual(lines.sort());
      expect(lines).toHaveLength(5);
      expect(readiness?.orphans).toEqual(migrated.outcome?.orphans);
    } finally {
      await database.drop();
    }
  });

  it('does with rows whose key the target has what the migration would do', async () => {
    const database = await freshDatabase();
    try {
      await synchronizeSchema(database.url, [Member, Note]);
      await query(database.url, "insert into member values (1, 'zoe'), (2, 'bob')");
      const project = {
        mappings: [membersOf('member', 'PERSON_ID <= 3')],
        entities: [Member, Note],
        source: small.standin.settings,
        target: { url: database.url },
      };
      const outcome = async (onConflict: ConflictPolicy): Promise<unknown> => {
        const { readiness } = await runScan(project, { ...DEFAULT_SCAN, onConflict }, QUIET);
        return readiness?.entities.map(({ state, rejected, skipped, updated }) => [state, rejected, skipped, updated]);
      };
      expect(await outcome('reject')).toEqual([['scanned', 2, 0, 0]]);
      expect(await outcome('skip')).toEqual([['scanned', 0, 2, 0]]);
      expect(await outcome('update')).toEqual([['scanned', 0, 0, 2]]);
      expect(await outcome('abort')).toEqual([['failed', 0, 0, 0]]);
      expect(await query(database.url, 'select name from member order by id')).toEqual([
        { name: 'zoe' },
        { name: 'bob' },
      ]);
    } finally {
      await database.drop();
    }
  });
});
