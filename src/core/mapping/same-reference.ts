import { sameTable, type TableName } from './table-name';

/** What refers to something: columns and what they refer to, in the same order. */
interface Reference {
  readonly columns: readonly string[];
  readonly parent: TableName;
  readonly parentColumns: readonly string[];
}

/** Whether two refer to the same columns of the same table by the same columns, in whatever order. */
export function sameReference(a: Reference, b: Reference): boolean {
  const pairs = ({ columns, parentColumns }: Reference): string =>
    columns
      .map((column, index) => JSON.stringify([column, parentColumns[index]]))
      .sort()
      .join();
  return sameTable(a.parent, b.parent) && pairs(a) === pairs(b);
}
