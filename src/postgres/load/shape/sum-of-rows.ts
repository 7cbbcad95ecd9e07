import type { TargetRow } from '../../../core/mapping/wire';
import { ByteWriter } from '../../encode/byte-writer';
import type { RowEncoder } from '../../encode/row-encoder';
import { RowSum } from '../../encode/row-sum';

/** The checksum of all rows but those `without`, as a plain load would have it. */
export function sumOfRows(rows: readonly TargetRow[], encoder: RowEncoder, without: ReadonlySet<number>): string {
  const sum = new RowSum();
  const out = new ByteWriter();
  for (const [index, row] of rows.entries()) {
    if (without.has(index)) continue;
    out.beginRow();
    if (encoder.encode(row, out) === null) addRow(sum, out);
    out.dropRow();
  }
  return sum.hex();
}

function addRow(sum: RowSum, out: ByteWriter): void {
  if (out.hasHoles) sum.addAll(out);
  else sum.add(out);
}
