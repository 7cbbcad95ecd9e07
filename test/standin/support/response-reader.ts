import { BufferReader } from '../../../src/standin/ttc/format/buffer-reader';
import type { RowidParts } from '../../../src/standin/contract/rowid';

/** Message 4 as a client takes it apart. */
export interface ReadCallEnd {
  readonly status: number;
  readonly cursorId: number;
  readonly position: number;
  readonly rowid: RowidParts;
  readonly batchErrors: readonly { readonly ora: number; readonly row: number; readonly message: string }[];
  readonly ora: number;
  readonly rowCount: number;
  readonly message: string;
}

/** A column of message 16 as a client takes it apart. */
export interface ReadColumn {
  readonly type: number;
  readonly precision: number;
  readonly scale: number;
  readonly maxSize: number;
  readonly charset: number;
  readonly charsetForm: number;
  readonly size: number;
  readonly nullable: boolean;
  readonly name: string;
  readonly position: number;
}

function signed(reader: BufferReader): number {
  const head = reader.u8();
  const size = new BufferReader(Buffer.concat([Buffer.from([head & 0x7f]), reader.bytes(head & 0x7f)])).ub();
  return (head & 0x80) === 0 ? size : -size;
}

function array<T>(reader: BufferReader, item: () => T): T[] {
  const count = reader.ub();
  if (count > 0) reader.u8();
  return Array.from({ length: count }, item);
}

/** Reads message 4 and demands that nothing is behind it. */
export function readCallEnd(bytes: Buffer, fieldVersion: number): ReadCallEnd {
  const reader = new BufferReader(bytes);
  expect(reader.u8()).toBe(4);
  const status = reader.ub();
  reader.skipUb(5);
  const cursorId = reader.ub();
  const position = signed(reader);
  reader.skip(6);
  const [object, file] = [reader.ub(), reader.ub()];
  reader.skip(1);
  const rowid = { object, file, block: reader.ub(), slot: reader.ub() };
  reader.ub();
  reader.skip(2);
  reader.skipUb(3);
  const codes = array(reader, () => reader.ub());
  const rows = array(reader, () => reader.ub());
  const messages = array(reader, () => {
    reader.ub();
    const text = reader.text();
    reader.skip(2);
    return text;
  });
  const batchErrors = codes.map((ora, index) => ({ ora, row: rows[index] ?? -1, message: messages[index] ?? '' }));
  const ora = reader.ub();
  const rowCount = reader.ub();
  if (fieldVersion >= 14) reader.skipUb(2);
  const message = ora === 0 ? '' : reader.text();
  expect(reader.remaining).toBe(0);
  return { status, cursorId, position, rowid, batchErrors, ora, rowCount, message };
}

function readColumn(reader: BufferReader, fieldVersion: number): ReadColumn {
  const type = reader.u8();
  reader.u8();
  const [precision, scale] = [reader.bytes(1).readInt8(0), reader.bytes(1).readInt8(0)];
  const maxSize = reader.ub();
  reader.skipUb(4);
  const [charset, charsetForm, size] = [reader.ub(), reader.u8(), reader.ub()];
  if (fieldVersion >= 8) reader.ub();
  const nullable = reader.u8() === 1;
  reader.u8();
  const name = reader.longText();
  expect([reader.longText(), reader.longText()]).toEqual(['', '']);
  const position = reader.ub();
  reader.ub();
  return { type, precision, scale, maxSize, charset, charsetForm, size, nullable, name, position };
}

/** Reads message 16 and demands that nothing is behind it. */
export function readDescribe(bytes: Buffer, fieldVersion: number): readonly ReadColumn[] {
  const reader = new BufferReader(bytes);
  expect(reader.u8()).toBe(16);
  expect(reader.clr()).toBeNull();
  reader.ub();
  const count = reader.ub();
  if (count > 0) reader.u8();
  const columns = Array.from({ length: count }, () => readColumn(reader, fieldVersion));
  reader.skipUb(6);
  expect(reader.remaining).toBe(0);
  return columns;
}
