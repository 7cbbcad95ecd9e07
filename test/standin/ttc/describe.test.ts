import { BufferWriter } from '../../../src/standin/ttc/format/buffer-writer';
import { writeDescribe } from '../../../src/standin/ttc/describe';
import { wireColumn } from '../../../src/standin/ttc/oracle-types';
import type { OracleColumn } from '../../../src/standin/contract/translation';
import { readDescribe, type ReadColumn } from '../support/response-reader';

type Shape = Omit<OracleColumn, 'name' | 'nullable'>;

function described(shapes: readonly Shape[], fieldVersion = 12): readonly ReadColumn[] {
  const out = new BufferWriter(4);
  const columns = shapes.map((shape, index) =>
    wireColumn({ ...shape, name: '', nullable: index % 2 === 0 }, `C${index}`),
  );
  writeDescribe(out, columns, fieldVersion);
  return readDescribe(out.written(), fieldVersion);
}

/** As STANDIN-PROTOCOL §5 has them: code, charset form, largest size in bytes, then what else is special. */
const TYPES: readonly (readonly [Shape, Partial<ReadColumn>])[] = [
  [
    { type: 'VARCHAR2', length: 30, charUsed: 'B' },
    { type: 1, charsetForm: 1, maxSize: 30, size: 30, charset: 873 },
  ],
  [
    { type: 'VARCHAR2', length: 30, charUsed: 'C' },
    { type: 1, charsetForm: 1, maxSize: 120, size: 30 },
  ],
  [
    { type: 'VARCHAR2', length: 4000, charUsed: 'C' },
    { type: 1, maxSize: 4000, size: 4000 },
  ],
  [
    { type: 'NVARCHAR2', length: 10 },
    { type: 1, charsetForm: 2, maxSize: 40, size: 10, charset: 2000 },
  ],
  [
    { type: 'CHAR', length: 8, charUsed: 'B' },
    { type: 96, charsetForm: 1, maxSize: 8, size: 8 },
  ],
  [
    { type: 'NCHAR', length: 8 },
    { type: 96, charsetForm: 2, maxSize: 32 },
  ],
  [{ type: 'NUMBER' }, { type: 2, charsetForm: 0, precision: 0, scale: -127, maxSize: 22, charset: 0 }],
  [
    { type: 'NUMBER', precision: 12, scale: 2 },
    { precision: 12, scale: 2 },
  ],
  [
    { type: 'NUMBER', precision: 5, scale: -2 },
    { precision: 5, scale: -2 },
  ],
  [
    { type: 'NUMBER', scale: 0 },
    { precision: 38, scale: 0 },
  ],
  [{ type: 'FLOAT' }, { type: 2, precision: 126, scale: -127 }],
  [{ type: 'LONG' }, { type: 8, charsetForm: 1, maxSize: 2 ** 31 - 1 }],
  [{ type: 'LONG RAW' }, { type: 24, charsetForm: 0, maxSize: 2 ** 31 - 1 }],
  [{ type: 'DATE' }, { type: 12, maxSize: 7 }],
  [
    { type: 'TIMESTAMP', scale: 9 },
    { type: 180, maxSize: 11, scale: 9 },
  ],
  [
    { type: 'TIMESTAMP WITH TIME ZONE', scale: 6 },
    { type: 181, maxSize: 13, scale: 6 },
  ],
  [
    { type: 'TIMESTAMP WITH LOCAL TIME ZONE', scale: 3 },
    { type: 231, maxSize: 11, scale: 3 },
  ],
  [
    { type: 'INTERVAL YEAR TO MONTH', precision: 2 },
    { type: 182, maxSize: 5, precision: 2 },
  ],
  [
    { type: 'INTERVAL DAY TO SECOND', precision: 2, scale: 6 },
    { type: 183, maxSize: 11, precision: 2, scale: 6 },
  ],
  [
    { type: 'RAW', length: 16 },
    { type: 23, charsetForm: 0, maxSize: 16 },
  ],
  [{ type: 'BINARY_FLOAT' }, { type: 100, maxSize: 4 }],
  [{ type: 'BINARY_DOUBLE' }, { type: 101, maxSize: 8 }],
  [{ type: 'ROWID' }, { type: 11, maxSize: 18 }],
  [{ type: 'UROWID' }, { type: 208, maxSize: 4000 }],
  [{ type: 'CLOB' }, { type: 112, charsetForm: 1, maxSize: 4000 }],
  [{ type: 'NCLOB' }, { type: 112, charsetForm: 2, maxSize: 4000 }],
  [{ type: 'BLOB' }, { type: 113, charsetForm: 0, maxSize: 4000 }],
];

describe('describe', () => {
  it.each([6, 7, 8, 12])('announces every type in field version %i', (fieldVersion) => {
    const shapes = TYPES.map(([shape]) => shape);
    const columns = described(shapes, fieldVersion);
    expect(columns).toHaveLength(TYPES.length);
    columns.forEach((column, index) => {
      const base = { name: `C${index}`, position: index + 1, nullable: index % 2 === 0 };
      expect(column).toMatchObject({ ...base, ...TYPES[index]![1] });
    });
  });

  it('never announces size 0, for which a client would read no value, nor a text that it would read a trailer behind', () => {
    for (const type of ['VARCHAR2', 'CHAR', 'NVARCHAR2', 'RAW'] as const) {
      for (const length of [0, 1, 2000, 4000, 32_767]) {
        const [column] = described([{ type, length, charUsed: 'C' }]);
        expect(column?.maxSize).toBeGreaterThan(0);
        expect(column?.maxSize).toBeLessThanOrEqual(4000);
      }
    }
  });

  it('of no columns is a message all the same, and names may be long and of any letters', () => {
    expect(described([])).toEqual([]);
    const out = new BufferWriter();
    writeDescribe(out, [wireColumn({ name: '', type: 'DATE', nullable: true }, 'SUM(Ä)'.repeat(60))], 12);
    expect(readDescribe(out.written(), 12)[0]?.name).toBe('SUM(Ä)'.repeat(60));
  });
});
