import { MigrationError, ValueRejected } from '../errors';
import type { CanonicalDate } from '../mapping/wire';
import { isCalendarDay } from './calendar';
import { transform, type Transform } from './transform';

const PARTS = {
  YYYY: String.raw`(?<year>\d{4})`,
  MON: '(?<name>[A-Za-z]{3})',
  MM: String.raw`(?<month>\d{2})`,
  DD: String.raw`(?<day>\d{2})`,
} as const;

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
  return transform('dateFromText', formats, (value: string) => {
    for (const read of readers) {
      const date = read(value);
      if (date !== null) return date;
    }
    throw new ValueRejected(reason);
  });
}

function reader(format: DateFormat): (value: string) => CanonicalDate | null {
  const separated = /[-/.]/.test(format);
  const source = format
    .replace(/[/.]/g, String.raw`\$&`)
    .replace(/YYYY|MON|MM|DD/g, (part) => PARTS[part as keyof typeof PARTS])
    .replaceAll(String.raw`\d{2}`, separated ? String.raw`\d{1,2}` : String.raw`\d{2}`);
  const pattern = new RegExp(`^${source}$`);
  return (value) => {
    const groups = pattern.exec(value)?.groups;
    return groups === undefined ? null : dateOf(groups);
  };
}

function dateOf(groups: Readonly<Record<string, string | undefined>>): CanonicalDate | null {
  const { year = '', month, name, day = '' } = groups;
  const monthNumber = name === undefined ? Number(month) : MONTHS.indexOf(name.toUpperCase()) + 1;
  const date = { year: Number(year), month: monthNumber, day: Number(day), bc: false };
  if (!isCalendarDay(date)) return null;
  return `${year}-${String(monthNumber).padStart(2, '0')}-${day.padStart(2, '0')}` as CanonicalDate;
}

function formatMissing(): MigrationError {
  return new MigrationError('MAPPING_INVALID', 'dateFromText names no format', {
    hint: "Name the formats in the order to try them: dateFromText('YYYYMMDD', 'MM/DD/YYYY').",
  });
}
