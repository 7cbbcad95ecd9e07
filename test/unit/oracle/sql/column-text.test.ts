import type { SourceColumn } from '../../../../src/core/ports/legacy-source';
import { columnReader } from '../../../../src/oracle/sql/column-text';

const column = (dataType: string): SourceColumn => ({
  name: 'C',
  dataType,
  length: null,
  precision: null,
  scale: null,
  nullable: true,
});

describe('columnReader', () => {
  it.each([
    ['NUMBER', '"C"'],
    ['CHAR', '"C"'],
    ['LONG RAW', '"C"'],
    ['DATE', `TO_CHAR("C", 'SYYYY-MM-DD HH24:MI:SS')`],
    ['TIMESTAMP(9)', `TO_CHAR("C", 'SYYYY-MM-DD HH24:MI:SS.FF9')`],
    ['TIMESTAMP(6) WITH TIME ZONE', `TO_CHAR("C", 'SYYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM')`],
    ['TIMESTAMP(6) WITH LOCAL TIME ZONE', `TO_CHAR("C", 'SYYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM')`],
    ['INTERVAL DAY(2) TO SECOND(6)', 'TO_CHAR("C")'],
  ])('selects %s as exact text', (dataType, sql) => {
    expect(columnReader(column(dataType), 'text').sql).toBe(sql);
  });

  it('fetches the bytes of a character column undecoded', () => {
    expect(columnReader(column('VARCHAR2'), 'bytes').sql).toBe('UTL_RAW.CAST_TO_RAW("C")');
    expect(columnReader(column('BLOB'), 'bytes')).toEqual({ sql: '"C"', lob: 'bytes' });
  });

  it.each(['XMLTYPE', 'BFILE', 'SDO_GEOMETRY', 'ANYDATA', 'PHONE_LIST_TYP', 'constructor'])(
    'refuses %s by name, with the way round it',
    (dataType) => {
      expect(() => columnReader(column(dataType), 'text')).toThrow(
        `column C of type ${dataType} cannot be read as text`,
      );
    },
  );

  it('refuses bytes of what is no plain text', () => {
    expect(() => columnReader(column('NVARCHAR2'), 'bytes')).toThrow('cannot be read as bytes');
    expect(() => columnReader(column('DATE'), 'bytes')).toThrow('cannot be read as bytes');
  });
});
