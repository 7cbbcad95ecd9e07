import type { BufferWriter } from './format/buffer-writer';
import { CHARSET, CHARSET_FORM, MESSAGE } from './format/constants';
import type { WireColumn } from './oracle-types';

/** From this field version on, a column carries one more integer. */
const COLUMN_ID_VERSION = 8;

/** Message 16: the columns of a query. */
export function writeDescribe(out: BufferWriter, columns: readonly WireColumn[], fieldVersion: number): void {
  out.u8(MESSAGE.describe).u8(0);
  const rowSize = columns.reduce((sum, column) => sum + Math.min(column.maxSize, 0xffff), 0);
  out.ub(rowSize).ub(columns.length);
  if (columns.length > 0) out.u8(0);
  columns.forEach((column, index) => {
    writeColumn(out, { column, position: index + 1, fieldVersion });
  });
  out.ub(0).ub(0).ub(0).ub(0).ub(0).ub(0);
}

interface PlacedColumn {
  readonly column: WireColumn;
  readonly position: number;
  readonly fieldVersion: number;
}

function charsetOf(form: number): number {
  if (form === CHARSET_FORM.none) return 0;
  return form === CHARSET_FORM.national ? CHARSET.utf16 : CHARSET.utf8;
}

function writeColumn(out: BufferWriter, { column, position, fieldVersion }: PlacedColumn): void {
  out
    .u8(column.type)
    .u8(0)
    .u8(column.precision & 0xff)
    .u8(column.scale & 0xff);
  out.ub(column.maxSize).ub(0).ub(0).ub(0).ub(0);
  out.ub(charsetOf(column.charsetForm)).u8(column.charsetForm).ub(column.size);
  if (fieldVersion >= COLUMN_ID_VERSION) out.ub(0);
  out.u8(column.nullable ? 1 : 0).u8(Math.min(column.name.length, 30));
  out.longText(column.name).longText('').longText('').ub(position).ub(0);
}
