import type { Dice } from './dice';

/** Good values, as the new system should hold them: the base that each row is made from before it is spoiled. */

const DAY = 86_400_000;
const FIRST_DAY = Date.UTC(1988, 0, 4);
const LAST_DAY = Date.UTC(2019, 5, 28);

/** A day of the old system's life, ISO. */
export function day(dice: Dice): string {
  return new Date(FIRST_DAY + dice.int(0, (LAST_DAY - FIRST_DAY) / DAY) * DAY).toISOString().slice(0, 10);
}

/** `YYYY-MM-DD HH:MM:SS` on that day. */
export function secondOf(date: string, dice: Dice): string {
  return `${date} ${two(dice.int(0, 23))}:${two(dice.int(0, 59))}:${two(dice.int(0, 59))}`;
}

/** A number of `scale` decimals as PostgreSQL prints it, from its digits: 12345 with 2 decimals is `123.45`. */
export function fixed(units: number, scale: number): string {
  const digits = String(units).padStart(scale + 1, '0');
  return `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** The same number as Oracle prints it, without zeros at the end. */
export function oracleNumber(fixedText: string): string {
  return fixedText.includes('.') ? fixedText.replace(/\.?0+$/, '') : fixedText;
}

/** An American number in E.164; one in twenty has an extension. */
export function phone(dice: Dice): string {
  const number = `+1${dice.pick(['313', '248', '734', '419', '216', '412'])}555${dice.digits(4)}`;
  return dice.chance(5) ? `${number};ext=${dice.int(1, 999)}` : number;
}

const FIRST_NAMES = ['ann', 'bob', 'carla', 'dmitri', 'eve', 'frank', 'grace', 'hugo', 'ines', 'jack'] as const;
const LAST_NAMES = ['adams', 'brandt', 'castle', 'diaz', 'egan', 'fischer', 'garcia', 'hale', 'ito', 'jones'] as const;
const DOMAINS = ['metals.example', 'alu-parts.example', 'coil.example.com', 'plant7.example.org'] as const;

export function email(dice: Dice): string {
  return `${dice.pick(FIRST_NAMES)}.${dice.pick(LAST_NAMES)}${dice.int(1, 99)}@${dice.pick(DOMAINS)}`;
}

/** A person, ASCII only. */
export function person(dice: Dice): string {
  return [dice.pick(FIRST_NAMES), dice.pick(LAST_NAMES)].map((n) => n.charAt(0).toUpperCase() + n.slice(1)).join(' ');
}

/** A person whose name needs windows-1252. */
export function foreignPerson(dice: Dice): string {
  return dice.pick(['José Peña', 'Jürgen Weiß', 'Zoë O’Neil', 'Björn Ångström', 'Šime Žižek']);
}

const NOTES = [
  `Customer said "edge is fine", 'OK' by phone.`,
  'Edge wave at head,\n3 m scrapped.\nRest usable.',
  'gauge\t1.20\nwidth\t1250',
  String.raw`See C:\temp\new\coil.txt and \\plant\share`,
  '\\N',
  '\\.\n',
  'Line 1\r\nLine 2; drop table "coil"; -- 100% $1 {x}',
  ' leading and trailing blanks ',
  'NULL',
  '0',
] as const;

/** Free text with everything that breaks a careless loader; one in a hundred is longer than a VARCHAR2 can be. */
export function note(dice: Dice): string {
  const text = dice.pick(NOTES);
  return dice.chance(1) ? `${text}\n`.repeat(Math.ceil(dice.int(4_001, 9_000) / (text.length + 1))) : text;
}

/** The value in `percent` of 100 cases, else null. */
export function perhaps<T>(percent: number, dice: Dice, value: () => T): T | null {
  return dice.chance(percent) ? value() : null;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
