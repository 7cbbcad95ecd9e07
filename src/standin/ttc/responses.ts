import type { BufferWriter } from './format/buffer-writer';
import { MESSAGE } from './format/constants';
import type { RowidParts } from '../contract/rowid';

const IN_TRANSACTION = 0x02;
const CALL_DONE = 0x01;

/** End of data of a query, and of nothing else. */
export const END_OF_DATA = { ora: 1403, message: 'ORA-01403: no data found', position: -1 } as const;

export interface CallError {
  readonly ora: number;
  readonly message: string;
  /** 0-based offset into the SQL text, -1 if unknown. */
  readonly position: number;
}

/** A row of an array that failed while the others went on. */
export interface BatchError {
  readonly row: number;
  readonly error: CallError;
}

export interface CallEnd {
  readonly inTransaction: boolean;
  readonly cursorId?: number;
  readonly rowCount?: number;
  readonly error?: CallError;
  readonly rowid?: RowidParts;
  readonly batchErrors?: readonly BatchError[];
  readonly fieldVersion: number;
}

function callStatus(inTransaction: boolean): number {
  return inTransaction ? CALL_DONE | IN_TRANSACTION : CALL_DONE;
}

/** Message 9: a call without a result is done. */
export function writeStatus(out: BufferWriter, end: { readonly inTransaction: boolean }): void {
  out.u8(MESSAGE.status).ub(callStatus(end.inTransaction)).ub(0);
}

/** From this field version on, message 4 carries two more integers. */
const FIELD_VERSION_20 = 14;

/** Message 4: a call is done, well or badly. */
export function writeCallEnd(out: BufferWriter, end: CallEnd): void {
  const { error } = end;
  const number = error?.ora ?? 0;
  out
    .u8(MESSAGE.error)
    .ub(callStatus(end.inTransaction))
    .ub(0)
    .ub(end.rowCount ?? 0);
  out
    .ub(Math.min(number, 0xffff))
    .ub(0)
    .ub(0)
    .ub(end.cursorId ?? 0);
  // the position is two signed bytes: one behind 32767 is left out rather than wrong
  out.sb(error && error.position <= 0x7fff ? error.position : -1);
  out.zeros(6);
  writeRowid(out, end.rowid);
  out.ub(0).u8(0).u8(0).ub(0).ub(0).ub(0);
  writeBatchErrors(out, end.batchErrors ?? []);
  out.ub(number).ub(end.rowCount ?? 0);
  if (end.fieldVersion >= FIELD_VERSION_20) out.ub(0).ub(0);
  if (error) out.text(`${error.message}\n`);
}

function writeRowid(out: BufferWriter, rowid: RowidParts | undefined): void {
  out
    .ub(rowid?.object ?? 0)
    .ub(rowid?.file ?? 0)
    .u8(0);
  out.ub(rowid?.block ?? 0).ub(rowid?.slot ?? 0);
}

function writeBatchErrors(out: BufferWriter, errors: readonly BatchError[]): void {
  const some = errors.length > 0;
  out.ub(errors.length);
  if (some) out.u8(0);
  for (const { error } of errors) out.ub(error.ora);
  out.ub(errors.length);
  if (some) out.u8(0);
  for (const { row } of errors) out.ub(row);
  out.ub(errors.length);
  if (some) out.u8(0);
  for (const { error } of errors) out.ub(0).text(`${error.message}\n`).zeros(2);
}

/** Message 6: rows follow. */
export function writeRowHeader(out: BufferWriter): void {
  out.u8(MESSAGE.rowHeader).u8(0).ub(0).ub(0).ub(0).ub(0).ub(0).ub(0);
}

/** Message 8 of array DML: how many rows each iteration touched. */
export function writeRowCounts(out: BufferWriter, counts: readonly number[]): void {
  out.u8(MESSAGE.parameters).ub(0).ub(0).ub(0).ub(0).ub(counts.length);
  for (const count of counts) out.ub(count);
}

/** Message 8 of authentication: key, value and flags each. */
export function writePairs(out: BufferWriter, pairs: readonly (readonly [string, string, number?])[]): void {
  out.u8(MESSAGE.parameters).ub(pairs.length);
  for (const [key, value, flags] of pairs) out.pair(key, value, flags);
}
