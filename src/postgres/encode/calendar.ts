/** Arithmetic of the proleptic Gregorian calendar that PostgreSQL counts in; years are astronomical (1 BC is 0). */

/** Days from 0000-03-01 to 2000-01-01. */
const EPOCH_SHIFT = 730_425;
const DAYS_OF_400_YEARS = 146_097;
const MONTH_LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days since 2000-01-01. The year counts from March, which puts the leap day last. */
export function daysSince2000(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_OF_400_YEARS + dayOfEra - EPOCH_SHIFT;
}

/** Whether the calendar has that day; a year of NaN has none. */
export function isDay(year: number, month: number, day: number): boolean {
  if (Number.isNaN(year) || month < 1 || month > 12 || day < 1) return false;
  const length = MONTH_LENGTHS[month - 1] ?? 0;
  return day <= (month === 2 && isLeap(year) ? 29 : length);
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
