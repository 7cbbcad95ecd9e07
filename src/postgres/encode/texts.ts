import { isJson } from '../../core/canonical/is-json';
import type { ByteWriter } from './byte-writer';
import type { CellEncoder, CellValue, EncodedColumn } from './encoder';
import {
  longerThan,
  longerThanBytes,
  NOT_BYTES,
  NOT_JSON,
  NOT_LABEL,
  NOT_ONE_BYTE,
  NOT_TEXT,
  NOT_UUID,
  NUL_CHARACTER,
  NUL_IN_JSON,
  SURROGATE,
  type CellFault,
} from './faults';

/** Up to this length a loop over the characters beats the call into the runtime. */
const SHORT = 64;
/** Above it, exact lengths are asked for instead of reserving three bytes a character. */
const LONG = 16_384;
const UNPAIRED = /\p{Surrogate}/u;
const JSONB_VERSION = 1;

/** `text`, `varchar(n)`, `citext`: UTF-8; NUL, unpaired surrogates and more than n characters are refused. */
export function textEncoder({ maxLength }: EncodedColumn): CellEncoder {
  const tooLong = longerThan(maxLength ?? 0);
  return (value, out) => {
    const text = textOf(value);
    if (text === null) return NOT_TEXT;
    if (maxLength !== null && text.length > maxLength && characters(text) > maxLength) return tooLong;
    return writeText(text, out);
  };
}

/** `char(n)`: blanks beyond n do not count, as everywhere in that type. */
export function paddedEncoder(column: EncodedColumn): CellEncoder {
  const encode = textEncoder(column);
  const { maxLength } = column;
  return (value, out) =>
    typeof value === 'string' && maxLength !== null && value.length > maxLength
      ? encode(value.slice(0, endOfText(value)), out)
      : encode(value, out);
}

/** Where the blanks at the end begin; a loop, for an expression would try each run of blanks from each of its places. */
function endOfText(value: string): number {
  let end = value.length;
  while (end > 0 && value.charCodeAt(end - 1) === BLANK) end--;
  return end;
}

const BLANK = 0x20;
const NAME_BYTES = 63;
const NAME_TOO_LONG = longerThanBytes(NAME_BYTES);

/** `name`: a longer text would be cut. */
export const nameEncoder: CellEncoder = (value, out) => {
  const text = textOf(value);
  if (text === null) return NOT_TEXT;
  return Buffer.byteLength(text) > NAME_BYTES ? NAME_TOO_LONG : writeText(text, out);
};

/** `"char"`: one byte, which is zero for an empty text; of a longer text only the first one would be kept. */
export const singleByte: CellEncoder = (value, out) => {
  const text = textOf(value);
  if (text === null) return NOT_TEXT;
  const code = text === '' ? 0 : text.charCodeAt(0);
  if (text.length > 1 || code > 0x7f) return NOT_ONE_BYTE;
  if (text === '\0') return NUL_CHARACTER;
  out.int32(1);
  out.reserve(1);
  out.buffer[out.position++] = code;
  return null;
};

/** A type that only the server knows, on its way into a text column, where it is cast. */
export const anyText: CellEncoder = (value, out) => {
  if (typeof value === 'boolean') return writeText(value ? 't' : 'f', out);
  return writeText(Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : String(value), out);
};

/** An enumeration travels as its label. */
export function labelEncoder({ labels }: EncodedColumn): CellEncoder {
  const known = new Set<CellValue>(labels ?? []);
  return (value, out) => (known.has(value) ? writeText(value as string, out) : NOT_LABEL);
}

/** `json`: the text itself. Whether it is JSON is the server's to say; a row that is not is found by the redo. */
export const json: CellEncoder = (value, out) => (typeof value === 'string' ? writeText(value, out) : NOT_JSON);

/** `jsonb`: a version byte, then the text. */
export const jsonb: CellEncoder = (value, out) => {
  if (typeof value !== 'string') return NOT_JSON;
  const at = out.position - out.start;
  out.int32(0);
  out.reserve(1);
  out.buffer[out.position++] = JSONB_VERSION;
  const inner = out.position - out.start;
  const fault = writeText(value, out);
  if (fault !== null) return fault;
  // The text wrote a length of its own: close the gap and write the length of both.
  const textStart = out.start + inner + 4;
  const length = out.position - textStart;
  out.buffer.copyWithin(textStart - 4, textStart, out.position);
  out.position -= 4;
  out.buffer.writeInt32BE(length + 1, out.start + at);
  return null;
};

export const bytea: CellEncoder = (value, out) => {
  if (!Buffer.isBuffer(value)) return NOT_BYTES;
  out.int32(value.length);
  out.bytes(value);
  return null;
};

