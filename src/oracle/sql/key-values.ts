/** Oracle's numbers end before this one. */
const NUMBERS_END = 1e126;
const NUMBER = /^[+-]?(\d+(?:\.\d*)?|\.\d+)(E[+-]?\d+)?$/i;
const DAY_AND_TIME = /^[ -]?(\d{4})-(\d\d)-(\d\d) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether TO_NUMBER takes the text. */
export function isNumber(value: string): boolean {
  return NUMBER.test(value) && Math.abs(Number(value)) < NUMBERS_END;
}

/** Whether TO_DATE takes the text in the format of keys, ` 1999-05-01 00:00:00`. */
export function isDate(value: string): boolean {
  const found = DAY_AND_TIME.exec(value);
  if (found === null) return false;
  const [year = 0, month = 0, day = 0] = found.slice(1).map(Number);
  const days = month === 2 && isLeap(year) ? 29 : (DAYS[month - 1] ?? 0);
  return year > 0 && day > 0 && day <= days;
}

/** Oracle's calendar is Julian up to 1582, so that its years 1000 and 1500 have a leap day. */
function isLeap(year: number): boolean {
  return year % 4 === 0 && (year <= 1582 || year % 100 !== 0 || year % 400 === 0);
}

/** The same with a fraction of a second, or without. */
export function isTimestamp(value: string): boolean {
  return isDate(value.replace(/\.\d{1,9}$/, ''));
}

/** Whether HEXTORAW takes the text as it is, without a digit added. */
export function isHex(value: string): boolean {
  return /^([0-9a-f]{2})+$/i.test(value);
}
