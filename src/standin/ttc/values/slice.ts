/** Where a value lies in the bytes of a PostgreSQL row. One is reused for all values of a fetch. */
export interface Slice {
  bytes: Buffer;
  at: number;
  length: number;
}

export function sliceOf(bytes: Buffer): Slice {
  return { bytes, at: 0, length: bytes.length };
}
