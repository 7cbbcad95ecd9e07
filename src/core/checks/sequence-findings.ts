import { cureHint } from '../run/cures';
import type { Issue } from '../issues';
import type { BehindSequence, ShortSequence } from '../run/outcomes';
import { beforeTheLoad, onceSignedOff } from './written-anew';

/**
 * What the application will meet at its first insert after the load, or when the sequence begins anew. `loaded`: rows of the run are in
 * the table.
 */
export function sequenceFindings(short: readonly ShortSequence[], since: 'nothing' | 'loaded'): Issue[] {
  return short.map(({ sequence, table, column, greatest, last, cycles, ...cure }) => ({
    code: 'SEQUENCE_SHORT',
    level: 'warning',
    subject: `${table}.${column}`,
    message: `sequence ${sequence} ends at ${grouped(last)}, and the column holds numbers up to ${grouped(greatest)}: ${
      cycles ? 'it begins anew with numbers that may be taken' : 'inserts that use it will fail'
    }`,
    hint: shortHint(cure, since),
  }));
}

const NO_GREATER = 'No sequence gives greater numbers: let the application number new rows in another way.';

function shortHint(
  { cures, rewrites }: Pick<ShortSequence, 'cures' | 'rewrites'>,
  since: 'nothing' | 'loaded',
): string {
  if (cures.length === 0) return NO_GREATER;
  if (!rewrites) return `Run: ${cures.join('; ')};`;
  return since === 'loaded' ? onceSignedOff(cures) : beforeTheLoad(cures);
}

/** What the application will meet at its first insert, for nobody has set the sequence past the loaded numbers. */
export function behindFindings(behind: readonly BehindSequence[]): Issue[] {
  return behind.map((found) => ({
    code: 'SEQUENCE_BEHIND',
    level: 'warning',
    subject: `${found.table}.${found.column}`,
    message: behindMessage(found),
    hint: cureHint(found.cures),
  }));
}

function behindMessage({ sequence, table, column, greatest, next }: BehindSequence): string {
  if (greatest === null) {
    return `this user may not read ${table}: whether sequence ${sequence} gives numbers that ${column} has is not known`;
  }
  const holds = `and the column holds numbers up to ${grouped(greatest)}`;
  return next === null
    ? `this user may not see where sequence ${sequence} stands, ${holds}: inserts that use it may fail`
    : `sequence ${sequence} gives ${grouped(next)} next, ${holds}: inserts that use it will fail`;
}

function grouped(number: string): string {
  return BigInt(number).toLocaleString('en-US');
}
