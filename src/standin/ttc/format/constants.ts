/** Numbers of the Two-Task Common protocol, named. Only what the stand-in sends or looks at. */

/** First byte of each message inside a request or a response. */
export const MESSAGE = {
  protocol: 1,
  dataTypes: 2,
  function: 3,
  error: 4,
  rowHeader: 6,
  rowData: 7,
  parameters: 8,
  status: 9,
  lobData: 14,
  describe: 16,
  piggyback: 17,
} as const;

export const FUNCTION = {
  reexecute: 4,
  fetch: 5,
  logoff: 9,
  commit: 14,
  rollback: 15,
  reexecuteAndFetch: 78,
  execute: 94,
  lobOperation: 96,
  closeCursors: 105,
  authPhaseTwo: 115,
  authPhaseOne: 118,
  cancelCursors: 120,
  endToEnd: 135,
  ping: 147,
  setSchema: 152,
  applicationContext: 154,
} as const;

/** Bits of the options word of function 94. */
export const EXECUTE_OPTION = {
  parse: 0x01,
  bind: 0x08,
  define: 0x10,
  execute: 0x20,
  fetch: 0x40,
  commit: 0x100,
  notPlsql: 0x8000,
  describeOnly: 0x20000,
  batchErrors: 0x80000,
} as const;

/** Type codes of columns, binds and defines. */
export const WIRE_TYPE = {
  varchar: 1,
  number: 2,
  binaryInteger: 3,
  long: 8,
  rowid: 11,
  date: 12,
  raw: 23,
  longRaw: 24,
  char: 96,
  binaryFloat: 100,
  binaryDouble: 101,
  cursor: 102,
  clob: 112,
  blob: 113,
  timestamp: 180,
  timestampTz: 181,
  intervalYearToMonth: 182,
  intervalDayToSecond: 183,
  urowid: 208,
  timestampLtz: 231,
  boolean: 252,
} as const;

/** Charset form: which of the two character sets of a database a text is in. */
export const CHARSET_FORM = { none: 0, database: 1, national: 2 } as const;

/** AL32UTF8 and AL16UTF16 in Oracle's numbering. */
export const CHARSET = { utf8: 873, utf16: 2000 } as const;

/** Largest text that is sent in place; a longer bind comes after all the others of its row. */
export const MAX_STRING_BYTES = 4000;

/** Above this the length of a value does not fit its one length byte, and the value is sent in chunks. */
export const MAX_SHORT_LENGTH = 252;
export const CHUNKED_LENGTH = 254;
export const CHUNK_BYTES = 32767;
