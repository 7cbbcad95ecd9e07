const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** A day as its parts; `bc` counts the years before our era, 1 BC being the year before 1. */
export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly bc: boolean;
}

/**
 * Whether PostgreSQL has such a day (proleptic Gregorian calendar; Oracle begins in 4712 BC). Oracle counts in the Julian calendar before
 * 15 October 1582, so that its 29 February 1500 is none here.
 */
export function isCalendarDay({ year, month, day, bc }: Day): boolean {
  if (year < 1 || (bc && year > 4712)) return false;
  const days = DAYS[month - 1];
  if (days === undefined || day < 1) return false;
  return day <= days || (month === 2 && day === 29 && isLeapYear(bc ? year - 1 : year));
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
