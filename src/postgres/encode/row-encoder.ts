import type { TargetRow, TargetValue } from '../../core/mapping/wire';
import { ByteWriter } from './byte-writer';
import type { CellEncoder, CellValue } from './encoder';
import { NOT_TEXT, NULL_REFUSED, NUL_CHARACTER, SURROGATE, type CellFault } from './faults';
import { textOf } from './texts';

/** How one column is written. */
export interface ColumnCodec {
  readonly nullable: boolean;
  /** Null where the type is left to the server, by text. */
  readonly encode: CellEncoder | null;
}

/** A cell at fault: its position in the row. */
export interface RowFaultFound extends CellFault {
  readonly position: number;
}

/** Writes whole rows; null, or what keeps the row from being stored. */
export interface RowEncoder {
  readonly format: 'binary' | 'text';
  /** With `ordinal`, a first column of type int4 carries it. */
  readonly encode: (row: TargetRow, out: ByteWriter, ordinal?: number) => RowFaultFound | null;
}

const NULL_LENGTH = -1;
const INT4_BYTES = 4;

/** Rows as COPY's binary format has them. */
export function binaryRowEncoder(columns: readonly (ColumnCodec & { readonly encode: CellEncoder })[]): RowEncoder {
  const width = columns.length;
  return {
    format: 'binary',
    encode(row, out, ordinal) {
      out.int16(ordinal === undefined ? width : width + 1);
      if (ordinal !== undefined) {
        out.int32(INT4_BYTES);
        out.int32(ordinal);
      }
      for (let position = 0; position < width; position++) {
        const column = columns[position] as ColumnCodec & { readonly encode: CellEncoder };
        const fault = binaryCell(row[position] ?? null, column, out);
        if (fault !== null) return { ...fault, position };
      }
      return null;
    },
  };
}

function binaryCell(
  value: TargetValue,
  column: ColumnCodec & { readonly encode: CellEncoder },
  out: ByteWriter,
): CellFault | null {
  if (value !== null) return column.encode(value, out);
  if (!column.nullable) return NULL_REFUSED;
  out.int32(NULL_LENGTH);
  return null;
}

/** Rows as COPY's text format has them, for tables with a type that we do not encode; what we know is still checked. */
export function textRowEncoder(columns: readonly ColumnCodec[]): RowEncoder {
  const scratch = new ByteWriter();
  return {
    format: 'text',
    encode(row, out, ordinal) {
      const cells: string[] = ordinal === undefined ? [] : [String(ordinal)];
      for (const [position, column] of columns.entries()) {
        const value = row[position] ?? null;
        const fault = value === null ? (column.nullable ? null : NULL_REFUSED) : checked(value, column, scratch);
        if (fault !== null) return { ...fault, position };
        cells.push(value === null ? '\\N' : escaped(value));
      }
      out.bytes(Buffer.from(`${cells.join('\t')}\n`, 'utf8'));
      return null;
    },
  };
}

/** The binary encoder's verdict; its bytes are thrown away. */
function checked(value: CellValue, { encode }: ColumnCodec, scratch: ByteWriter): CellFault | null {
  if (encode !== null) {
    scratch.beginRow();
    const fault = encode(value, scratch);
    scratch.dropRow();
    return fault;
  }
  if (typeof value === 'boolean' || Buffer.isBuffer(value)) return null;
  const text = textOf(value);
  if (text === null) return NOT_TEXT;
  if (text.includes('\0')) return NUL_CHARACTER;
  return /\p{Surrogate}/u.test(text) ? SURROGATE : null;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(value: CellValue): string {
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (Buffer.isBuffer(value)) return `\\\\x${value.toString('hex')}`;
  return String(value).replace(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? character);
}
