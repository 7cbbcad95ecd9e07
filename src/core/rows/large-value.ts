import { createHash, hash, type Hash } from 'node:crypto';
import type { LegacyValue, TargetValue } from '../mapping/wire';
import type { Spill } from '../ports/spill';
import { VALUE_LIMITS } from './value-limits';

export interface LargeFacts {
  readonly kind: 'text' | 'bytes';
  /** In UTF-8 for a text. */
  readonly bytes: number;
  /** Units of UTF-16 of a text, else bytes. */
  readonly length: number;
  /** Characters of a text, a pair of surrogates being one, else bytes. */
  readonly characters: number;
  /** Of the canonical text, in hexadecimal; null where the value was not read. */
  readonly sha256: string | null;
  /** Why no text column can hold it. */
  readonly fault: 'nul' | 'surrogate' | null;
}

type Extent = readonly [at: number, length: number];

/**
 * A value that lies in a spill file and not in memory, in the place of a text or of bytes in a row. Only what copies values meets one:
 * conversions and rules are given values as they are.
 */
export class LargeValue {
  constructor(
    readonly facts: LargeFacts,
    /** Null where the value is known by its hash only. */
    private readonly place: { readonly spill: Spill; readonly extents: readonly Extent[] } | null,
    /** Put aside after it was read as a whole: it is to be had as a whole again. */
    readonly parked: boolean,
  ) {}

  /** Whether its bytes can be had, not its hash only. */
  get hasBytes(): boolean {
    return this.place !== null;
  }

  *pieces(): Generator<Buffer> {
    const { piece } = VALUE_LIMITS;
    for (const [at, length] of this.place?.extents ?? []) {
      for (let done = 0; done < length; done += piece) {
        yield this.place?.spill.read(at + done, Math.min(piece, length - done)) ?? NOTHING;
      }
    }
  }

  /** The value itself. */
  whole(): string | Buffer {
    const bytes = Buffer.allocUnsafeSlow(this.facts.bytes);
    let at = 0;
    for (const piece of this.pieces()) at += piece.copy(bytes, at);
    return this.facts.kind === 'text' ? bytes.toString('utf8') : bytes;
  }

  /** In the place of a value in a row. */
  asCell(): LegacyValue & TargetValue {
    // The types of cells stay those of values, for no conversion is ever given anything else.
    return this as unknown as Buffer;
  }
}

const NOTHING = Buffer.alloc(0);

/** The large value in a cell, or null. */
export function largeIn(cell: unknown): LargeValue | null {
  return cell instanceof LargeValue ? cell : null;
}

/** The cell, a large value that was parked as a whole again. */
export function unparked<T>(cell: T): T | string | Buffer {
  return cell instanceof LargeValue && cell.parked ? cell.whole() : cell;
}

/** Puts a value that is there as a whole into a spill file. */
export function parkedValue(value: string | Buffer, spill: Spill): LargeValue {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
  const characters = typeof value === 'string' ? charactersIn(value, bytes.length) : bytes.length;
  const kind = typeof value === 'string' ? 'text' : 'bytes';
  const facts = { kind, bytes: bytes.length, length: value.length, characters, sha256: null, fault: null } as const;
  return new LargeValue(facts, { spill, extents: [[spill.append(bytes), bytes.length]] }, true);
}

/** Takes in a value piece by piece, into a spill file or (null) for its hash only. */
export class LargeBuilder {
  private readonly hash: Hash = createHash('sha256');
  private readonly extents: Extent[] = [];
  private bytes = 0;
  private length = 0;
  private characters = 0;
  private fault: LargeFacts['fault'] = null;
  /** A first half of a surrogate pair at the end of a piece. */
  private rest = '';

  constructor(
    private readonly kind: LargeFacts['kind'],
    private readonly spill: Spill | null,
  ) {
    if (kind === 'bytes') this.hash.update('\\x');
  }

  /** Bytes so far. */
  get size(): number {
    return this.bytes;
  }

  add(piece: string | Buffer): void {
    if (typeof piece === 'string') this.addText(piece);
    else this.put(piece, piece.toString('hex'));
  }

  end(): LargeValue {
    if (this.rest !== '') this.putText(this.rest);
    const { kind, bytes, length, characters, fault } = this;
    const facts = { kind, bytes, length, characters, sha256: this.hash.digest('hex'), fault };
    return new LargeValue(facts, this.spill === null ? null : { spill: this.spill, extents: this.extents }, false);
  }

  private addText(piece: string): void {
    const text = this.rest + piece;
    const cut = isFirstHalf(text.charCodeAt(text.length - 1)) ? text.length - 1 : text.length;
    this.rest = text.slice(cut);
    if (cut > 0) this.putText(cut === text.length ? text : text.slice(0, cut));
  }

  private putText(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    if (text.includes('\0')) this.fault ??= 'nul';
    if (!(text as WellFormed).isWellFormed()) this.fault ??= 'surrogate';
    this.length += text.length;
    this.characters += charactersIn(text, bytes.length);
    this.put(bytes, bytes);
  }

  private put(bytes: Buffer, hashed: string | Buffer): void {
    this.hash.update(hashed);
    if (this.kind === 'bytes') {
      this.length += bytes.length;
      this.characters += bytes.length;
    }
    this.bytes += bytes.length;
    if (this.spill !== null && bytes.length > 0) this.extents.push([this.spill.append(bytes), bytes.length]);
  }
}

/** A value that was not read, for it is larger than may be. */
export function unreadValue(kind: LargeFacts['kind'], length: number): LargeValue {
  return new LargeValue({ kind, bytes: length, length, characters: length, sha256: null, fault: null }, null, false);
}

/** ES2023's types lack it. */
type WellFormed = string & { isWellFormed(): boolean };

function isFirstHalf(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function charactersIn(text: string, bytes: number): number {
  if (bytes === text.length) return bytes;
  let pairs = 0;
  for (let at = 0; at < text.length; at += 1) if (isFirstHalf(text.charCodeAt(at))) pairs += 1;
  return text.length - pairs;
}

/** What no canonical text holds: it marks one that stands there by length and hash. */
const MARK = '\0';

/** The form in which a long canonical text is compared and shown: its length and hash. */
export function hashedText(length: number, sha256: string): string {
  return `${MARK}${length} ${sha256}`;
}

export function isHashedText(text: string): boolean {
  return text.startsWith(MARK);
}

/** The parts of a text that `hashedText` made. */
export function hashedParts(text: string): { readonly length: number; readonly sha256: string } {
  const [length, sha256 = ''] = text.slice(MARK.length).split(' ');
  return { length: Number(length), sha256 };
}

/** The canonical text of a large value, by length and hash as any long one. */
export function hashedLarge({ facts }: LargeValue): string {
  const length = facts.kind === 'bytes' ? 2 + facts.length * 2 : facts.length;
  return hashedText(length, facts.sha256 ?? '');
}

/** A canonical text by its length and hash. */
export function hashedOf(text: string): string {
  return hashedText(text.length, hash('sha256', text, 'hex'));
}
