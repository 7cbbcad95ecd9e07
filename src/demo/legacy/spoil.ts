import type { Dice } from './dice';

/** The ways in which the old system's years of use turned good values into what is stored now. */

/** A CHAR(n) as Oracle keeps it. */
export function padded(text: string, length: number): string {
  return text.padEnd(length, ' ');
}

/** Y, N; the false of old rows was never written at all. */
export function flag(value: boolean, falseMayBeNull: boolean): string | null {
  if (value) return 'Y';
  return falseMayBeNull ? null : 'N';
}

const WINDOWS_1252: Readonly<Record<string, number>> = {
  '€': 0x80,
  '…': 0x85,
  Š: 0x8a,
  Œ: 0x8c,
  Ž: 0x8e,
  '‘': 0x91,
  '’': 0x92,
  '“': 0x93,
  '”': 0x94,
  '–': 0x96,
  '™': 0x99,
  š: 0x9a,
  œ: 0x9c,
  ž: 0x9e,
};

/** The bytes a Windows terminal sent, which the database took without a look. */
export function windows1252(text: string): Buffer {
  return Buffer.from(Array.from(text, (character) => WINDOWS_1252[character] ?? character.charCodeAt(0)));
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] as const;

const DATE_FORMS = {
  YYYYMMDD: (y, m, d) => `${y}${m}${d}`,
  'YYYY-MM-DD': (y, m, d) => `${y}-${m}-${d}`,
  'MM/DD/YYYY': (y, m, d) => `${m}/${d}/${y}`,
  'M/D/YYYY': (y, m, d) => `${Number(m)}/${Number(d)}/${y}`,
  'DD.MM.YYYY': (y, m, d) => `${d}.${m}.${y}`,
  'DD-MON-YYYY': (y, m, d) => `${d}-${monthName(m)}-${y}`,
  'DD-mon-YYYY': (y, m, d) => `${d}-${monthName(m).toLowerCase()}-${y}`,
} satisfies Record<string, (year: string, month: string, day: string) => string>;

export type DateForm = keyof typeof DATE_FORMS;

/** An ISO day in one of the forms that clerks typed; a few with a blank behind it. */
export function typedDate(day: string, forms: readonly DateForm[], dice: Dice): string {
  const [year = '', month = '', date = ''] = day.split('-');
  const text = DATE_FORMS[dice.pick(forms)](year, month, date);
  return dice.chance(10) ? `${text} ` : text;
}

function monthName(month: string): string {
  return MONTHS[Number(month) - 1] ?? '';
}

const PHONE_FORMS: readonly ((area: string, exchange: string, line: string) => string)[] = [
  (a, e, l) => `(${a}) ${e}-${l}`,
  (a, e, l) => `${a}-${e}-${l}`,
  (a, e, l) => `${a}.${e}.${l}`,
  (a, e, l) => `${a}${e}${l}`,
  (a, e, l) => `+1 ${a} ${e} ${l}`,
];

/** An American number in one of five forms; an extension becomes ` x12`. */
export function typedPhone(e164: string, dice: Dice): string {
  const [number = '', extension] = e164.split(';ext=');
  const text = dice.pick(PHONE_FORMS)(number.slice(2, 5), number.slice(5, 8), number.slice(8));
  return extension === undefined ? text : `${text} x${extension}`;
}

/** An address as people type it: capitals, and blanks around it. */
export function typedEmail(address: string, dice: Dice): string {
  const [name = '', domain = ''] = address.split('@');
  return dice.pick([
    address,
    address.toUpperCase(),
    ` ${address}`,
    `${address}  `,
    `${name.charAt(0).toUpperCase()}${name.slice(1)}@${domain}`,
  ]);
}

/** A moment in UTC as the clock of its zone showed it: local time, its fraction, the offset. */
export function zoned(utc: string, offset: string): string {
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4));
  const east = offset.startsWith('-') ? -minutes : minutes;
  const local = new Date(Date.parse(`${utc.slice(0, 19).replace(' ', 'T')}Z`) + east * 60_000);
  return `${local.toISOString().slice(0, 19).replace('T', ' ')}${utc.slice(19)} ${offset}`;
}

/** What stands where nothing is known: NULL, a blank, or the letters N/A. */
export function unknownText(dice: Dice): string | null {
  return dice.pick([null, null, ' ', 'N/A']);
}

export const BAD_DATES = ['00/00/0000', '31-FEB-2009', '20041324', 'UNKNOWN', '8080-80-80'] as const;
export const BAD_EMAILS = [
  'none',
  'sales@',
  'j.doe(at)metals.example',
  'a b@metals.example',
  '@metals.example',
] as const;
