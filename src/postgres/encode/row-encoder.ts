import { largeIn, type LargeValue } from '../../core/rows/large-value';
import type { TargetRow, TargetValue } from '../../core/mapping/wire';
import type { ByteWriter } from './byte-writer';
import type { CellEncoder } from './encoder';
import { NULL_REFUSED, type CellFault } from './faults';
import { roomFault, type LargeCheck } from './large-cells';

/** How one column is written. */
export interface ColumnCodec {
  readonly nullable: boolean;
  readonly encode: CellEncoder;
  /** For values that lie in a file; those of other types are given as a whole. */
  readonly large?: LargeCheck | null;
}

/** A cell at fault: its position in the row. */
export interface RowFaultFound extends CellFault {
  readonly position: number;
}

/** Writes whole rows as COPY's binary format has them; null, or what keeps the row from being stored. */
export interface RowEncoder {
  /** With `ordinal`, a first column of type int4 carries it. */
  readonly encode: (row: TargetRow, out: ByteWriter, ordinal?: number) => RowFaultFound | null;
  /** Of the columns at those positions of the row alone. */
  readonly part: (positions: readonly number[]) => RowEncoder;
}

const NULL_LENGTH = -1;
const INT4_BYTES = 4;

/** Rows as COPY's binary format has them. */
export function binaryRowEncoder(
  columns: readonly ColumnCodec[],
  positions: readonly number[] = [...columns.keys()],
): RowEncoder {
  const width = positions.length;
  return {
    part: (chosen) => binaryRowEncoder(columns, chosen),
    encode(row, out, ordinal) {
      out.int16(ordinal === undefined ? width : width + 1);
      if (ordinal !== undefined) {
        out.int32(INT4_BYTES);
        out.int32(ordinal);
      }
      for (const position of positions) {
        const column = columns[position];
        if (column === undefined) break;
        const fault = binaryCell(row[position] ?? null, column, out);
        if (fault !== null) return { ...fault, position };
      }
      return null;
    },
  };
}

function binaryCell(value: TargetValue, column: ColumnCodec, out: ByteWriter): CellFault | null {
  const large = typeof value === 'object' ? largeIn(value) : null;
  if (large !== null) return largeCell(large, column, out);
  if (value !== null) return column.encode(value, out);
  if (!column.nullable) return NULL_REFUSED;
  out.int32(NULL_LENGTH);
  return null;
}

function largeCell(large: LargeValue, column: ColumnCodec, out: ByteWriter): CellFault | null {
  if (!column.large) return column.encode(large.whole(), out);
  const { bytes } = large.facts;
  const fault = column.large(large) ?? roomFault(out, bytes);
  if (fault !== null) return fault;
  out.int32(bytes);
  out.fromFile({ bytes, pieces: () => large.pieces() });
  return null;
}
