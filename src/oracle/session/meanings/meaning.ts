import type { ErrorCode, Remedy } from '../../../core/errors';

/** What an error number of the driver or of the database means to the user. */
export interface Meaning {
  readonly code: ErrorCode;
  /** What happened, in our words. */
  readonly message: string;
  readonly hint: string;
  /** The hint instead, where ORACLE_CONNECT_STRING says where the database is. */
  readonly hintByConnectString?: string;
  /** The driver's own first line names a host, a service or an identifier, never a value of a row: it is added. */
  readonly quote?: true;
  readonly remedy?: Remedy;
}

export type Meanings = Readonly<Record<string, Meaning>>;

/** The same meaning for several numbers. */
export function each(meaning: Meaning, ...numbers: readonly string[]): Meanings {
  return Object.fromEntries(numbers.map((number) => [number, meaning]));
}

export const THICK =
  'Install Oracle Instant Client 19 and set ORACLE_CLIENT_LIB_DIR (21 only reaches 12.1 and later, 23 only 19c and later).';