export const uuid: CellEncoder = (value, out) => {
  if (typeof value !== 'string') return NOT_UUID;
  out.int32(UUID_BYTES);
  out.reserve(UUID_BYTES);
  if (writeCommonUuid(value, out)) return null;
  let nibbles = 0;
  for (let at = 0; at < value.length; at++) {
    const nibble = NIBBLES[value.charCodeAt(at)];
    if (nibble === undefined || nibbles === UUID_BYTES * 2) return NOT_UUID;
    // A hyphen may stand between groups of four digits, nowhere else.
    if (nibble === HYPHEN && (nibbles === 0 || nibbles % 4 !== 0 || value.charCodeAt(at - 1) === HYPHEN_CODE))
      return NOT_UUID;
    if (nibble === HYPHEN) continue;
    const byte = out.position + (nibbles >> 1);
    out.buffer[byte] = nibbles % 2 === 0 ? nibble << 4 : (out.buffer[byte] ?? 0) | nibble;
    nibbles++;
  }
  out.position += UUID_BYTES;
  return nibbles === UUID_BYTES * 2 ? null : NOT_UUID;
};

const UUID_BYTES = 16;
const UUID_LENGTH = 36;
/** Where each byte's two digits begin in the form that nearly all values have; a hyphen is before four of them. */
const UUID_BYTES_AT = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const UUID_HYPHENS_AT = [8, 13, 18, 23];

/** False, with nothing written, where the text has another form. */
function writeCommonUuid(text: string, out: ByteWriter): boolean {
  if (text.length !== UUID_LENGTH) return false;
  for (const at of UUID_HYPHENS_AT) if (text.charCodeAt(at) !== HYPHEN_CODE) return false;
  const { buffer, position } = out;
  let valid = 0;
  for (let byte = 0; byte < UUID_BYTES; byte++) {
    const at = UUID_BYTES_AT[byte] ?? 0;
    // Anything but a hexadecimal digit is negative (or no number), and makes the whole negative.
    const bits = ((HEX[text.charCodeAt(at)] ?? -1) << 4) | (HEX[text.charCodeAt(at + 1)] ?? -1);
    buffer[position + byte] = bits;
    valid |= bits;
  }
  if (valid < 0) return false;
  out.position += UUID_BYTES;
  return true;
}

const HYPHEN = -1;
/** By character code: the value of a hex digit, or the mark of a hyphen. */
const NIBBLES: readonly (number | undefined)[] = Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (character === '-') return HYPHEN;
  return /[0-9a-f]/i.test(character) ? parseInt(character, 16) : undefined;
});

const HYPHEN_CODE = 45;
/** By character code: the value of a hexadecimal digit, else -1. */
const HEX = Int8Array.from(NIBBLES, (nibble) => nibble ?? -1);

/** The text of a value that is one, or a number's digits; null for what only looks like a mistake in the mapping. */
function textOf(value: CellValue): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : null;
}

/** Length-prefixed UTF-8. */
function writeText(text: string, out: ByteWriter): CellFault | null {
  const { length } = text;
  if (length < SHORT) {
    out.reserve(4 + length * 3);
    const { buffer, position } = out;
    let at = position + 4;
    let index = 0;
    for (; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code >= 0x80) break;
      if (code === 0) return NUL_CHARACTER;
      buffer[at++] = code;
    }
    if (index === length) {
      out.int32(length);
      out.position = at;
      return null;
    }
  }
  return writeAnyText(text, out);
}

function writeAnyText(text: string, out: ByteWriter): CellFault | null {
  if (text.includes('\0')) return NUL_CHARACTER;
  out.reserve(4 + (text.length > LONG ? Buffer.byteLength(text) : text.length * 3));
  const bytes = out.buffer.write(text, out.position + 4, 'utf8');
  // As many bytes as characters is ASCII, which has no surrogates.
  if (bytes !== text.length && UNPAIRED.test(text)) return SURROGATE;
  out.int32(bytes);
  out.position += bytes;
  return null;
}

function characters(text: string): number {
  return Array.from(text).length;
}

/** JSON on its way into a text column of a staging table: refused unless it is JSON that the type can hold. */
export function stagedJson(type: string): CellEncoder {
  return (value, out) => {
    if (typeof value !== 'string' || !isJson(value)) return NOT_JSON;
    return type === 'jsonb' && NUL_ESCAPE.test(value) ? NUL_IN_JSON : writeText(value, out);
  };
}

/** An odd number of backslashes, so that the last one is the escape's own. */
const NUL_ESCAPE = /(?<!\\)(?:\\\\)*\\u0000/;
