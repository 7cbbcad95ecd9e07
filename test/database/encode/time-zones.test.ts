import { Column, Entity, PrimaryColumn } from 'typeorm';
import { runValidation } from '../../../src/app/run-validation';
import { runReport } from '../../../src/app/run-report';
import { legacyQuery, legacyTable } from '../../../src/core/mapping/legacy-table';
import type { DateText, NumberText, TimestampText } from '../../../src/core/mapping/wire';
import { inZone, integer, oracleTimestamp } from '../../../src/core/transforms';
import { startSmallMigration, type SmallMigration } from '../../support/small-migration';
import { connected } from '../../support/sql';

@Entity('visit')
class Visit {
  @PrimaryColumn({ type: 'int' }) id!: number;
  @Column({ type: 'timestamptz', nullable: true }) began!: Date | null;
  @Column({ type: 'timestamp', nullable: true }) seen!: Date | null;
  @Column({ name: 'local_seen', type: 'timestamp', nullable: true }) localSeen!: Date | null;
}

interface VisitRow {
  ID: NumberText;
  BEGAN: DateText;
  SEEN: TimestampText | null;
  LTZ: TimestampText | null;
}

const DDL = [
  `CREATE TABLE VISIT (ID NUMBER(9) NOT NULL PRIMARY KEY, BEGAN DATE, SEEN TIMESTAMP(6) WITH TIME ZONE,
    LTZ TIMESTAMP(6) WITH LOCAL TIME ZONE)`,
  'CREATE VIEW VISIT_V AS SELECT ID, BEGAN, SEEN, LTZ FROM VISIT',
];
const table = legacyTable<VisitRow>('VISIT', { key: ['ID'] });
const view = legacyTable<VisitRow>('VISIT_V', { key: ['ID'] });
const query = legacyQuery<VisitRow>('VISITS', { key: ['ID'], query: 'select ID, BEGAN, SEEN, LTZ from {VISIT}' });

const unstated = ({ from, mapTo }: Pick<typeof table, 'from' | 'mapTo'>) =>
  mapTo(Visit, {
    id: from('ID', integer),
    began: from('BEGAN', oracleTimestamp),
    seen: from('SEEN', oracleTimestamp),
    localSeen: from('LTZ', oracleTimestamp),
  });
const stated = table.mapTo(Visit, {
  id: table.from('ID', integer),
  began: table.from('BEGAN', inZone('Europe/Paris', { gap: 'later' })),
  seen: table.from('SEEN', oracleTimestamp, inZone('UTC')),
  localSeen: table.from('SEEN', inZone('America/New_York')),
});

let small: SmallMigration;

beforeAll(async () => {
  small = await startSmallMigration(DDL, [Visit]);
  const moment = "TIMESTAMP '2024-07-15 12:00:00 +02:00'";
  for (const [id, began] of [
    [1, '2024-07-15 12:00:00'],
    [2, '2024-03-31 02:30:00'],
    [3, '2024-10-27 02:30:00'],
  ] as const) {
    await small.standin.run(
      "ALTER SESSION SET TIME_ZONE = '+00:00'",
      `INSERT INTO VISIT (ID, BEGAN, SEEN, LTZ) VALUES (${id}, TO_DATE('${began}', 'YYYY-MM-DD HH24:MI:SS'), ${moment}, ${moment})`,
    );
  }
});

afterAll(() => small.stop());

describe('times whose zone nobody has stated', () => {
  it.each<[string, Pick<typeof table, 'from' | 'mapTo'>]>([
    ['a table', table],
    ['a view', view],
    ['a query', query],
  ])('of %s are refused by check, migration and rehearsal alike', async (_, words) => {
    const mapping = unstated(words);
    const found = (await small.check([mapping])).filter(({ code }) => code === 'ZONE_ASSUMED');
    expect(found.map(({ level, subject }) => `${level} ${subject}`)).toEqual([
      'error visit.began',
      'error visit.seen',
      'error visit.localSeen',
    ]);
    expect(found[0]?.hint).toContain("began: from('BEGAN', oracleTimestamp, inZone('UTC'))");
    for (const mode of ['load', 'rehearse'] as const) {
      await expect(small.run([mapping], { mode })).rejects.toMatchObject({ code: 'PREFLIGHT_FAILED' });
    }
  });
});

describe('a TIMESTAMP WITH LOCAL TIME ZONE', () => {
  const ltz = table.mapTo(Visit, {
    id: table.from('ID', integer),
    began: table.from('LTZ', oracleTimestamp),
    seen: table.from('LTZ', inZone('Asia/Tokyo')),
    localSeen: table.from('LTZ', inZone('America/New_York')),
  });

  it('is loaded as the moment that it is, and as local time of the zone that is stated, and proven by rows', async () => {
    const run = await small.run([ltz]);
    expect(run.rejects).toEqual([]);
    const columns = `(began at time zone 'UTC')::text, seen::text, local_seen::text`;
    expect(await run.rows(`select ${columns} from visit where id = 1`)).toEqual([
      ['2024-07-15 10:00:00', '2024-07-15 19:00:00', '2024-07-15 06:00:00'],
    ]);
    const project = { mappings: [ltz], entities: [Visit], source: small.standin.settings, target: { url: run.url } };
    const proof = () => runValidation(project, { entities: [], runId: null, level: 'rows' });
    const sound = await proof();
    expect(sound.verdicts.flatMap((verdict) => verdict.issues)).toEqual([]);
    expect(sound.findings.flatMap(({ differences }) => differences)).toEqual([]);
    await run.rows(`update visit set began = began + interval '1 hour' where id = 1`);
    await run.rows(`update visit set local_seen = local_seen - interval '1 microsecond' where id = 2`);
    const damaged = await proof();
    const keys = damaged.findings.flatMap(({ differences }) => differences.map(({ targetKey }) => targetKey?.[0]));
    expect(keys.sort()).toEqual(['1', '2']);
  });
});

describe('times whose zone is stated', () => {
  it('are loaded as moments and local times, choices counted, the rest rejected; rows and zone data are proven', async () => {
    const run = await small.run([stated]);
    expect(
      await run.rows(
        `select id, (began at time zone 'UTC')::text, seen::text, local_seen::text from visit order by id`,
      ),
    ).toEqual([
      [1, '2024-07-15 10:00:00', '2024-07-15 10:00:00', '2024-07-15 06:00:00'],
      [2, '2024-03-31 01:30:00', '2024-07-15 10:00:00', '2024-07-15 06:00:00'],
    ]);
    expect(run.rejects.map(({ property, reason }) => [property, reason])).toEqual([
      ['began', 'local time that exists twice in Europe/Paris'],
    ]);
    expect(run.changes).toMatchObject([{ property: 'began', kind: 'inZone gap', count: 1 }]);
    const project = { mappings: [stated], entities: [Visit], source: small.standin.settings, target: { url: run.url } };
    const request = { entities: [], runId: null, level: 'rows' } as const;
    const { issues, verdicts } = await runValidation(project, request);
    expect([...issues, ...verdicts.flatMap((verdict) => verdict.issues)]).toEqual([]);
    const report = await runReport({ url: run.url }, null);
    expect(report.settings).toMatchObject({ zoneData: process.versions['tz'] });
    expect(report.starts[0]?.versions).toMatchObject({ zoneData: process.versions['tz'] });
    const client = await connected(run.url);
    await client.query(`update cutover.run set settings = settings || '{"zoneData": "1999a"}'`);
    await client.end();
    const later = await runValidation(project, request);
    expect(later.issues.map(({ code, level }) => `${code} ${level}`)).toContain('ZONE_DATA_CHANGED warning');
  });
});
