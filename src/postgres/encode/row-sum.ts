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

  /** Adds the present row of `out`, which has holes: the same as if it had none. What of it passes is handed on. */
  *addPieces(out: ByteWriter): Generator<Buffer> {
    const row = new RowHash(out.rowBytes);
    for (const piece of out.rowPieces()) {
      row.update(piece);
      yield piece;
    }
    const [high, low] = row.words();
    this.addHash(high, low);
  }

  /** The same where nobody wants the pieces. */
  addAll(out: ByteWriter): void {
    const pieces = this.addPieces(out);
    while (pieces.next().done !== true);
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

/** The hash of a row whose bytes come in pieces. */
class RowHash {
  private a: number;
  private b = 0x85ebca77;
  /** Bytes that make no whole word yet. */
  private rest: number[] = [];

  constructor(bytes: number) {
    this.a = 0x9e3779b1 ^ bytes;
  }

  update(piece: Buffer): void {
    let at = 0;
    while (this.rest.length > 0 && at < piece.length) {
      this.rest.push(piece[at++] ?? 0);
      if (this.rest.length < 4) continue;
      this.word(Buffer.from(this.rest).readInt32BE(0));
      this.rest = [];
    }
    const view = new DataView(piece.buffer, piece.byteOffset, piece.length);
    for (; at + 4 <= piece.length; at += 4) this.word(view.getInt32(at));
    for (; at < piece.length; at++) this.rest.push(piece[at] ?? 0);
  }

  words(): readonly [high: number, low: number] {
    for (const byte of this.rest) {
      this.a = Math.imul(this.a ^ byte, 0xcc9e2d51);
      this.b = Math.imul((this.b + byte) ^ (this.b >>> 13), 0x1b873593);
    }
    return wordsOf(this.a, this.b);
  }

  private word(word: number): void {
    const a = Math.imul(this.a ^ word, 0xcc9e2d51);
    this.a = (a << 15) | (a >>> 17);
    this.b = Math.imul((this.b + word) ^ (this.b >>> 15), 0x1b873593);
  }
}

function wordsOf(a: number, b: number): readonly [high: number, low: number] {
  return [mixed(b ^ mixed(a)), mixed(a + Math.imul(b, 5))];
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
