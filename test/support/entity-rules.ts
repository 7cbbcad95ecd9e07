import { validateSync } from 'class-validator';
import { getMetadataArgsStorage } from 'typeorm';
import type { RowCheck } from '../../src/core/mapping/entity-contract';
import type { TableMapping } from '../../src/core/mapping/table-mapping';

/** class-validator itself as the check of rows: slow, and nothing of ours. */
export function entityRules(mapping: TableMapping): RowCheck {
  const Target = mapping.target as new () => Record<string, unknown>;
  const numeric = new Set(mapping.fields.map(({ property }) => property).filter((name) => isNumber(Target, name)));
  return (row) => {
    const entity = new Target();
    mapping.fields.forEach(({ property }, index) => {
      const value = row[index] ?? null;
      entity[property] = numeric.has(property) && value !== null ? Number(value) : value;
    });
    const errors = validateSync(entity, { forbidUnknownValues: false });
    const broken = errors.flatMap(({ property, constraints = {} }) =>
      Object.keys(constraints).map((reason) => ({ property, reason })),
    );
    return broken.length === 0 ? null : broken;
  };
}

/** The types that decorators emit do not tell: a nullable number is an Object to them. */
function isNumber(target: new () => object, name: string): boolean {
  const columns = getMetadataArgsStorage().columns.filter((column) => column.target === target);
  const type = columns.find(({ propertyName }) => propertyName === name)?.options.type;
  return type === 'int' || type === 'smallint';
}
