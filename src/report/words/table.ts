import { grouped } from '../../core/counted';
import { visible } from '../../core/words/visible';

/** One cell: text goes to the left, numbers (with thousands separators) to the right; null is a dash. */
export type Cell = string | number | null;

/** Aligned columns, two blanks apart, a heading and a rule; no trailing blanks. Lines without their end. */
export function tableLines(headings: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
  const isNumeric = headings.map((_, column) => rows.some((row) => typeof row[column] === 'number'));
  const texts = [headings, ...rows.map((row) => row.map(cellText))];
  const widths = headings.map((_, column) => Math.max(...texts.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row
      .map((text, column) =>
        isNumeric[column] === true ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  const [heading = [], ...body] = texts;
  return [line(heading), rule, ...body.map(line)];
}

function cellText(cell: Cell): string {
  if (cell === null) return '-';
  return typeof cell === 'number' ? grouped(cell) : visible(cell);
}
