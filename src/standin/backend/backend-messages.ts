import type { BackendError } from '../contract/translation';

/** Types of the messages from PostgreSQL that matter here. */
export const BACKEND = {
  commandComplete: 0x43, // C
  dataRow: 0x44, // D
  error: 0x45, // E
  rowDescription: 0x54, // T
  ready: 0x5a, // Z
  suspended: 0x73, // s
  parameterDescription: 0x74, // t
} as const;

export interface ResultField {
  readonly name: string;
  readonly tableOid: number;
  readonly attnum: number;
  readonly typeOid: number;
  readonly typmod: number;
}

function terminatorOf(bytes: Buffer, from: number): number {
  const end = bytes.indexOf(0, from);
  return end < 0 ? bytes.length : end;
}

/** T; `body` is the message without type and length. */
export function parseRowDescription(body: Buffer): ResultField[] {
  const fields: ResultField[] = [];
  let at = 2;
  for (let count = body.readUInt16BE(0); count > 0; count--) {
    const end = terminatorOf(body, at);
    const name = body.toString('utf8', at, end);
    at = end + 1;
    fields.push({
      name,
      tableOid: body.readUInt32BE(at),
      attnum: body.readInt16BE(at + 4),
      typeOid: body.readUInt32BE(at + 6),
      typmod: body.readInt32BE(at + 12),
    });
    at += 18;
  }
  return fields;
}

/** t */
export function parseParameterDescription(body: Buffer): number[] {
  return Array.from({ length: body.readUInt16BE(0) }, (_, index) => body.readUInt32BE(2 + 4 * index));
}

/** Letters of the fields of an error that are kept. */
const ERROR_FIELDS = { D: 'detail', s: 'schema', t: 'table', c: 'column', n: 'constraint' } as const;

/** E */
export function parseError(body: Buffer): BackendError {
  const fields = new Map<string, string>();
  for (let at = 0; at < body.length && body[at] !== 0;) {
    const end = terminatorOf(body, at);
    fields.set(body.toString('latin1', at, at + 1), body.toString('utf8', at + 1, end));
    at = end + 1;
  }
  const kept: Record<string, string> = {};
  for (const [letter, name] of Object.entries(ERROR_FIELDS)) {
    const value = fields.get(letter);
    if (value !== undefined) kept[name] = value;
  }
  const position = fields.get('P');
  return {
    sqlState: fields.get('C') ?? 'XX000',
    message: fields.get('M') ?? '',
    ...kept,
    ...(position === undefined ? {} : { position: Number(position) }),
  };
}

/** C: the count at the end of `INSERT 0 5`, `UPDATE 5`, `SELECT 5`; 0 where there is none. */
export function rowCountOf(tag: string): number {
  return Number(/ (\d+)$/.exec(tag)?.[1] ?? 0);
}
