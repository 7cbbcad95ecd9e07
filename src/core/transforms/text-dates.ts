import { MigrationError, ValueRejected } from '../errors';
import type { CanonicalDate } from '../mapping/wire';
import { isCalendarDay } from './calendar';
import { transform, type Transform } from '../mapping/transform';

const PARTS = {
  YYYY: String.raw`(\d{4})`,
  MON: '([A-Za-z]{3})',
  MM: String.raw`(\d{2})`,
  DD: String.raw`(\d{2})`,
} as const;
type Part = keyof typeof PARTS;

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** What Oracle's own format model calls these; years of two digits are not read, for they would have to be guessed. */
export type DateFormat =
  | 'YYYYMMDD'
  | 'DDMMYYYY'
  | 'MMDDYYYY'
  | `YYYY${Separator}MM${Separator}DD`
  | `YYYY${Separator}MON${Separator}DD`
  | `MM${Separator}DD${Separator}YYYY`
  | `DD${Separator}MM${Separator}YYYY`
  | `DD${Separator}MON${Separator}YYYY`;
type Separator = '-' | '/' | '.';

/**
 * Reads a date kept as text by the first format that it fits and that makes a real day; months and days between separators may
 * drop their leading zero. Else the row is turned away. English month names only, in any case.
 * @example dateFromText('YYYYMMDD', 'MM/DD/YYYY')
 */
export function dateFromText(...formats: readonly DateFormat[]): Transform<string, CanonicalDate> {
  if (formats.length === 0) throw formatMissing();
  const readers = formats.map(reader);
  const reason = `not a date in ${formats.join(' or ')}`;
  return transform(
    'dateFromText',
    formats,
    (value: string) => {
      for (const read of readers) {
        const date = read(value);
        if (date !== null) return date;
      }
      throw new ValueRejected(reason);
    },
    { gives: 'date', zone: 'without' },
  );
}

function reader(format: DateFormat): (value: string) => CanonicalDate | null {
  const parts = format.match(/YYYY|MON|MM|DD/g) as readonly Part[];
  const digits = /[-/.]/.test(format) ? String.raw`\d{1,2}` : String.raw`\d{2}`;
  const source = format
    .replace(/[/.]/g, String.raw`\$&`)
    .replace(/YYYY|MON|MM|DD/g, (part) => PARTS[part as Part].replace(String.raw`\d{2}`, () => digits));
  const pattern = new RegExp(`^${source}$`);
  const [year, month, day] = [
    parts.indexOf('YYYY'),
    parts.findIndex((part) => part === 'MM' || part === 'MON'),
    parts.indexOf('DD'),
  ];
  return (value) => {
    const found = pattern.exec(value);
    if (found === null) return null;
    return dateOf(found[year + 1] ?? '', found[month + 1] ?? '', found[day + 1] ?? '');
  };
}

/** `month` by number or by name; null where there is no such day. */
function dateOf(year: string, month: string, day: string): CanonicalDate | null {
  const monthNumber = month.length === 3 ? MONTHS.indexOf(month.toUpperCase()) + 1 : Number(month);
  if (!isCalendarDay({ year: Number(year), month: monthNumber, day: Number(day), bc: false })) return null;
  return `${year}-${twoDigits(monthNumber)}-${day.length === 1 ? `0${day}` : day}` as CanonicalDate;
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

function formatMissing(): MigrationError {
  return new MigrationError('MAPPING_INVALID', 'dateFromText names no format', {
    hint: "Name the formats in the order to try them: dateFromText('YYYYMMDD', 'MM/DD/YYYY').",
  });
}
