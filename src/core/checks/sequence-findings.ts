import type { Issue } from '../issues';
import type { ShortSequence } from '../outcomes';

/** What the application will meet at its first insert after the load, or when the sequence begins anew. */
export function sequenceFindings(short: readonly ShortSequence[]): Issue[] {
  return short.map(({ sequence, table, column, greatest, last, cycles, cures }) => ({
    code: 'SEQUENCE_SHORT',
    level: 'warning',
    subject: `${table}.${column}`,
    message: `sequence ${sequence} ends at ${grouped(last)}, and the column holds numbers up to ${grouped(greatest)}: ${
      cycles ? 'it begins anew with numbers that may be taken' : 'inserts that use it will fail'
    }`,
    hint:
      cures.length > 0
        ? `Run: ${cures.join('; ')};`
        : 'No sequence gives greater numbers: let the application number new rows in another way.',
  }));
}

function grouped(number: string): string {
  return BigInt(number).toLocaleString('en-US');
}
