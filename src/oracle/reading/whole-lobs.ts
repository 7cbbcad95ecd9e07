import { MigrationError } from '../../core/errors';
import type { LegacyRow, LegacyValue } from '../../core/mapping/wire';

/** Where the LOBs of a row are, and their lengths. */
export interface LobPlaces {
  readonly name: string;
  readonly kind: 'text' | 'bytes';
  readonly index: number;
  readonly lengthAt: number;
}

/** Uses the LOB lengths at the end of each row: tells empty from NULL, refuses a value that was cut, and drops the lengths. */
export function withLobs(rows: LegacyValue[][], lobs: readonly LobPlaces[], width: number): LegacyRow[] {
  for (const row of rows) {
    for (const { name, kind, index, lengthAt } of lobs) {
      const length = row[lengthAt] ?? null;
      if (length === '0') row[index] = kind === 'text' ? '' : Buffer.alloc(0);
      else if (!isWhole(row[index] ?? null, length)) throw lobCut(name);
    }
    row.length = width;
  }
  return rows;
}

/** CLOB lengths count UTF-16 units, or characters where the server counts those; BLOB lengths count bytes. */
export function isWhole(value: LegacyValue, length: LegacyValue | number): boolean {
  if (value === null || length === null) return value === length;
  if (value.length === Number(length)) return true;
  return typeof value === 'string' && Array.from(value).length === Number(length);
}

export function lobCut(column: string): MigrationError {
  return new MigrationError(
    'SOURCE_READ_FAILED',
    `a value of LOB column ${column} arrived with another length than the database has`,
    {
      hint: '"cutover migrate --resume" reads the chunk again; if it stays so, read the column through a view and report the driver version.',
      facts: { column },
    },
  );
}
