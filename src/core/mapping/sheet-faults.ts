import { MigrationError } from '../errors';
import type { TransformStep } from './table-mapping';
import { stepOf, type Transform } from './transform';

/** The names of a field's columns. Throws MAPPING_INVALID where one is not a name. */
export function columnNames(columns: readonly string[], property: string): readonly string[] {
  const named = columns as readonly unknown[];
  if (named.every((column) => typeof column === 'string' && column !== '')) return columns;
  throw new MigrationError('MAPPING_INVALID', `the field of ${property} names a column that is empty or undefined`, {
    hint: "Write the column's name: from('CUST_NM').",
    facts: { property },
  });
}

/** The steps of a field's conversions. Throws MAPPING_INVALID where one is a bare function, whose name no plan or fingerprint could hold. */
export function stepsOf(chain: readonly Transform<never, unknown>[], property: string): readonly TransformStep[] {
  return chain.map((link) => {
    const written = link as Partial<Transform<never, unknown>> | undefined;
    if (typeof link === 'function' && written?.step !== undefined) return stepOf(link);
    throw new MigrationError('MAPPING_INVALID', `the field of ${property} has a conversion that is ${kindOf(link)}`, {
      hint: "Name it: transform('grade@1', [], (value) => …); where it is imported, correct the import.",
      facts: { property },
    });
  });
}

function kindOf(link: unknown): string {
  if (typeof link === 'function') return 'a function without a name for plan and fingerprint';
  return link === undefined ? 'undefined' : 'no conversion';
}

/** What stands in a sheet in place of a field. */
export function noField(property: string): MigrationError {
  return new MigrationError('MAPPING_INVALID', `the sheet has no field for ${property}`, {
    hint: "Write from('COLUMN'), lookup(…), computed(…), constant(…) or leftOut('why').",
    facts: { property },
  });
}
