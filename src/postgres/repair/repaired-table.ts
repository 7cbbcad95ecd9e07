import type { CanonicalKind } from '../../core/canonical/canonical-text';
import { canonicalKind } from '../catalogue/canonical-kind';
import type { TableShape } from '../load/shape/table-shape';

/** A table whose rows are mended for one entity. */
export interface RepairedTable {
  readonly entity: string;
  readonly shape: TableShape;
  readonly oid: number;
}

/** How values of the mapped columns are compared, in their order. */
export function kindsOf({ shape }: RepairedTable): CanonicalKind[] {
  return shape.columns.map(({ name }) => {
    const column = shape.catalogue.find((candidate) => candidate.name === name);
    return column === undefined ? 'as-stored' : canonicalKind(column);
  });
}
