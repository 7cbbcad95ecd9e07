import { notImplemented, OraError } from '../contract/ora-error';

/** The session's formats for DATE and TIMESTAMP texts. */
export interface MomentFormats {
  readonly date: string;
  readonly timestamp: string;
}

/** Formats that PostgreSQL reads by itself, whose prefixes Oracle accepts as well. */
const ISO_FORMAT = /^S?YYYY-MM-DD(?: HH24:MI:SS(?:[.X]FF\d?)?)?$/i;
const ISO_TEXT = /^\s*\+?(-?)(\d{4}-\d{1,2}-\d{1,2}(?: \d{1,2}:\d{1,2}:\d{1,2}(?:\.\d{1,9})?)?)\s*$/;

/**
 * Text bound where a DATE or TIMESTAMP is wanted, as PostgreSQL reads it. Oracle goes by the session's format: here only year,
 * month, day [and time] is known, and ORA-03001 names any other. ORA-01861 for a text that is not written so.
 */
export function boundMoment(text: string, formats: MomentFormats): string {
  const format = text.includes('.') ? formats.timestamp : formats.date;
  if (!ISO_FORMAT.test(format)) throw notImplemented(`text bound as a date in the format ${format} (use TO_DATE)`);
  const [, sign, plain] = ISO_TEXT.exec(text) ?? [];
  if (plain === undefined) throw new OraError(1861, 'literal does not match format string');
  return sign === '-' ? `${plain} BC` : plain;
}
