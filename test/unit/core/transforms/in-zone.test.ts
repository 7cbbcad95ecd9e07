import fc from 'fast-check';
import { ValueRejected } from '../../../../src/core/errors';
import { legacyTable } from '../../../../src/core/mapping/legacy-table';
import type { CanonicalTimestamp, DateText } from '../../../../src/core/mapping/wire';
import { readPlanFor } from '../../../../src/core/rows/read-plan';
import { compileMapping } from '../../../../src/core/rows/transform-rows';
import {
  atMidnight,
  dateFromText,
  inZone,
  nullIfRefused,
  oracleDate,
  oracleTimestamp,
  timestampToMicroseconds,
  type ZoneOptions,
} from '../../../../src/core/transforms';
import { errorOf } from '../../../support/error-of';
import { Temporal, type Instant, type PlainDateTime } from '../../../support/temporal';

const converted = (value: string, zone: string, options?: ZoneOptions): string =>
  inZone(zone, options)(value as CanonicalTimestamp);

const outcome = (value: string, zone: string, options?: ZoneOptions): string => {
  try {
    return converted(value, zone, options);
  } catch (error) {
    if (error instanceof ValueRejected) return `rejected: ${error.reason}`;
    throw error;
  }
};

/** Zones with odd histories: offsets of minutes and seconds, two changes in a year and more, days that were left out. */
const ZONES = [
  'UTC',
  'Europe/Paris',
  'Europe/London',
  'Europe/Dublin',
  'Europe/Lisbon',
  'Europe/Amsterdam',
  'Europe/Moscow',
  'Europe/Istanbul',
  'America/New_York',
  'America/Sao_Paulo',
  'America/Caracas',
  'America/St_Johns',
  'America/Juneau',
  'America/Argentina/San_Luis',
  'Africa/Monrovia',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Tehran',
  'Asia/Gaza',
  'Asia/Manila',
  'Asia/Pyongyang',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Kiritimati',
  'Pacific/Chatham',
  'Antarctica/Troll',
  'Antarctica/Casey',
];

const DAY = 86_400;

/** What Temporal makes of a local time: the moment by each choice, as our texts write it. */
function judged(local: PlainDateTime, zone: string): { readonly earlier: string; readonly later: string } {
  const by = (disambiguation: 'earlier' | 'later'): string =>
    written(local.toZonedDateTime(zone, { disambiguation }).toInstant());
  return { earlier: by('earlier'), later: by('later') };
}

function written(instant: Instant): string {
  return `${localText(instant.toZonedDateTimeISO('UTC').toPlainDateTime())}+00:00`.replace(/( BC)(.*)/, '$2$1');
}

function localText(time: PlainDateTime): string {
  const year = String(time.year > 0 ? time.year : 1 - time.year).padStart(4, '0');
  const [, rest = ''] = /^[+-]?\d+-(.*)/.exec(time.toString({ smallestUnit: 'second' }).replace('T', ' ')) ?? [];
  return `${year}-${rest}${time.year > 0 ? '' : ' BC'}`;
}

function expectAsJudged(local: PlainDateTime, zone: string): void {
  const text = localText(local);
  const { earlier, later } = judged(local, zone);
  expect([zone, text, converted(text, zone, { gap: 'earlier', fold: 'earlier' })]).toEqual([zone, text, earlier]);
  expect([zone, text, converted(text, zone, { gap: 'later', fold: 'later' })]).toEqual([zone, text, later]);
  if (earlier === later) expect([zone, text, converted(text, zone)]).toEqual([zone, text, earlier]);
  else expect([zone, text, outcome(text, zone)]).toEqual([zone, text, expect.stringMatching(/^rejected: local time/)]);
}

class Event {
  id!: string;
  at!: string;
}

