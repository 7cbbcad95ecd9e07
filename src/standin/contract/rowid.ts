import { OraError } from './ora-error';

/** What a ROWID is made of. In the stand-in: the table's oid, always file 1, and PostgreSQL's ctid. */
export interface RowidParts {
  readonly object: number;
  readonly file: number;
  readonly block: number;
  readonly slot: number;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const ROWID = /^[A-Za-z0-9+/]{18}$/;
const MAX_BLOCK = 0xffffffff;
const MAX_SLOT = 0xffff;

function encode(value: number, size: number): string {
  let text = '';
  for (let rest = value; text.length < size; rest = Math.floor(rest / 64)) text = ALPHABET.charAt(rest % 64) + text;
  return text;
}

function decode(text: string): number {
  let value = 0;
  for (const character of text) value = value * 64 + ALPHABET.indexOf(character);
  return value;
}

/** The parts of an 18-character ROWID; a block may exceed what any table has. Throws ORA-01410 for anything else. */
export function parseRowid(text: string): RowidParts {
  if (!ROWID.test(text)) throw new OraError(1410, 'invalid ROWID');
  return {
    object: decode(text.slice(0, 6)),
    file: decode(text.slice(6, 9)),
    block: decode(text.slice(9, 15)),
    slot: decode(text.slice(15)),
  };
}

/** 18 characters: object 6, file 3, block 6, slot 3, in Oracle's base 64. */
export function formatRowid(parts: RowidParts): string {
  return encode(parts.object, 6) + encode(parts.file, 3) + encode(parts.block, 6) + encode(parts.slot, 3);
}

/** PostgreSQL's `(block,slot)`, held within its limits so that an open upper bound stays one. */
export function tidText(parts: RowidParts): string {
  if (parts.block > MAX_BLOCK) return `(${MAX_BLOCK},${MAX_SLOT})`;
  return `(${parts.block},${Math.min(parts.slot, MAX_SLOT)})`;
}
