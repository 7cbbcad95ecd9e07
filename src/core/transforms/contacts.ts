import { ValueRejected } from '../errors';
import { quotedText } from '../mapping/step-text';
import { alteration, type Transform } from '../mapping/transform';

/** Drops white space at both ends and lower-cases; whether it is an address is the entity's rule. */
export const email = alteration('email', [], (value: string) => value.trim().toLowerCase(), { gives: 'same' });

export interface PhonePlan {
  /** Calling code of numbers written without one: `1`. */
  readonly country: string;
  /** Digits of a national number in that country; 10 where absent. */
  readonly digits?: number;
  /** What an extension does: kept as `;ext=12` (RFC 3966, the default) or the row is turned away. */
  readonly extension?: 'keep' | 'refuse';
}

const EXTENSION = /(?:;\s*ext=|(?<!\s)\s*(?:x|#|ext\.?|extension)\s*)(\d{1,7})$/i;
const PUNCTUATION = /[\s().\-/]/g;

/**
 * A phone number as E.164: `(555) 123-4567` is `+15551234567` for country 1. A number with `+` may belong to any country.
 * Letters or a wrong count of digits turn the row away.
 */
export function phone(plan: PhonePlan): Transform<string, string> {
  const { country, digits = 10, extension = 'keep' } = plan;
  return alteration(
    'phone',
    [country, digits, extension],
    (value: string) => {
      const text = value.trim();
      const [tail, ext] = EXTENSION.exec(text) ?? ['', undefined];
      if (ext !== undefined && extension === 'refuse') throw new ValueRejected('phone number with an extension');
      const number = text.slice(0, text.length - tail.length).replace(PUNCTUATION, '');
      return e164(number, country, digits) + (ext === undefined ? '' : `;ext=${ext}`);
    },
    { gives: 'text', zone: 'kept', shown: [planText({ country, digits, extension })] },
  );
}

function planText({ country, digits, extension }: Required<PhonePlan>): string {
  return `{ country: ${quotedText(country)}, digits: ${digits}, extension: '${extension}' }`;
}

function e164(number: string, country: string, digits: number): string {
  if (!/^\+?\d+$/.test(number)) throw new ValueRejected('not a phone number');
  const national = `+${country}`.length + digits;
  if (!number.startsWith('+')) {
    if (number.length === digits) return `+${country}${number}`;
    if (number.length === national - 1 && number.startsWith(country)) return `+${number}`;
    throw new ValueRejected('phone number with a wrong count of digits');
  }
  const fits = number.startsWith(`+${country}`)
    ? number.length === national
    : number.length >= 8 && number.length <= 16;
  if (!fits) throw new ValueRejected('phone number with a wrong count of digits');
  return number;
}
