import { DataSource } from 'typeorm';
import { catalogueName, isTargetType, targetType } from '../../../../src/core/canonical/target-types';

/** Types of TypeORM that only the server can read, or that have no values of their own. */
const LEFT_TO_THE_SERVER =
  /^(enum|hstore|point|line|lseg|box|path|polygon|circle|tsvector|tsquery|jsonpath|geometry|geography|cube|ltree|vector|halfvec|.*range)$/;

describe('the types of target columns', () => {
  const { driver } = new DataSource({ type: 'postgres' });
  const types = driver.supportedDataTypes.map(String).filter((type) => !LEFT_TO_THE_SERVER.test(type));

  it.each(types)('are known by the name that TypeORM makes of %s', (type) => {
    const name = driver.normalizeType({ type: type as never, length: '', precision: null, scale: 0, isArray: false });
    expect([name, isTargetType(catalogueName(name))]).toEqual([name, true]);
  });

  it('are none for a name that every object has', () => {
    expect(targetType('constructor')).toBeNull();
    expect(isTargetType('toString')).toBe(false);
  });
});
