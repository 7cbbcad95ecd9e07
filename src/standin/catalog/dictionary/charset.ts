import { OraError } from '../../contract/ora-error';

/** Code point that stands for a byte which is NUL or illegal in the declared character set: this plus the byte. */
export const RAW_BYTE_BASE = 0x10ff00;

interface Charset {
  readonly multiByte: boolean;
  /** PostgreSQL's name; undefined where ASCII is all there is. */
  readonly encoding?: string;
  decode(bytes: Buffer): string;
}

function marked(byte: number): string {
  return String.fromCodePoint(RAW_BYTE_BASE + byte);
}

/** A decoder for one-byte sets: 256 prepared strings. */
function oneByte(label: string | undefined): (bytes: Buffer) => string {
  const table = Array.from({ length: 256 }, (_, byte) => {
    if (byte === 0) return marked(byte);
    if (byte < 0x80) return String.fromCharCode(byte);
    if (label === undefined) return marked(byte);
    if (label === 'iso-8859-1') return String.fromCharCode(byte);
    const text = new TextDecoder(label).decode(Uint8Array.of(byte));
    return text === '\ufffd' || text.charCodeAt(0) < 0xa0 ? marked(byte) : text;
  });
  return (bytes) => {
    let text = '';
    for (const byte of bytes) text += table[byte] ?? '';
    return text;
  };
}

function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
}

/** UTF-8 with each byte that belongs to no legal sequence marked. */
function utf8(bytes: Buffer): string {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at] ?? 0;
    const length = first === 0 ? 0 : sequenceLength(first);
    let piece: string | undefined;
    try {
      piece = length === 0 ? undefined : strict.decode(bytes.subarray(at, at + length));
    } catch {
      piece = undefined;
    }
    text += piece ?? marked(first);
    at += piece === undefined ? 1 : length;
  }
  return text;
}

const CHARSETS: Readonly<Record<string, Charset>> = {
  US7ASCII: { multiByte: false, decode: oneByte(undefined) },
  WE8ISO8859P1: { multiByte: false, encoding: 'LATIN1', decode: oneByte('iso-8859-1') },
  WE8ISO8859P15: { multiByte: false, encoding: 'LATIN9', decode: oneByte('iso-8859-15') },
  WE8MSWIN1252: { multiByte: false, encoding: 'WIN1252', decode: oneByte('windows-1252') },
  EE8MSWIN1250: { multiByte: false, encoding: 'WIN1250', decode: oneByte('windows-1250') },
  AL32UTF8: { multiByte: true, encoding: 'UTF8', decode: utf8 },
};

/** What is known of an Oracle character set. ORA-12705 for one the stand-in has not. */
export function charset(name: string): Charset {
  const known = CHARSETS[name];
  if (known === undefined)
    throw new OraError(12705, `cannot access NLS data files or invalid environment specified (${name})`);
  return known;
}

function isPlainAscii(bytes: Buffer): boolean {
  return bytes.every((byte) => byte > 0 && byte < 0x80);
}

/** Legacy bytes as they are stored: NUL and bytes illegal in the character set as U+10FF00 + byte. */
export function decodeLegacy(bytes: Buffer, name: string): string {
  return isPlainAscii(bytes) ? bytes.toString('latin1') : charset(name).decode(bytes);
}
