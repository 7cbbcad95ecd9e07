import type { TargetRow } from '../../core/mapping/wire';
import { ByteWriter } from './byte-writer';
import type { RowEncoder, RowFaultFound } from './row-encoder';
import { RowSum } from './row-sum';

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const END_OF_ROWS = Buffer.from([0xff, 0xff]);

/** Rows on their way into one COPY, and what was found on it. Read the findings when the buffers are used up. */
export interface EncodedRows {
  readonly buffers: Iterable<Buffer>;
  readonly sum: RowSum;
  /** By index of the row: why it was left out. */
  readonly faults: Map<number, RowFaultFound>;
}

export interface EncodeOptions {
  readonly encoder: RowEncoder;
  /** `with`: each row begins with its index, for a staging table. */
  readonly ordinals: 'with' | 'without';
  /** Called once when half the rows are behind; the buffers before have been handed over. */
  readonly onHalf?: () => void;
}

/** Encodes rows while the buffers are being taken, so that the server works on one while the next is made. */
export function encodeRows(rows: readonly TargetRow[], options: EncodeOptions): EncodedRows {
  const sum = new RowSum();
  const faults = new Map<number, RowFaultFound>();
  return { buffers: buffersOf(rows, options, { sum, faults }), sum, faults };
}

function* buffersOf(
  rows: readonly TargetRow[],
  { encoder, ordinals, onHalf }: EncodeOptions,
  { sum, faults }: Pick<EncodedRows, 'sum' | 'faults'>,
): Generator<Buffer> {
  const out = new ByteWriter();
  const half = rows.length >> 1;
  out.bytes(SIGNATURE);
  let index = -1;
  for (const row of rows) {
    index += 1;
    if (index === half) onHalf?.();
    out.beginRow();
    const fault = encoder.encode(row, out, ordinals === 'with' ? index : undefined);
    if (fault === null && out.hasHoles) {
      yield* out.takeBefore();
      yield* sum.addPieces(out);
      out.startAnew();
    } else if (fault === null) {
      sum.add(out);
    } else {
      faults.set(index, fault);
      out.dropRow();
    }
    for (const buffer of out.take('full')) yield buffer;
  }
  if (rows.length === 0) onHalf?.();
  out.bytes(END_OF_ROWS);
  yield* out.take('rest');
}
