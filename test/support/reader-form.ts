import { rowIndexOf } from '../../src/core/rows/read-plan';
import type { ReadPlan } from '../../src/core/ports/legacy-source';
import type { LegacyRow, LegacyValue } from '../../src/core/mapping/wire';
import type { LegacyCell, LegacyTableData } from '../../src/demo/legacy/recipe';

/** Oracle type by column of one table, read off its CREATE TABLE statement. */
export function columnTypes(ddl: readonly string[], table: string): ReadonlyMap<string, string> {
  const statement = ddl.find((sql) => sql.startsWith(`CREATE TABLE ${table} (`)) ?? '';
  const columns = statement
    .split('\n')
    .slice(1, -1)
    .map((line) => line.trim());
  return new Map(
    columns
      .filter((line) => !line.startsWith('CONSTRAINT'))
      .map((line) => {
        const [, name = '', type = ''] = /^(\w+)\s+(.*?)\s*(?:NOT NULL)?,?$/.exec(line) ?? [];
        return [name, type] as const;
      }),
  );
}

/** The generator's rows as the legacy reader would hand them over: exact text, signed years, local time with offset. */
export function* readerRows(data: LegacyTableData, plan: ReadPlan, ddl: readonly string[]): Generator<LegacyRow> {
  const types = columnTypes(ddl, data.table);
  const sources = plan.columns.map(({ name, as }) => ({
    as,
    type: types.get(name) ?? '',
    at: data.columns.indexOf(name),
  }));
  for (const cells of data.rows) {
    yield [null, ...sources.map(({ as, type, at }) => readerValue(cells[at] ?? null, type, as))];
  }
}

/** The text at a column of a row as `readerRows` gives it. */
export function textAt(plan: ReadPlan, row: LegacyRow, column: string): string | null {
  const value = row[rowIndexOf(plan, column, 'text')];
  return typeof value === 'string' ? value : null;
}

function readerValue(cell: LegacyCell, type: string, as: 'text' | 'bytes'): LegacyValue {
  if (cell === null || cell === '') return null;
  if (Buffer.isBuffer(cell)) return cell;
  const text = String(cell);
  if (as === 'bytes') return Buffer.from(text, 'latin1');
  if (type === 'DATE' || type.endsWith('WITH TIME ZONE')) return ` ${text}`;
  return type.startsWith('TIMESTAMP') ? ` ${text.padEnd(29, '0')}` : text;
}
