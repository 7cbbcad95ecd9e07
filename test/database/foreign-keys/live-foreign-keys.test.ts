import { Column, Entity, PrimaryColumn } from 'typeorm';
import { runCheck } from '../../../src/app/run-check';
import { DEFAULT_MIGRATION, runMigration, type MigrationRequest } from '../../../src/app/run-migration';
import { DEFAULT_SCAN, runScan } from '../../../src/app/run-scan';
import { runValidation } from '../../../src/app/run-validation';
import { legacyTable, type MappingOptions } from '../../../src/core/mapping/legacy-table';
import type { TableMapping } from '../../../src/core/mapping/table-mapping';
import type { NumberText } from '../../../src/core/mapping/wire';
import { integer } from '../../../src/core/transforms';
import { recordEvents } from '../../support/a-run';
import { freshDatabase, type FreshDatabase } from '../../support/databases';
import { beforePostgres, fromPostgres } from '../../support/server-version';
import { startTestStandin, type LegacyStandin } from '../../support/standin';
import { connected } from '../../support/sql';

@Entity('person')
class Person {
  @PrimaryColumn({ type: 'int' })
  id!: number;
}

@Entity('room')
class Room {
  @PrimaryColumn({ name: 'site_id', type: 'int' })
  siteId!: number;

  @PrimaryColumn({ name: 'number', type: 'int' })
  number!: number;
}

/** A join table that was made an entity: its keys stand in the database only. */
@Entity('seat')
class Seat {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ name: 'person_id', type: 'int', nullable: true })
  personId!: number | null;

  @Column({ name: 'site_id', type: 'int', nullable: true })
  siteId!: number | null;

  @Column({ name: 'room_no', type: 'int', nullable: true })
  roomNo!: number | null;

  @Column({ name: 'next_to', type: 'int', nullable: true })
  nextTo!: number | null;
}

interface SeatRow {
  ID: NumberText;
  PERSON_ID: NumberText | null;
  SITE_ID: NumberText | null;
  ROOM_NO: NumberText | null;
  NEXT_TO: NumberText | null;
}

const personTable = legacyTable<{ ID: NumberText }>('PERSON', { key: ['ID'] });
const roomTable = legacyTable<{ SITE_ID: NumberText; NO: NumberText }>('ROOM', { key: ['SITE_ID', 'NO'] });
const seatTable = legacyTable<SeatRow>('SEAT', { key: ['ID'] });
const people = personTable.mapTo(Person, { id: personTable.from('ID', integer) });
const rooms = roomTable.mapTo(Room, {
  siteId: roomTable.from('SITE_ID', integer),
  number: roomTable.from('NO', integer),
});
const seats = (orphans: NonNullable<MappingOptions<Seat>['orphans']> = {}): TableMapping =>
  seatTable.mapTo(
    Seat,
    {
      id: seatTable.from('ID', integer),
      personId: seatTable.from('PERSON_ID', integer),
      siteId: seatTable.from('SITE_ID', integer),
      roomNo: seatTable.from('ROOM_NO', integer),
      nextTo: seatTable.from('NEXT_TO', integer),
    },
    { orphans },
  );

const DDL = [
  'CREATE TABLE SEAT (ID NUMBER(9) NOT NULL PRIMARY KEY, PERSON_ID NUMBER(9), SITE_ID NUMBER(9), ROOM_NO NUMBER(9), NEXT_TO NUMBER(9))',
  'CREATE TABLE PERSON (ID NUMBER(9) NOT NULL PRIMARY KEY)',
  'CREATE TABLE ROOM (SITE_ID NUMBER(9) NOT NULL, NO NUMBER(9) NOT NULL, PRIMARY KEY (SITE_ID, NO))',
];

/** Person 9, room 1/9 and seat 99 are nowhere; site 3 is not among the sites that the target has. */
const SEATS: (number | null)[][] = [
  [1, 1, 1, 1, null],
  [2, 9, 1, 1, 1],
  [3, 1, 1, 9, 2],
  [4, null, null, null, 99],
  [5, 1, 1, null, 1],
  [6, 2, 3, 1, 3],
  [7, 2, 1, 2, 7],
];

const TARGET = `
  create table site (id int primary key); insert into site values (1);
  create table person (id int primary key);
  create table room (site_id int, number int, primary key (site_id, number));
  create table seat (id int primary key, person_id int, site_id int, room_no int, next_to int)`;
const PERSON =
  'alter table seat add constraint seat_person foreign key (person_id) references person on delete cascade';
const ROOM = 'alter table seat add constraint seat_room foreign key (site_id, room_no) references room';
const SITE = 'alter table seat add constraint seat_site foreign key (site_id) references site';
const NEXT =
  'alter table seat add constraint seat_next foreign key (next_to) references seat deferrable initially deferred';