/** What a load makes of times, by way of one conversion into a column of a type. */
function loaded(conversion: ReturnType<typeof inZone>, type: string, texts: readonly string[]): unknown {
  const { from, mapTo } = legacyTable<{ ID: string; AT: DateText }>('EVENTS', { key: ['ID'] });
  const mapping = mapTo(Event, { id: from('ID'), at: from('AT', conversion) });
  const column = { property: 'at', column: 'at', type, nullable: false, length: null, precision: null, scale: null };
  const columns = [{ ...column, primary: false, generated: 'no', toDatabase: null } as const];
  const contract = {
    entityName: 'Event',
    table: { schema: 'public', name: 'event' },
    columns,
    relations: [],
    unsupported: [],
  };
  const plan = readPlanFor(mapping);
  const chunk = compileMapping({ mapping, plan, contract: { ...contract, bypassed: [] }, check: null })();
  chunk.add(texts.map((text, id) => [null, String(id), text]));
  const { rows, rejects, changesWithout } = chunk.prepared({ entity: 'event', chunk: 1 });
  return {
    values: rows.map((row) => row[1]),
    rejects: rejects.map(({ reason }) => reason),
    changes: changesWithout(new Set()),
  };
}

describe('inZone', () => {
  it.each([
    [' 2024-01-15 12:00:00', 'Europe/Paris', '2024-01-15 11:00:00+00:00'],
    [' 2024-07-15 12:00:00', 'Europe/Paris', '2024-07-15 10:00:00+00:00'],
    [' 2024-07-15 12:00:00', 'UTC', '2024-07-15 12:00:00+00:00'],
    [' 2024-07-15 12:00:00', 'Asia/Kolkata', '2024-07-15 06:30:00+00:00'],
    [' 1900-06-01 12:00:00', 'Europe/Paris', '1900-06-01 11:50:39+00:00'],
    [' 1971-05-01 00:00:00', 'Africa/Monrovia', '1971-05-01 00:44:30+00:00'],
    [' 2000-10-10 12:00:00', 'America/Boa_Vista', '2000-10-10 15:00:00+00:00'],
    [' 2000-10-16 12:00:00', 'America/Boa_Vista', '2000-10-16 16:00:00+00:00'],
    [' 2024-01-01 00:30:00', 'Asia/Tokyo', '2023-12-31 15:30:00+00:00'],
    [' 2024-12-31 23:30:00', 'America/New_York', '2025-01-01 04:30:00+00:00'],
    [' 2024-02-29 00:00:00', 'Asia/Tokyo', '2024-02-28 15:00:00+00:00'],
    [' 9999-12-31 23:00:00', 'America/New_York', '10000-01-01 04:00:00+00:00'],
    [' 0001-01-01 00:00:00', 'Europe/Paris', '0001-12-31 23:50:39+00:00 BC'],
    ['-0044-03-15 12:00:00', 'Europe/Paris', '0044-03-15 11:50:39+00:00 BC'],
    ['-4712-01-01 00:00:00', 'Asia/Tokyo', '4713-12-31 14:41:01+00:00 BC'],
    [' 1066-10-14 09:00:00', 'Europe/London', '1066-10-14 09:01:15+00:00'],
    [' 2024-07-15 12:00:00.123456000', 'Europe/Paris', '2024-07-15 10:00:00.123456+00:00'],
    [' 2024-07-15 12:00:00.000000000', 'Europe/Paris', '2024-07-15 10:00:00+00:00'],
    ['2024-07-15', 'Europe/Paris', '2024-07-14 22:00:00+00:00'],
    ['0044-03-15 BC', 'UTC', '0044-03-15 00:00:00+00:00 BC'],
    ['2024-07-15 12:00:00', 'Europe/Paris', '2024-07-15 10:00:00+00:00'],
    [' 2024-07-15 12:00:00', '+05:30', '2024-07-15 06:30:00+00:00'],
    [' 2024-07-15 12:00:00', '-03:00', '2024-07-15 15:00:00+00:00'],
  ])('makes of %s in %s the moment %s', (value, zone, expected) => {
    expect(converted(value, zone)).toBe(expected);
  });

  it.each([
    [' 2024-07-15 12:00:00.000000000 +05:30', 'Europe/Paris', '2024-07-15 08:30:00'],
    [' 2024-07-15 12:00:00.123456000 +00:00', 'America/New_York', '2024-07-15 08:00:00.123456'],
    [' 2024-07-15 12:00:00.000000000 -07:00', 'UTC', '2024-07-15 19:00:00'],
    ['2024-01-01 00:00:00+00:00', 'America/New_York', '2023-12-31 19:00:00'],
    ['2024-01-01 00:00:00Z', '+05:30', '2024-01-01 05:30:00'],
    ['-0044-03-15 12:00:00.000000000 +00:00', 'Europe/Paris', '0044-03-15 12:09:21 BC'],
  ])('makes of the moment %s in %s the local time %s', (value, zone, expected) => {
    expect(converted(value, zone)).toBe(expected);
  });

  it.each<[string, string, ZoneOptions | undefined, string]>([
    ['2024-03-31 02:30:00', 'Europe/Paris', undefined, 'rejected: local time that does not exist in Europe/Paris'],
    ['2024-03-31 02:30:00', 'Europe/Paris', { gap: 'later' }, '2024-03-31 01:30:00+00:00'],
    ['2024-03-31 02:30:00', 'Europe/Paris', { gap: 'earlier' }, '2024-03-31 00:30:00+00:00'],
    ['2024-03-31 01:59:59', 'Europe/Paris', undefined, '2024-03-31 00:59:59+00:00'],
    ['2024-03-31 03:00:00', 'Europe/Paris', undefined, '2024-03-31 01:00:00+00:00'],
    ['2024-10-27 02:30:00', 'Europe/Paris', undefined, 'rejected: local time that exists twice in Europe/Paris'],
    ['2024-10-27 02:30:00', 'Europe/Paris', { fold: 'earlier' }, '2024-10-27 00:30:00+00:00'],
    ['2024-10-27 02:30:00', 'Europe/Paris', { fold: 'later' }, '2024-10-27 01:30:00+00:00'],
    ['2024-10-27 01:59:59', 'Europe/Paris', undefined, '2024-10-26 23:59:59+00:00'],
    ['2024-10-27 03:00:00', 'Europe/Paris', undefined, '2024-10-27 02:00:00+00:00'],
    ['2011-12-30 12:00:00', 'Pacific/Apia', undefined, 'rejected: local time that does not exist in Pacific/Apia'],
    ['2011-12-30 12:00:00', 'Pacific/Apia', { gap: 'later' }, '2011-12-30 22:00:00+00:00'],
    ['2024-04-07 01:45:00', 'Australia/Lord_Howe', { fold: 'later' }, '2024-04-06 15:15:00+00:00'],
  ])('of %s in %s with %j: %s', (value, zone, options, expected) => {
    expect(outcome(value, zone, options)).toBe(expected);
  });

  it('turns away a moment whose local time exists twice, unless fold says that the loss is meant', () => {
    const moments = ['2024-10-27 00:30:00+00:00', '2024-10-27 01:30:00+00:00'];
    expect(moments.map((moment) => outcome(moment, 'Europe/Paris'))).toEqual([
      'rejected: local time that exists twice in Europe/Paris',
      'rejected: local time that exists twice in Europe/Paris',
    ]);
    for (const fold of ['earlier', 'later'] as const) {
      expect(moments.map((moment) => outcome(moment, 'Europe/Paris', { fold }))).toEqual([
        '2024-10-27 02:30:00',
        '2024-10-27 02:30:00',
      ]);
    }
  });

  it.each([
    [' 1500-02-29 00:00:00', 'not a day of the calendar'],
    ['2023-02-29', 'not a day of the calendar'],
    ['2024-04-31 00:00:00', 'not a day of the calendar'],
    ['0000-01-01 00:00:00', 'not a day of the calendar'],
    [' 0000-01-01 00:00:00', 'not a day of the calendar'],
    ['2024-13-01 00:00:00', 'not a day of the calendar'],
    ['2024-01-01 24:00:00', 'not a date or timestamp'],
    ['2024-01-01 00:60:00', 'not a date or timestamp'],
    ['2024-01-01 00:00', 'not a date or timestamp'],
    ['', 'not a date'],
    ['yesterday', 'not a date'],
    [' 2024-01-01 00:00:00.123456700', 'finer than microseconds'],
  ])('turns away %j: %s', (value, reason) => {
    expect(outcome(value, 'Europe/Paris')).toBe(`rejected: ${reason}`);
  });

  it('is chained behind what reads a day or a time', () => {
    const zone = inZone('Europe/Paris');
    const day = ' 2024-07-15 00:00:00' as DateText;
    expect(zone(oracleDate(day))).toBe('2024-07-14 22:00:00+00:00');
    expect(zone(oracleTimestamp(day))).toBe('2024-07-14 22:00:00+00:00');
    expect(zone(dateFromText('YYYYMMDD')('20240715'))).toBe('2024-07-14 22:00:00+00:00');
    expect(zone(atMidnight(dateFromText('YYYYMMDD')('20240715')))).toBe('2024-07-14 22:00:00+00:00');
    const fine = ' 2024-07-15 12:00:00.123456789' as Parameters<typeof timestampToMicroseconds>[0];
    expect(zone(timestampToMicroseconds(fine))).toBe('2024-07-15 10:00:00.123456+00:00');
    expect(oracleDate(inZone('Asia/Tokyo')('2024-07-14 15:00:00+00:00' as CanonicalTimestamp))).toBe('2024-07-15');
    expect(nullIfRefused(zone)('2024-03-31 02:30:00' as CanonicalTimestamp)).toBeNull();
  });

  it.each([
    ['Europe/Pariss', 'Did you mean Europe/Paris?'],
    ['Paris', 'Did you mean Europe/Paris?'],
    ['new york', 'Did you mean America/New_York?'],
    ['Europe/Berlim', 'Did you mean Europe/Berlin?'],
    ['UTC0', 'Did you mean UTC?'],
    ['', 'No name is near to it.'],
    ['+5', 'No name is near to it.'],
    ['+0530', 'No name is near to it.'],
    ['+16:00', 'No name is near to it.'],
    ['nowhere at all, for sure', 'No name is near to it.'],
  ])('refuses %j for a zone: %s', (zone, hint) => {
    const error = errorOf(() => inZone(zone));
    expect(error).toMatchObject({ code: 'MAPPING_INVALID', message: `inZone('${zone}') names no time zone` });
    expect((error as { hint: string }).hint).toContain(hint);
  });

  it('refuses a choice that it does not know', () => {
    expect(errorOf(() => inZone('UTC', { gap: 'before' as 'earlier' }))).toMatchObject({ code: 'MAPPING_INVALID' });
    expect(errorOf(() => inZone('UTC', { fold: 'second' as 'later' }))).toMatchObject({ code: 'MAPPING_INVALID' });
  });

  it('has zone and choices in its step, and so in the fingerprint of a mapping', () => {
    expect(inZone('Europe/Paris').step).toEqual({ name: 'inZone', args: ['Europe/Paris', 'reject', 'reject'] });
    expect(inZone('UTC', { gap: 'later', fold: 'earlier' }).step.args).toEqual(['UTC', 'later', 'earlier']);
  });

  it('counts each choice under its own name, with keys, and nothing else', () => {
    const chosen = inZone('Europe/Paris', { gap: 'later', fold: 'earlier' });
    expect(
      loaded(chosen, 'timestamptz', [
        '2024-03-31 02:30:00',
        '2024-10-27 02:30:00',
        '2024-03-31 02:15:00',
        '2024-07-15 12:00:00',
      ]),
    ).toEqual({
      values: [
        '2024-03-31 01:30:00+00:00',
        '2024-10-27 00:30:00+00:00',
        '2024-03-31 01:15:00+00:00',
        '2024-07-15 10:00:00+00:00',
      ],
      rejects: [],
      changes: [
        { property: 'at', kind: 'inZone gap', count: 2, sampleKeys: ['["0"]', '["2"]'] },
        { property: 'at', kind: 'inZone fold', count: 1, sampleKeys: ['["1"]'] },
      ],
    });
    expect(loaded(inZone('Europe/Paris'), 'timestamptz', ['2024-03-31 02:30:00', '2024-07-15 12:00:00'])).toEqual({
      values: ['2024-07-15 10:00:00+00:00'],
      rejects: ['local time that does not exist in Europe/Paris'],
      changes: [],
    });
  });

  it('leaves a moment as it is for a column of moments, and makes local time of it for any other', () => {
    const moments = ['2024-07-15 12:00:00.000000000 +02:00', '2024-10-27 00:30:00.000000000 +00:00'];
    const texts = moments.map((moment) => ` ${moment}`);
    const zone = inZone('Asia/Tokyo');
    const unchanged = ['2024-07-15 10:00:00+00:00', '2024-10-27 00:30:00+00:00'];
    const local = ['2024-07-15 19:00:00', '2024-10-27 09:30:00'];
    expect(loaded(zone, 'timestamp with time zone', texts)).toMatchObject({
      values: unchanged,
      rejects: [],
      changes: [],
    });
    expect(loaded(zone, 'timestamp without time zone', texts)).toMatchObject({ values: local, rejects: [] });
    expect(loaded(zone, 'varchar', texts)).toMatchObject({ values: local, rejects: [] });
  });

  it('agrees with Temporal on random local times of the years 1 to 9999', () => {
    const times = fc.record({
      zone: fc.constantFrom(...ZONES),
      day: fc.integer({ min: -719_162, max: 2_932_896 }),
      second: fc.integer({ min: 0, max: DAY - 1 }),
    });
    fc.assert(
      fc.property(times, ({ zone, day, second }) => {
        const local = new Temporal.PlainDateTime(1970, 1, 1).add({ days: day }).add({ seconds: second });
        expectAsJudged(local, zone);
      }),
      { numRuns: 400, seed: 8 },
    );
  });

  it('agrees with Temporal on both sides of random changes of offset, gaps and folds among them', () => {
    const moments = fc.record({ zone: fc.constantFrom(...ZONES.slice(1)), year: fc.integer({ min: 1880, max: 2160 }) });
    let changes = 0;
    fc.assert(
      fc.property(moments, fc.integer({ min: 0, max: 3_600 }), ({ zone, year }, away) => {
        const start = Temporal.ZonedDateTime.from(`${year}-01-01T00:00:00[${zone}]`, { disambiguation: 'later' });
        const change = start.getTimeZoneTransition('next');
        if (change === null) return;
        changes += 1;
        const utc = change.toInstant().toZonedDateTimeISO('UTC').toPlainDateTime();
        const before = change.subtract({ seconds: 1 }).offsetNanoseconds / 1e9;
        const after = change.offsetNanoseconds / 1e9;
        for (const offset of [before, after]) {
          for (const by of [-away, -1, 0, 1, away]) expectAsJudged(utc.add({ seconds: offset + by }), zone);
        }
      }),
      { numRuns: 120, seed: 15 },
    );
    expect(changes).toBeGreaterThan(80);
  });

  it('gives back the local time of every moment that it made of one', () => {
    const times = fc.record({
      zone: fc.constantFrom(...ZONES, '+05:30', '-12:00', '+15:59'),
      second: fc.integer({ min: -62_135_596_800 + DAY, max: 253_402_300_799 - DAY }),
    });
    fc.assert(
      fc.property(times, ({ zone, second }) => {
        const local = localText(new Temporal.PlainDateTime(1970, 1, 1).add({ seconds: second }));
        const there = outcome(local, zone);
        if (there.startsWith('rejected')) return;
        expect(outcome(there, zone)).toBe(local);
      }),
      { numRuns: 500, seed: 21 },
    );
  });
});
