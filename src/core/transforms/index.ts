/** The built-in conversions, as a mapping names them. A new one is a function in the file of its subject and its name here: the package exports all of it. */
export { bytesAs, type LegacyCharset } from './bytes';
export { codeTable, yesNo } from './codes';
export { email, phone, type PhonePlan } from './contacts';
export { inZone, type ZoneOptions } from './in-zone';
export { nulRefused, nulReplaced, nulStripped } from './nul';
export { nullIf, nullIfRefused } from './nulls';
export { decimal, integer } from './numbers';
export {
  atMidnight,
  intervalToMicroseconds,
  oracleDate,
  oracleTimestamp,
  timestampToMicroseconds,
} from './oracle-dates';
export { dateFromText, type DateFormat } from './text-dates';
export { collapsedSpaces, lower, trimmed, unpadded, upper } from './text';
export { alteration, decoding, transform, type Transform } from '../mapping/transform';
