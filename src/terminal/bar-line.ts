import stringWidth from 'string-width';
import { grouped } from '../core/counted';
import { visible } from '../core/words/visible';
import type { EntityReading } from './entity-gauge';
import { rate, timeLeft } from './wording';

export interface BarRoom {
  /** Of the terminal; the last one stays free, for some terminals begin a new line with it. */
  readonly columns: number;
  /** Columns that names get where there is room. */
  readonly nameWidth: number;
  /** Colours the bar. */
  readonly paint: (bar: string) => string;
}

const LONGEST_BAR = 24;
const SHORTEST_BAR = 6;
/** A name gets this share of a narrow terminal, and never less than a few characters. */
const NAME_SHARE = 0.35;
const LEAST_NAME = 8;
const FULL = '█';
const EMPTY = '░';

/**
 * How far an entity is, in one line that fits: name, bar, percent, time left, rows, rate. What finds no room beside name and percent is left
 * out: the rate first, the bar last.
 */
export function barLine(reading: EntityReading, { columns, nameWidth, paint }: BarRoom): string {
  const width = Math.max(1, columns - 1);
  const name = cut(visible(reading.entity), Math.min(nameWidth, Math.max(LEAST_NAME, Math.floor(width * NAME_SHARE))));
  const rows = `${grouped(reading.done)}/${grouped(reading.total)}`;
  let line = `${String(reading.percent).padStart(3)} %`;
  let room = width - stringWidth(name) - 1 - line.length - SHORTEST_BAR - 1;
  const left = timeLeft(reading);
  for (const part of [left, rows, rate(reading)]) {
    if (part === '' || room < part.length + 2) continue;
    line += `  ${part}`;
    room -= part.length + 2;
  }
  if (room + SHORTEST_BAR + 1 < 0) return cut(name, width);
  const bar = room < 0 ? '' : `${paint(drawn(reading, Math.min(LONGEST_BAR, room + SHORTEST_BAR)))} `;
  return `${name} ${bar}${line}`;
}

function drawn({ percent }: EntityReading, size: number): string {
  const full = Math.floor((percent / 100) * size);
  return FULL.repeat(full) + EMPTY.repeat(size - full);
}

/** Exactly so wide: filled with blanks, or shortened. */
function cut(name: string, width: number): string {
  const fitting = stringWidth(name) <= width ? name : shortened(name, width);
  return fitting + ' '.repeat(Math.max(0, width - stringWidth(fitting)));
}

/** Without its middle, for names that begin alike differ at their end. */
function shortened(name: string, width: number): string {
  const characters = Array.from(name);
  for (let kept = characters.length - 1; kept > 0; kept -= 1) {
    const head = Math.ceil(kept / 2);
    const short = `${characters.slice(0, head).join('')}…${characters.slice(characters.length - kept + head).join('')}`;
    if (stringWidth(short) <= width) return short;
  }
  return '…'.repeat(Math.min(1, width));
}
