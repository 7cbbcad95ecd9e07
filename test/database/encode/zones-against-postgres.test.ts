import type { Client } from 'pg';
import type { CanonicalTimestamp } from '../../../src/core/mapping/wire';
import { inZone } from '../../../src/core/transforms';
import { freshDatabase, type FreshDatabase } from '../../support/databases';
import { Temporal, type PlainDateTime } from '../../support/temporal';
import { connected } from '../../support/sql';

const ZONES = [
  ...['Europe/Paris', 'Europe/London', 'Europe/Berlin', 'Europe/Dublin', 'Europe/Lisbon', 'Europe/Madrid'],
  ...['Europe/Moscow', 'Europe/Istanbul', 'Europe/Warsaw', 'Europe/Athens', 'America/New_York', 'America/Chicago'],
  ...['America/Denver', 'America/Los_Angeles', 'America/Toronto', 'America/Sao_Paulo', 'America/Caracas'],
  ...['America/St_Johns', 'America/Mexico_City', 'Africa/Cairo', 'Africa/Johannesburg', 'Africa/Monrovia'],
  ...['Asia/Kolkata', 'Asia/Tokyo', 'Asia/Shanghai', 'Asia/Tehran', 'Asia/Kathmandu', 'Australia/Sydney'],
  ...['Australia/Lord_Howe', 'Pacific/Apia'],
];
const FROM = 1900;
const TO = 2037;
/** A step that meets all hours, days and months in turn. */
const SAMPLE_HOURS = 1_777;

let database: FreshDatabase;
let client: Client;

beforeAll(async () => {
  database = await freshDatabase();
  client = await connected(database.url);
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

/** Local times around each change of offset, and others. */
function localTimes(zone: string): readonly string[] {
  const times: PlainDateTime[] = [];
  const end = new Temporal.PlainDateTime(TO + 1, 1, 1);
  let sample = new Temporal.PlainDateTime(FROM, 1, 1);
  for (; Temporal.PlainDateTime.compare(sample, end) < 0; sample = sample.add({ hours: SAMPLE_HOURS, seconds: 7 })) {
    times.push(sample);
  }
  let change = Temporal.ZonedDateTime.from(`${FROM}-01-01T00:00:00[${zone}]`).getTimeZoneTransition('next');
  while (change !== null && change.year <= TO) {
    const utc = change.toInstant().toZonedDateTimeISO('UTC').toPlainDateTime();
    for (const at of [change.subtract({ seconds: 1 }), change]) {
      const edge = utc.add({ seconds: at.offsetNanoseconds / 1e9 });
      times.push(edge.subtract({ seconds: 1 }), edge, edge.add({ seconds: 1 }));
    }
    change = change.getTimeZoneTransition('next');
  }
  return times.map((time) => time.toString({ smallestUnit: 'second' }).replace('T', ' '));
}

type Choice = 'earlier' | 'later';

/** Local times of which PostgreSQL's own conversion makes another moment than ours by that choice. */
async function differences(
  zone: string,
  choice: Choice,
): Promise<{ readonly times: number; readonly differ: string[] }> {
  const times = localTimes(zone);
  const conversion = inZone(zone, { gap: choice, fold: choice });
  const ours = times.map((time) => conversion(time as CanonicalTimestamp));
  const { rows } = await client.query<{ local: string }>(
    `select local from unnest($1::text[], $2::text[]) given(local, ours)
     where local::timestamp at time zone $3 <> ours::timestamptz`,
    [times, ours, zone],
  );
  return { times: times.length, differ: rows.map(({ local }) => local) };
}

/** The zone data of Node with which the two were found to agree everywhere. */
const AGREES = '2025c';
/** Whether our conversion is what Node's own zone data says, so that a difference is one of the data. */
function isOfTheData(zone: string, local: string): boolean {
  const theirs = Temporal.PlainDateTime.from(local.replace(' ', 'T')).toZonedDateTime(zone, {
    disambiguation: 'later',
  });
  const ours = inZone(zone, { gap: 'later', fold: 'later' })(local as CanonicalTimestamp);
  const text = theirs.toInstant().toZonedDateTimeISO('UTC').toPlainDateTime().toString({ smallestUnit: 'second' });
  return ours === `${text.replace('T', ' ')}+00:00`;
}

describe('inZone against PostgreSQL', () => {
  it.each(ZONES)('agrees in %s from 1900 to 2037, but for what is one of the data', async (zone) => {
    const { times, differ } = await differences(zone, 'later');
    expect(times).toBeGreaterThan(650);
    const borne = (local: string): boolean => process.versions['tz'] !== AGREES && isOfTheData(zone, local);
    expect(differ.filter((local) => !borne(local))).toEqual([]);
  });

  it('bears no difference but one of the data: what Temporal makes of a time by the data of Node', () => {
    for (const zone of ZONES.slice(0, 3)) {
      const times = localTimes(zone).slice(0, 200);
      expect(times.filter((local) => !isOfTheData(zone, local))).toEqual([]);
    }
  });

  it('would be found to differ: with the other choice, in every hour that clocks were set over', async () => {
    const { differ } = await differences('Europe/Paris', 'earlier');
    expect(differ).toEqual(expect.arrayContaining(['2024-03-31 02:00:00', '2024-10-27 02:00:00']));
    expect(differ.length).toBeGreaterThan(200);
  });
});
