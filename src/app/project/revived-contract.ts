import { reviver } from '../../class-validator/entity-values';
import type { EntityColumn, EntityContract } from '../../core/mapping/entity-contract';
import type { TableMapping } from '../../core/mapping/table-mapping';
import type { TargetValue } from '../../core/mapping/wire';

/**
 * The contract whose column transformers meet what the entity would hold (numbers, Dates, objects), as TypeORM calls them, and
 * not the text that travels through the pipeline.
 */
export function revivedContract(mapping: TableMapping, contract: EntityContract): EntityContract {
  return { ...contract, columns: contract.columns.map((column) => revivedColumn(mapping, column)) };
}

function revivedColumn(mapping: TableMapping, column: EntityColumn): EntityColumn {
  const { toDatabase } = column;
  const field = mapping.fields.find(({ property }) => property === column.property);
  if (toDatabase === null || field === undefined) return column;
  const revive = reviver(mapping.target, field, []);
  return { ...column, toDatabase: (value) => toDatabase(revive(value as TargetValue)) };
}
