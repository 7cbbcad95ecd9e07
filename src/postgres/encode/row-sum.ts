import type { ByteWriter } from './byte-writer';

/**
 * An order-independent checksum of rows: the sum, modulo 2^64, of a 64-bit hash of each row's encoded bytes. Equal sums of
 * equally many rows mean equal rows, whatever order they came in. It guards against accidents, not against forgery.
 */
export class RowSum {
  private low = 0;
  private high = 0;

  /** Adds the present row of `out`. */
  add({ view, start, position: end }: ByteWriter): void {
    let a = 0x9e3779b1 ^ (end - start);
    let b = 0x85ebca77;
    let at = start;
    for (; at + 4 <= end; at += 4) {
      const word = view.getInt32(at);
      a = Math.imul(a ^ word, 0xcc9e2d51);
      a = (a << 15) | (a >>> 17);
      b = Math.imul((b + word) ^ (b >>> 15), 0x1b873593);
    }
    for (; at < end; at++) {
      const byte = view.getUint8(at);
      a = Math.imul(a ^ byte, 0xcc9e2d51);
      b = Math.imul((b + byte) ^ (b >>> 13), 0x1b873593);
    }
    this.addHash(mixed(b ^ mixed(a)), mixed(a + Math.imul(b, 5)));
  }

  /** 16 hex digits. */
  hex(): string {
    return hex(this.high) + hex(this.low);
  }

  private addHash(high: number, low: number): void {
    const sum = this.low + low;
    this.low = sum >>> 0;
    this.high = (this.high + high + (sum > 0xffffffff ? 1 : 0)) >>> 0;
  }
}

/** The sum of checksums, as of the chunks of one table. */
export function sumOf(checksums: readonly string[]): string {
  const sum = checksums.reduce((total, checksum) => total + BigInt(`0x${checksum}`), 0n);
  return BigInt.asUintN(64, sum).toString(16).padStart(16, '0');
}

/** Spreads each bit over the whole word. */
function mixed(word: number): number {
  let mixing = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixing = Math.imul(mixing ^ (mixing >>> 13), 0xc2b2ae35);
  return (mixing ^ (mixing >>> 16)) >>> 0;
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}
