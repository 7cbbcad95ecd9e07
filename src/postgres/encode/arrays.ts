import { readArray, type ArrayText } from './array-literal';
import type { ByteWriter } from './byte-writer';
import type { CellEncoder, CellValue } from './encoder';
import { NOT_ARRAY, type CellFault } from './faults';

const NULL_LENGTH = -1;
const HEX = /^\\x(?:[\da-fA-F]{2})*$/;

/** An array of values that `encode` writes, from PostgreSQL's text of it; `oid` is the type of the elements. */
export function arrayEncoder(
  encode: CellEncoder,
  { oid, ofBytes }: { readonly oid: number; readonly ofBytes: boolean },
): CellEncoder {
  const valueOf = ofBytes ? bytesOf : (text: string): CellValue => text;
  return (value, out) => {
    const array = typeof value === 'string' ? readArray(value) : null;
    if (array === null) return NOT_ARRAY;
    const at = out.position - out.start;
    out.int32(0);
    writeHeader(array, oid, out);
    for (const element of array.elements) {
      if (element === null) {
        out.int32(NULL_LENGTH);
        continue;
      }
      const fault = encode(valueOf(element), out);
      if (fault !== null) return fault;
    }
    out.view.setInt32(out.start + at, out.position - out.start - at - 4);
    return null;
  };
}

/** Arrays whose elements only the server can judge, on their way into a text column: what can be told of the elements is told here. */
export function stagedArray(judge: CellEncoder, write: CellEncoder): CellEncoder {
  return (value, out) => {
    const array = typeof value === 'string' ? readArray(value) : null;
    if (array === null) return NOT_ARRAY;
    const at = out.position - out.start;
    for (const element of array.elements) {
      const fault: CellFault | null = element === null ? null : judge(element, out);
      out.position = out.start + at;
      if (fault !== null) return fault;
    }
    return write(value, out);
  };
}

function writeHeader({ dimensions, elements }: ArrayText, oid: number, out: ByteWriter): void {
  out.int32(dimensions.length);
  out.int32(elements.includes(null) ? 1 : 0);
  out.int32(oid | 0);
  for (const { length, first } of dimensions) {
    out.int32(length);
    out.int32(first);
  }
}

/** A text that is none of bytes stays one, which the encoder of bytes refuses. */
function bytesOf(text: string): CellValue {
  return HEX.test(text) ? Buffer.from(text.slice(2), 'hex') : text;
}
