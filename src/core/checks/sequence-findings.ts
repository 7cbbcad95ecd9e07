import type { Issue } from '../issues';
import type { ShortSequence } from '../outcomes';

/** What the application will meet at its first insert after the load, or when the sequence begins anew. */
export function sequenceFindings(short: readonly ShortSequence[]): Issue[] {
  return short.map(({ sequence, table, column, greatest, last, cycles }) => ({
    code: 'SEQUENCE_SHORT',
    level: 'warning',
    subject: `${table}.${column}`,
    message: `sequence ${sequence} ends at ${grouped(last)}, and the column holds numbers up to ${grouped(greatest)}: ${
      cycles ? 'it begins anew with numbers that may be taken' : 'inserts that use it will fail'
    }`,
    hint: `Give the sequence a greater MAXVALUE (alter sequence … as bigint maxvalue …), and the column a type that holds it.`,
  }));
}

function grouped(number: string): string {
  return BigInt(number).toLocaleString('en-US');
}
