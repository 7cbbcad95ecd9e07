import { valueFindings } from '../../../../src/core/checks/data-findings';
import type { FieldMapping } from '../../../../src/core/mapping/table-mapping';
import type { ReadPlan, SourceTable } from '../../../../src/core/ports/legacy-source';
import { compileValueScan, mergeValueCounts } from '../../../../src/core/rows/value-scan';
import { stepOf } from '../../../../src/core/mapping/transform';
import { nulStripped } from '../../../../src/core/transforms';

const column = (name: string, dataType: string) => ({
  name,
  dataType,
  length: null,
  precision: null,
  scale: null,
  nullable: true,
});

const TABLE: SourceTable = {
  name: { owner: 'ABIS', name: 'T' },
  kind: 'table',
  columns: [column('ID', 'NUMBER'), column('NAME', 'VARCHAR2'), column('TEXT', 'CLOB'), column('TAG', 'RAW')],
  primaryKey: ['ID'],
  estimatedRows: null,
  averageRowBytes: null,
};

const PLAN: ReadPlan = {
  entity: 't',
  source: { owner: null, name: 'T' },
  columns: [
    { name: 'ID', as: 'text' },
    { name: 'NAME', as: 'text' },
    { name: 'TEXT', as: 'text' },
    { name: 'TAG', as: 'bytes' },
  ],
  key: ['ID'],
  where: null,
};

const reading = (asBytes: readonly string[], steps: FieldMapping['transform'] = []): FieldMapping[] => [
  {
    property: 'name',
    columns: ['NAME'],
    asBytes,
    transform: steps,
    nullRule: { kind: 'keep' },
    compile: () => () => null,
  },
];

describe('the look at source values', () => {
  it('reads bytes in place of text in a seven-bit database only, and hands the text on', () => {
    expect(compileValueScan(PLAN, TABLE, 'AL32UTF8').plan).toEqual(PLAN);
    const { plan, start } = compileValueScan(PLAN, TABLE, 'US7ASCII');
    expect(plan.columns.map(({ as }) => as)).toEqual(['text', 'bytes', 'text', 'bytes']);
    const scan = start();
    const row = [null, '1', Buffer.from('M\u00fcll', 'latin1'), 'text', Buffer.of(255)];
    expect(scan.look([row])).toEqual([[null, '1', 'M\ufffdll', 'text', Buffer.of(255)]]);
    expect(scan.counts()).toMatchObject([{ column: 'NAME', as: 'text', oddity: 'high-byte', count: 1 }]);
  });

  it('counts odd values by column, and names five rows at the most', () => {
    const scan = compileValueScan(PLAN, TABLE, 'WE8MSWIN1252').start();
    scan.look(
      Array.from({ length: 7 }, (_, row) => [
        `R${row}`,
        String(row),
        'a\0b',
        row === 0 ? '\u0092\ufffd' : 'ok',
        Buffer.of(0),
      ]),
    );
    const [nul, ...others] = scan.counts();
    expect(nul).toMatchObject({ column: 'NAME', oddity: 'nul', count: 7 });
    expect(nul?.samples).toHaveLength(5);
    expect(nul?.samples[0]).toEqual({ key: '["0"]', rowid: 'R0' });
    expect(others.map(({ column: name, oddity, count }) => [name, oddity, count])).toEqual([
      ['TEXT', 'replacement', 1],
      ['TEXT', 'control', 1],
    ]);
  });

  it('adds chunks up', () => {
    const scanOf = (rows: number) => {
      const scan = compileValueScan(PLAN, TABLE, 'AL32UTF8').start();
      scan.look(Array.from({ length: rows }, (_, row) => [null, String(row), '\0', null, null]));
      return scan.counts();
    };
    const merged = mergeValueCounts(mergeValueCounts([], scanOf(2)), scanOf(4));
    expect(merged).toMatchObject([{ column: 'NAME', count: 6 }]);
    expect(merged[0]?.samples).toHaveLength(5);
  });
});

describe('findings about source values', () => {
  const count = { column: 'NAME', count: 2, samples: [{ key: '["1"]', rowid: 'AAA' }] };

  it('are an error where bytes would be lost without a word', () => {
    const [found] = valueFindings(PLAN, reading([]), [{ ...count, as: 'text', oddity: 'high-byte' }]);
    expect(found).toMatchObject({ code: 'HIGH_BYTES', level: 'error', subject: 't.NAME' });
    expect(found?.message).toMatch(/, in 2 values; for example key \["1"\] \(ROWID AAA\)$/);
  });

  it.each([
    ['bytes', reading(['NAME']), 'high-byte' as const, 'bytes' as const],
    ['NUL characters', reading([], [stepOf(nulStripped)]), 'nul' as const, 'text' as const],
  ])('are a mere fact where the mapping provides for %s', (_, fields, oddity, as) => {
    expect(valueFindings(PLAN, fields, [{ ...count, as, oddity }])).toMatchObject([{ level: 'info' }]);
  });

  it('name a NUL once where text and bytes of a column were read', () => {
    const counts = (['text', 'bytes'] as const).map((as) => ({ ...count, as, oddity: 'nul' as const }));
    const columns = (['text', 'bytes'] as const).map((as) => ({ name: 'NAME', as }));
    expect(valueFindings({ ...PLAN, columns }, reading([]), counts)).toHaveLength(1);
  });
});
