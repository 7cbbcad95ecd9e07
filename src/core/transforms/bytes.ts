import { ValueRejected } from '../errors';
import { decoding, type Transform } from '../mapping/transform';

/** What windows-1252 has at 80–9F; blanks mark the five bytes it leaves undefined. */
const WINDOWS_1252 = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';
const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const DECODERS = {
  'windows-1252': fromWindows1252,
  'iso-8859-1': (bytes) => bytes.toString('latin1'),
  'utf-8': fromUtf8,
} satisfies Record<string, (bytes: Buffer) => string>;

export type LegacyCharset = keyof typeof DECODERS;

/**
 * Reads the bytes of a text column in the character set they are really in, whatever the database declares; for `fromBytes`.
 * Strict: bytes that the character set does not define turn the row away, none becomes `?` or U+FFFD.
 */
export function bytesAs(charset: LegacyCharset): Transform<Buffer, string> {
  return decoding('bytesAs', [charset], DECODERS[charset], { gives: 'text', zone: 'kept' });
}

/** Node's own decoder differs by its ICU build and lets undefined bytes through, hence the table. */
function fromWindows1252(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  return text.replace(/[\x80-\x9f]/g, (character) => {
    const meaning = WINDOWS_1252.charAt(character.charCodeAt(0) - 0x80);
    if (meaning === ' ') throw new ValueRejected('not valid windows-1252');
    return meaning;
  });
}

function fromUtf8(bytes: Buffer): string {
  try {
    return UTF_8.decode(bytes);
  } catch {
    throw new ValueRejected('not valid utf-8');
  }
}
