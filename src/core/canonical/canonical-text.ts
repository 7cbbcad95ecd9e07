import type { TargetValue } from '../mapping/wire';
import { withoutTrailing } from './without-trailing';
import { canonicalFloat, canonicalNumber } from './canonical-number';
import { canonicalArray } from './canonical-array';
import { canonicalInterval } from './canonical-interval';
import { canonicalDate, canonicalMoment, canonicalTime, canonicalZonedTime } from './canonical-moment';
import { canonicalJson } from './canonical-json';

const FOUR = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const SIX = /^(?=[^:]*:)[\da-f:.]+$/i;

/** `address/length` of the network; an address of a host alone has the length of its family. */
function canonicalAddress(text: string): string {
  const slash = text.indexOf('/');
  const host = slash === -1 ? text : text.slice(0, slash);
  const length = slash === -1 ? null : text.slice(slash + 1);
  if (FOUR.test(host)) return `${host}/${length ?? '32'}`;
  const six = SIX.test(host) ? inUrl(host) : null;
  return six === null ? text : `${six}/${length ?? '128'}`;
}

/** URLs have one text for each such address. */
function inUrl(host: string): string | null {
  try {
    return new URL(`http://[${host}]/`).hostname.slice(1, -1);
  } catch {
    return null;
  }
}

/** `08:00:2b:01:02:03`, of six or eight bytes. */
function canonicalHardwareAddress(text: string): string {
  const digits = text.replace(/[^\da-f]/gi, '').toLowerCase();
  if (digits.length !== 12 && digits.length !== 16) return text;
  return digits.replace(/(..)(?=.)/g, '$1:');
}

/** What decides whether two values are the same, computed here and never by the server that has stored one of them. */
export type ScalarKind =
  | 'text'
  | 'padded'
  | 'number'
  | 'float4'
  | 'float8'
  | 'boolean'
  | 'date'
  | 'moment'
  | 'time'
  | 'bytes'
  | 'uuid'
  | 'jsonb'
  | 'timetz'
  | 'interval'
  | 'money'
  | 'address'
  | 'hardware-address';

/** Of a target column. `as-stored`: only the server knows the type, so that what is expected goes through its own conversion first. */
export type CanonicalKind = ScalarKind | `${ScalarKind}[]` | 'as-stored';

type Filled = Exclude<TargetValue, null>;

/**
 * The one text of a value: equal for two values exactly where the column cannot tell them apart. It takes the value on its way into the
 * target as well as the text that the server gives for the stored one (UTC, ISO dates, shortest floats, hexadecimal bytes). Never
 * throws: what is no value of the kind stays as it is, and so differs from every one that is.
 */
export type Canonical = (value: Filled) => string;

const TRUE = new Set<Filled>([true, 't', 'true', 1]);
const FALSE = new Set<Filled>([false, 'f', 'false', 0]);

const BY_KIND: Readonly<Record<ScalarKind | 'as-stored', Canonical>> = {
  text: textOf,
  // Trailing blanks have no meaning in char(n).
  padded: (value) => withoutTrailing(textOf(value), ' '),
  number: (value) => canonicalNumber(textOf(value)),
  float4: (value) => canonicalFloat(textOf(value), 'single'),
  float8: (value) => canonicalFloat(textOf(value), 'double'),
  boolean: (value) => (TRUE.has(value) ? 't' : FALSE.has(value) ? 'f' : textOf(value)),
  date: (value) => canonicalDate(textOf(value)),
  moment: (value) => canonicalMoment(textOf(value)),
  time: (value) => canonicalTime(textOf(value)),
  bytes: textOf,
  uuid: (value) => canonicalUuid(textOf(value)),
  jsonb: (value) => canonicalJson(textOf(value)),
  timetz: (value) => canonicalZonedTime(textOf(value)),
  interval: (value) => canonicalInterval(textOf(value)),
  money: (value) => canonicalNumber(textOf(value)),
  address: (value) => canonicalAddress(textOf(value)),
  'hardware-address': (value) => canonicalHardwareAddress(textOf(value)),
  'as-stored': (value) => (typeof value === 'boolean' ? (value ? 't' : 'f') : textOf(value)),
};

/** The encoder for a column of that kind; the same for both sides of a comparison. */
export function canonicalFor(kind: CanonicalKind): Canonical {
  const element = elementKind(kind);
  if (element === null) return BY_KIND[kind as ScalarKind];
  const ofElement: Canonical = element === 'bytes' ? (value) => textOf(value).toLowerCase() : BY_KIND[element];
  return (value) => canonicalArray(textOf(value), ofElement);
}

/** What the elements of an array are compared by; null for a kind that is none of arrays. */
export function elementKind(kind: CanonicalKind): ScalarKind | null {
  return kind.endsWith('[]') ? (kind.slice(0, -2) as ScalarKind) : null;
}

function textOf(value: Filled): string {
  if (typeof value === 'string') return value;
  return Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : String(value);
}

function canonicalUuid(text: string): string {
  const digits = text.replaceAll('-', '').toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(digits)) return text;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
