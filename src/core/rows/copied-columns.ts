import { catalogueName, targetType } from '../canonical/target-types';
import type { EntityContract } from '../mapping/entity-contract';
import type { FieldMapping, TableMapping } from '../mapping/table-mapping';

/**
 * The columns of a mapping whose values nothing but a copy reads: no conversion, lookup or computed field, no column transformer, and no
 * rule of their own (`ruled` holds the properties that have some). Their large values need not lie in memory.
 */
export function copiedColumns(
  mapping: Pick<TableMapping, 'key' | 'fields'>,
  contract: Pick<EntityContract, 'columns'>,
  ruled: ReadonlySet<string>,
): string[] {
  const isCopied = (field: FieldMapping): boolean => {
    const column = contract.columns.find(({ property }) => property === field.property);
    const isRead = field.transform.length > 0 || field.lookup !== undefined || field.asBytes.length > 0;
    const [top = ''] = field.property.split('.');
    return (
      !isRead &&
      !ruled.has(top) &&
      column?.toDatabase === null &&
      targetType(catalogueName(column.type))?.copied !== undefined
    );
  };
  const names = new Set(mapping.fields.flatMap(({ columns }) => columns));
  return [...names].filter((name) => {
    const readers = mapping.fields.filter(({ columns }) => columns.includes(name));
    return !mapping.key.includes(name) && readers.every(isCopied);
  });
}
