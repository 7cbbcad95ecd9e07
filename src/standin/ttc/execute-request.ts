import { notImplemented } from '../contract/ora-error';
import type { BufferReader } from './format/buffer-reader';
import { EXECUTE_OPTION } from './format/constants';

/** Declared type of a bind or of a define. */
export interface WireType {
  readonly type: number;
  readonly maxSize: number;
  readonly charsetForm: number;
  readonly isArray: boolean;
}

export interface ExecuteRequest {
  readonly kind: 'execute';
  readonly options: number;
  /** 0: a new cursor is wanted. */
  readonly cursorId: number;
  /** Absent when a cursor that is known is to run again. */
  readonly sql: string | undefined;
  /** Rows wanted at once, when the fetch option is set. */
  readonly rows: number;
  readonly defines: readonly WireType[];
  /** Absent: those of the previous execution. */
  readonly bindTypes: readonly WireType[] | undefined;
  readonly wantsRowCounts: boolean;
  /** The rows of bind values, to be read by `readBindRows`. */
  readonly values: BufferReader;
}

export interface ReexecuteRequest {
  readonly kind: 'reexecute';
  readonly cursorId: number;
  /** Rows wanted at once; 0 for function 4 on a query. */
  readonly rows: number;
  readonly commit: boolean;
  readonly values: BufferReader;
}

export interface FetchRequest {
  readonly kind: 'fetch';
  readonly cursorId: number;
  readonly rows: number;
}

const VERSION_12_2 = 8;
const VERSION_12_2_EXT = 9;
const COMMIT_FLAG = 0x01;
const IS_ARRAY = 0x40;
const VECTOR_SIZE = 13;

/** Function 94. The fields not kept are lengths and pointers of features that are out of scope. */
export function readExecute(reader: BufferReader, fieldVersion: number): ExecuteRequest {
  const options = reader.ub();
  const cursorId = reader.ub();
  reader.skip(1);
  const sqlLength = reader.ub();
  reader.skip(1);
  reader.ub();
  reader.skip(3);
  const rows = reader.ub();
  reader.ub();
  reader.skip(1);
  const binds = reader.ub();
  reader.skip(6);
  const defineCount = reader.ub();
  const wantsRowCounts = skipToRowCounts(reader) > 0;
  skipVersionFields(reader, fieldVersion);
  const sql = sqlLength > 0 ? reader.text() : undefined;
  reader.skipUb(VECTOR_SIZE);
  const types = readTypes(reader, { count: defineCount > 0 ? defineCount : binds, fieldVersion });
  const defining = defineCount > 0;
  return {
    kind: 'execute',
    options,
    cursorId,
    sql,
    rows: (options & EXECUTE_OPTION.fetch) !== 0 ? rows : 0,
    defines: defining ? types : [],
    bindTypes: defining || binds === 0 ? undefined : types,
    wantsRowCounts,
    values: reader,
  };
}

function skipToRowCounts(reader: BufferReader): number {
  reader.ub();
  reader.skip(3);
  reader.ub();
  reader.skip(1);
  reader.skipUb(2);
  reader.skip(1);
  const size = reader.ub();
  reader.skip(1);
  return size;
}

function skipVersionFields(reader: BufferReader, fieldVersion: number): void {
  if (fieldVersion < VERSION_12_2) return;
  reader.skip(1);
  reader.ub();
  reader.skip(1);
  reader.ub();
  reader.skip(1);
  if (fieldVersion < VERSION_12_2_EXT) return;
  reader.skip(1);
  reader.ub();
}

function readTypes(reader: BufferReader, list: { count: number; fieldVersion: number }): WireType[] {
  const types: WireType[] = [];
  for (let i = 0; i < list.count; i++) {
    const type = reader.u8();
    const flags = reader.u8();
    reader.skip(2);
    const maxSize = reader.ub();
    reader.skipUb(2);
    if (reader.ub() > 0) throw notImplemented('a bind of an object type');
    reader.skipUb(2);
    const charsetForm = reader.u8();
    reader.ub();
    if (list.fieldVersion >= VERSION_12_2) reader.ub();
    types.push({ type, maxSize, charsetForm, isArray: (flags & IS_ARRAY) !== 0 });
  }
  return types;
}

/** Functions 4 and 78. */
export function readReexecute(reader: BufferReader, fetches: 'fetches' | 'executes only'): ReexecuteRequest {
  const cursorId = reader.ub();
  const iterations = reader.ub();
  reader.ub();
  const commit = (reader.ub() & COMMIT_FLAG) !== 0;
  return { kind: 'reexecute', cursorId, rows: fetches === 'fetches' ? iterations : 0, commit, values: reader };
}

/** Function 5. */
export function readFetch(reader: BufferReader): FetchRequest {
  return { kind: 'fetch', cursorId: reader.ub(), rows: reader.ub() };
}
