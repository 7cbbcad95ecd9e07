import { OraError } from '../../contract/ora-error';
import type { BufferWriter } from '../format/buffer-writer';
import type { Slice } from './slice';

const MIDDLE = 0x80000000;
const OFFSET = 60;

const DAY_TO_SECOND = /^([+-]?)(?:(\d+) )?([+-]?)(\d+):(\d+)(?::(\d+)(?:\.(\d{1,9})\d*)?)?$/;
const YEAR_TO_MONTH = /^([+-]?)(\d+)-(\d+)$/;
const DAYS_ONLY = /^([+-]?)(\d+)$/;

function notAnInterval(text: string): OraError {
  return new OraError(1867, `the interval is invalid (stored value '${text}')`);
}

function textOf(slice: Slice): string {
  return slice.bytes.toString('latin1', slice.at, slice.at + slice.length);
}

/** `+05 04:03:02.123456789` (Oracle's literal; PostgreSQL's sql_standard style too) → length byte and 11 bytes. */
export function encodeIntervalDayToSecond(slice: Slice, out: BufferWriter): void {
  const text = textOf(slice);
  const onlyDays = DAYS_ONLY.exec(text);
  const match = DAY_TO_SECOND.exec(onlyDays ? `${text} 0:0` : text);
  if (!match) throw notAnInterval(text);
  const [, sign, days = '0', timeSign, hours, minutes, seconds = '0', fraction = ''] = match;
  const factor = sign === '-' || timeSign === '-' ? -1 : 1;
  out.u8(11).u32be(MIDDLE + factor * Number(days));
  for (const part of [hours, minutes, seconds]) out.u8(OFFSET + factor * Number(part));
  out.u32be(MIDDLE + factor * Number(fraction.padEnd(9, '0')));
}

/** `+02-06` → length byte and 5 bytes. */
export function encodeIntervalYearToMonth(slice: Slice, out: BufferWriter): void {
  const text = textOf(slice);
  const match = YEAR_TO_MONTH.exec(text);
  if (!match) throw notAnInterval(text);
  const factor = match[1] === '-' ? -1 : 1;
  out.u8(5).u32be(MIDDLE + factor * Number(match[2]));
  out.u8(OFFSET + factor * Number(match[3]));
}

const two = (value: number): string => String(value).padStart(2, '0');

/** 11 bytes → `+05 04:03:02.123456789` */
export function decodeIntervalDayToSecond(bytes: Buffer): string {
  const days = bytes.readUInt32BE(0) - MIDDLE;
  const [hours, minutes, seconds] = [4, 5, 6].map((at) => bytes.readUInt8(at) - OFFSET) as [number, number, number];
  const nanoseconds = bytes.readUInt32BE(7) - MIDDLE;
  const sign = [days, hours, minutes, seconds, nanoseconds].some((part) => part < 0) ? '-' : '+';
  const time = [hours, minutes, seconds].map((part) => two(Math.abs(part))).join(':');
  return `${sign}${two(Math.abs(days))} ${time}.${String(Math.abs(nanoseconds)).padStart(9, '0')}`;
}

/** 5 bytes → `+02-06` */
export function decodeIntervalYearToMonth(bytes: Buffer): string {
  const years = bytes.readUInt32BE(0) - MIDDLE;
  const months = bytes.readUInt8(4) - OFFSET;
  return `${years < 0 || months < 0 ? '-' : '+'}${two(Math.abs(years))}-${two(Math.abs(months))}`;
}