describe('a foreign key that the live table has and no entity declares', () => {
  let legacy: LegacyStandin;
  const targets: FreshDatabase[] = [];
  const ui = { emit: recordEvents().emit, signal: new AbortController().signal, confirm: () => Promise.resolve() };

  beforeAll(async () => {
    legacy = await startTestStandin({ ddl: DDL });
    await legacy.run({ sql: 'INSERT INTO PERSON VALUES (:1)', rows: [[1], [2]] });
    await legacy.run({
      sql: 'INSERT INTO ROOM VALUES (:1, :2)',
      rows: [
        [1, 1],
        [1, 2],
        [3, 1],
      ],
    });
    await legacy.run({ sql: 'INSERT INTO SEAT VALUES (:1, :2, :3, :4, :5)', rows: SEATS });
  });
  afterAll(async () => {
    await legacy.stop();
    for (const target of targets) await target.drop();
  });

  async function world(keys: readonly string[], seat = seats()) {
    const database = await freshDatabase();
    targets.push(database);
    const { url } = database;
    const rows = async (sql: string): Promise<unknown[]> => {
      const client = await connected(url);
      try {
        const found = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
        return [found]
          .flat()
          .flatMap(({ rows: all }) => all)
          .map((row) => row.join(' | '));
      } finally {
        await client.end();
      }
    };
    for (const sql of [TARGET, ...keys]) await rows(sql);
    // The seats first: nothing that is declared says otherwise.
    const mappings = [seat, people, rooms];
    const project = { mappings, entities: [Person, Room, Seat], source: legacy.settings, target: { url } };
    const limit = { kind: 'percent', percent: 100 } as const;
    const load = (changes: Partial<MigrationRequest> = {}) =>
      runMigration(project, { ...DEFAULT_MIGRATION, rejectLimit: limit, ...changes }, ui);
    return { project, rows, load };
  }

  type World = Awaited<ReturnType<typeof world>>;

  const rejectsOf = ({ rows }: World) =>
    rows(`select entity, key, property, reason from cutover.reject order by entity, key`);
  const constraintsOf = ({ rows }: World) =>
    rows(
      `select conname, convalidated from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace order by conname`,
    );
  const scanOrphans = async ({ project }: World) => {
    const { readiness } = await runScan(
      project,
      { ...DEFAULT_SCAN, rejectLimit: { kind: 'percent', percent: 100 } },
      ui,
    );
    return (readiness?.orphans ?? []).map(({ property, policy, orphans }) => [property, policy, orphans]);
  };
  const codes = async ({ project }: World) => {
    const issues = await runCheck(project, { entities: [], scope: 'everything' });
    return issues.filter(({ code }) => code.startsWith('FOREIGN_KEY') || code.startsWith('ORPHAN'));
  };

  it('is found by a check with table, columns, parent, the policy that will apply, and how to set one', async () => {
    const at = await world([PERSON, ROOM, SITE], seats({ 'siteId+roomNo': 'keep' }));
    const found = await codes(at);
    expect(found.map(({ code, level, subject }) => [code, level, subject])).toEqual([
      ['FOREIGN_KEY_UNDECLARED', 'warning', 'seat.personId'],
      ['FOREIGN_KEY_UNDECLARED', 'warning', 'seat.siteId'],
      ['FOREIGN_KEY_UNDECLARED', 'info', 'seat.siteId+roomNo'],
    ]);
    expect(found[0]?.message).toBe(
      'the live table public.seat has the foreign key seat_person (person_id) to public.person (id), which the entity does not declare; rows without a parent are rejected, which is the default',
    );
    expect(found[0]?.hint).toContain("orphans: { 'personId': 'reject' | 'null' | 'keep' }");
  });

  it('rejects its orphans by default, as many as the scan and the rehearsal foresee, and comes back valid', async () => {
    const at = await world([PERSON, ROOM, SITE, NEXT]);
    const foreseen = await scanOrphans(at);
    const rehearsal = await at.load({ mode: 'rehearse' });
    expect(rehearsal.outcome).toMatchObject({ state: 'complete', failure: null });
    const { outcome, verdicts } = await at.load();
    expect(outcome).toMatchObject({ state: 'complete', failure: null });
    expect(verdicts.flatMap(({ issues }) => issues)).toEqual([]);
    expect(await at.rows('select id from seat order by id')).toEqual(['1', '5', '7']);
    expect(await rejectsOf(at)).toEqual([
      'seat | ["2"] | personId | no parent in person',
      'seat | ["3"] | siteId+roomNo | no parent in room',
      'seat | ["4"] | nextTo | no parent in seat',
      'seat | ["6"] | siteId | no parent in site',
    ]);
    const orphans = outcome?.orphans.map(({ property, policy, orphans: count }) => [property, policy, count]);
    expect(foreseen).toEqual(orphans);
    expect(rehearsal.outcome?.orphans.map(({ orphans: count }) => count)).toEqual(
      outcome?.orphans.map(({ orphans: count }) => count),
    );
    expect(await constraintsOf(at)).toEqual([
      'seat_next | true',
      'seat_person | true',
      'seat_room | true',
      'seat_site | true',
    ]);
  });

  it('clears or keeps its orphans where the mapping says so; a MATCH FULL reference is cleared whole, and the rows compare', async () => {
    const full = ROOM.replace('references room', 'references room match full');
    const at = await world([PERSON, full], seats({ personId: 'keep', siteId: 'null' }));
    const foreseen = await scanOrphans(at);
    const { outcome } = await at.load();
    expect(outcome).toMatchObject({ state: 'complete', failure: null });
    expect(await at.rows(`select id, coalesce(site_id, 0), coalesce(room_no, 0) from seat order by id`)).toEqual([
      '1 | 1 | 1',
      '2 | 1 | 1',
      '3 | 0 | 0',
      '4 | 0 | 0',
      '5 | 0 | 0',
      '6 | 3 | 1',
      '7 | 1 | 2',
    ]);
    expect(await constraintsOf(at)).toEqual(['seat_person | false', 'seat_room | true']);
    expect(foreseen).toEqual([
      ['personId', 'keep', 1],
      ['siteId', 'null', 2],
    ]);
    const { verdicts, issues } = await runValidation(at.project, { entities: [], runId: null, level: 'rows' });
    expect(
      [...issues, ...verdicts.flatMap((verdict) => verdict.issues)].filter(({ level }) => level === 'error'),
    ).toEqual([]);
    expect(verdicts.find(({ entity }) => entity === 'seat')?.orphans).toEqual({ personId: 1, siteId: 0 });
    await at.rows(
      `alter table seat drop constraint seat_room; update seat set site_id = 7, room_no = null where id = 3`,
    );
    await at.rows(full.replace('match full', 'match full not valid'));
    const after = await runValidation(at.project, { entities: [], runId: null });
    expect(after.verdicts.flatMap((verdict) => verdict.issues)).toEqual([
      expect.objectContaining({ code: 'ORPHANS_FOUND', subject: 'seat.siteId' }),
    ]);
  });

  it('refuses the policy null for a key whose columns cannot be null, or not all of them under MATCH FULL', async () => {
    const fixed = 'alter table seat alter column site_id set not null';
    const policies = { siteId: 'null', roomNo: 'keep' } as const;
    const simple = await world([fixed, ROOM], seats(policies));
    expect((await codes(simple)).map(({ code, subject }) => `${code} ${subject}`)).toEqual([
      'ORPHAN_POLICY_UNUSED seat.roomNo',
      'FOREIGN_KEY_UNDECLARED seat.siteId',
    ]);
    const full = await world([fixed, ROOM.replace('references room', 'references room match full')], seats(policies));
    expect((await codes(full)).map(({ code, level }) => `${code} ${level}`)).toContain('ORPHAN_NULL_IMPOSSIBLE error');
    const single = await world([fixed, SITE], seats(policies));
    expect((await codes(single)).map(({ code, level }) => `${code} ${level}`)).toContain(
      'ORPHAN_NULL_IMPOSSIBLE error',
    );
  });

  const PARTITIONED = `drop table seat; create table seat (id int primary key, person_id int, site_id int, room_no int, next_to int)
    partition by range (id); create table seat_1 partition of seat default`;
  beforePostgres(18)('is refused with the policy keep on a partitioned table, before anything is loaded', async () => {
    const kept = await world([PARTITIONED, PERSON], seats({ personId: 'keep' }));
    expect((await codes(kept)).map(({ code, level }) => `${code} ${level}`)).toContain('ORPHAN_KEEP_IMPOSSIBLE error');
    await expect(kept.load()).rejects.toMatchObject({ code: 'PREFLIGHT_FAILED' });
    expect(await constraintsOf(kept)).toContain('seat_person | true');
  });
  fromPostgres(18)(
    'is left NOT VALID over the orphans of a partitioned table, too, with the policy keep (PostgreSQL 18)',
    async () => {
      const kept = await world([PARTITIONED, PERSON], seats({ personId: 'keep' }));
      expect((await kept.load()).outcome).toMatchObject({ state: 'complete', failure: null });
      expect(await constraintsOf(kept)).toContain('seat_person | false');
    },
  );

  it('is settled once where two constraints say the same, kept ones included, and where it leads to an empty table', async () => {
    const twice = [PERSON, PERSON.replace('seat_person', 'seat_person_too')];
    const kept = await world(twice, seats({ personId: 'keep' }));
    expect((await kept.load()).outcome).toMatchObject({ state: 'complete', failure: null });
    expect(await constraintsOf(kept)).toEqual(['seat_person | false', 'seat_person_too | false']);
    const empty = await world(['delete from site', SITE, ...twice]);
    const foreseen = await scanOrphans(empty);
    const { outcome, issues } = await empty.load();
    expect(issues.filter(({ code }) => code === 'PARENT_EMPTY').map(({ level }) => level)).toEqual(['warning']);
    expect(outcome).toMatchObject({ state: 'complete', failure: null });
    expect(foreseen).toEqual(outcome?.orphans.map(({ property, policy, orphans }) => [property, policy, orphans]));
    expect(await empty.rows('select id from seat')).toEqual(['4']);
    expect(await constraintsOf(empty)).toEqual(['seat_person | true', 'seat_person_too | true', 'seat_site | true']);
  });
});
