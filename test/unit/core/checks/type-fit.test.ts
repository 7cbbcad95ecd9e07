import { fieldType } from '../../../../src/core/checks/field-type';
import { byTextIssues, typeFit } from '../../../../src/core/checks/type-fit';
import type { FieldMapping } from '../../../../src/core/mapping/table-mapping';
import type { SourceColumn } from '../../../../src/core/ports/legacy-source';
import type { TargetColumn } from '../../../../src/core/ports/target';
import { aTargetColumn } from '../../../support/a-run';

const target = (type: string, facts: Partial<TargetColumn> = {}) =>
  aTargetColumn('v', type, { nullable: true, ...facts });

const source = (dataType: string, facts: Partial<SourceColumn> = {}): SourceColumn => ({
  name: 'V',
  dataType,
  length: null,
  precision: null,
  scale: null,
  nullable: true,
  ...facts,
});

/** Codes of what stands against a legacy column that flows into a target column as it is. */
function found(from: SourceColumn, to: TargetColumn): string[] {
  const field = { columns: ['V'], transform: [] } as unknown as FieldMapping;
  return typeFit(fieldType(field, [from]), to, 'e.v').map(({ code, level }) => `${level} ${code}`);
}

const MISMATCH = ['error TYPE_MISMATCH'];

describe('what a legacy column hands to a target column', () => {
  it.each(['INTERVAL YEAR(4) TO MONTH', 'INTERVAL DAY(3) TO SECOND(6)'])(
    'fits an interval or a text: %s',
    (dataType) => {
      expect(found(source(dataType), target('interval'))).toEqual([]);
      expect(found(source(dataType), target('text'))).toEqual([]);
      for (const type of [
        'int4',
        'numeric',
        'time',
        'timetz',
        'timestamp',
        'bool',
        'bytea',
        'money',
        'uuid',
        '_text',
      ]) {
        expect([type, found(source(dataType), target(type))]).toEqual([type, MISMATCH]);
      }
    },
  );

  it('is warned of where an interval keeps fewer fields', () => {
    const days = source('INTERVAL DAY(3) TO SECOND(6)');
    expect(found(days, target('interval', { smallestField: 'month' }))).toEqual(['warning PRECISION_SHRINKS']);
    expect(found(days, target('interval', { smallestField: 'hour' }))).toEqual(['warning PRECISION_SHRINKS']);
    expect(found(days, target('interval', { smallestField: 'second' }))).toEqual([]);
    expect(found(source('INTERVAL YEAR TO MONTH'), target('interval', { smallestField: 'month' }))).toEqual([]);
  });

  it.each(['DATE', 'TIMESTAMP(6)', 'NUMBER', 'RAW', 'BLOB'])(
    'is no time of day, address, bits or array: %s',
    (dataType) => {
      for (const type of [
        'time',
        'timetz',
        'interval',
        'inet',
        'cidr',
        'macaddr',
        'bit',
        'varbit',
        'xml',
        '_int4',
        '_bytea',
      ]) {
        expect([type, found(source(dataType), target(type))]).toEqual([type, MISMATCH]);
      }
    },
  );

  it('says of a time with a zone that none is made up', () => {
    const field = { columns: ['V'], transform: [] } as unknown as FieldMapping;
    const [issue] = typeFit(fieldType(field, [source('TIMESTAMP(6)')]), target('timetz'), 'e.v');
    expect(issue?.hint).toContain('none is made up');
  });

  it.each(['time', 'timetz', 'interval', 'inet', 'macaddr8', 'bit', 'xml', 'name', 'char', '_int4', '_numeric'])(
    'may be a text for the type %s',
    (type) => {
      expect(found(source('VARCHAR2'), target(type))).toEqual([]);
    },
  );

  it.each([
    ['name', 63],
    ['char', 1],
  ])('is warned of where it may be longer than the type %s, which has room for %s bytes', (type, most) => {
    expect(found(source('VARCHAR2', { length: most + 1 }), target(type))).toEqual(['warning LENGTH_SHRINKS']);
    expect(found(source('VARCHAR2', { length: most }), target(type))).toEqual([]);
  });

  it('is warned of where a currency has fewer decimals', () => {
    const money = target('money', { scale: 2 });
    expect(found(source('NUMBER', { precision: 10, scale: 3 }), money)).toEqual(['warning SCALE_SHRINKS']);
    expect(found(source('NUMBER'), money)).toEqual(['warning SCALE_SHRINKS']);
    expect(found(source('NUMBER', { precision: 10, scale: 2 }), money)).toEqual([]);
    expect(found(source('NUMBER', { precision: 10, scale: 0 }), target('oid'))).toEqual([]);
  });

  it('is not judged where only the server can read the type, which is said', () => {
    const byText = target('hstore', { byText: true });
    expect(found(source('DATE'), byText)).toEqual([]);
    expect(byTextIssues(byText, 'e.v')).toMatchObject([{ code: 'TYPE_BY_TEXT', level: 'warning', subject: 'e.v' }]);
    expect(byTextIssues(target('interval'), 'e.v')).toEqual([]);
  });
});
