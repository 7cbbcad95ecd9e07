import { createHash, type Hash } from 'node:crypto';
import { hashedText } from '../../core/rows/large-value';
import { VALUE_LIMITS } from '../../core/rows/value-limits';

const NEWLINE = 0x0a;
const TAB = 0x09;
const BACKSLASH = 0x5c;

/** The letter behind a backslash in COPY's text format, and the byte that the two stand for; any other stands for itself. */
const ESCAPES: ReadonlyMap<number, number> = new Map([
  [0x62, 0x08],
  [0x66, 0x0c],
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
  [0x76, 0x0b],
]);

/** One line of COPY's text format that is too long for the memory: it is taken in piece by piece. */
export class LongLine {
  private readonly done: (string | null)[] = [];
  private cell: LongCell;

  /** `hashable`: by cell, whether its value may be given by length and hash. */
  constructor(private readonly hashable: readonly boolean[]) {
    this.cell = this.nextCell();
  }

  /** Takes in a piece; where the line ends in it, the place behind its newline, else -1. */
  feed(piece: Buffer): number {
    let at = 0;
    for (;;) {
      // A newline and a tab within a value are escaped.
      const newline = piece.indexOf(NEWLINE, at);
      const tab = tabBefore(piece, at, newline);
      if (tab !== -1) {
        this.endCell(piece.subarray(at, tab));
        at = tab + 1;
        continue;
      }
      if (newline !== -1) {
        this.endCell(piece.subarray(at, newline));
        return newline + 1;
      }
      this.cell.add(piece.subarray(at));
      return -1;
    }
  }

  /** The cells, once the line has ended. */
  row(): readonly (string | null)[] {
    return this.done;
  }

  private endCell(last: Buffer): void {
    this.cell.add(last);
    this.done.push(this.cell.end());
    this.cell = this.nextCell();
  }

  private nextCell(): LongCell {
    return new LongCell(this.hashable[this.done.length] === true);
  }
}

function tabBefore(piece: Buffer, from: number, newline: number): number {
  const tab = piece.indexOf(TAB, from);
  return newline !== -1 && tab > newline ? -1 : tab;
}

class LongCell {
  private kept: Buffer[] = [];
  private bytes = 0;
  private hash: Hash | null = null;
  /** Units of UTF-16 that were hashed. */
  private units = 0;
  private escaped = false;

  constructor(private readonly hashable: boolean) {}

  add(piece: Buffer): void {
    if (piece.length === 0) return;
    if (this.hash !== null) {
      this.update(piece);
      return;
    }
    this.kept.push(piece);
    this.bytes += piece.length;
    if (!this.hashable || this.bytes <= VALUE_LIMITS.line) return;
    this.hash = createHash('sha256');
    for (const before of this.kept) this.update(before);
    this.kept = [];
  }

  end(): string | null {
    if (this.hash !== null) return hashedText(this.units, this.hash.digest('hex'));
    const text = Buffer.concat(this.kept).toString('utf8');
    return text === '\\N' ? null : unescapedText(text);
  }

  private update(piece: Buffer): void {
    const plain = Buffer.allocUnsafeSlow(piece.length);
    let length = 0;
    for (const byte of piece) {
      if (!this.escaped && byte === BACKSLASH) {
        this.escaped = true;
        continue;
      }
      const value = this.escaped ? (ESCAPES.get(byte) ?? byte) : byte;
      this.escaped = false;
      plain[length++] = value;
      // Each character is counted with its first byte; one of four bytes is two units.
      if ((value & 0xc0) !== 0x80) this.units += value >= 0xf0 ? 2 : 1;
    }
    this.hash?.update(plain.subarray(0, length));
  }
}

/** A cell's text without the escapes of COPY's text format. */
export function unescapedText(cell: string): string {
  if (!cell.includes('\\')) return cell;
  return cell.replace(/\\(.)/g, (_, character: string) => {
    const value = ESCAPES.get(character.charCodeAt(0));
    return value === undefined ? character : String.fromCharCode(value);
  });
}
