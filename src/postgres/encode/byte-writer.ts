/** Size of the buffers handed to the socket. */
const BUFFER_BYTES = 65_536;

/** Bytes of a row that are written when their turn comes, for they lie in a file. */
export interface Hole {
  readonly bytes: number;
  readonly pieces: () => Iterable<Buffer>;
}

/** Smaller values are copied into the buffer. */
const LEAST_HOLE = 65_536;

/**
 * Collects rows in buffers of about 64 KB. A row never straddles two buffers, but for what it has of values that lie in a file; a buffer
 * handed over is not touched again.
 */
export class ByteWriter {
  /** Write at `position`, after `reserve`. */
  buffer: Buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  /** The same bytes: reads and writes a number in one step, big-endian as all of the protocol is. */
  view: DataView = viewOf(this.buffer);
  position = 0;
  private rowStart = 0;
  private full: Buffer[] = [];
  /** Of the present row, with the place in it where each belongs. */
  private holes: { readonly at: number; readonly hole: Hole }[] = [];
  private holeBytes = 0;

  /** Where the present row begins in `buffer`. */
  get start(): number {
    return this.rowStart;
  }

  /** Bytes of the present row, its holes included. */
  get rowBytes(): number {
    return this.position - this.rowStart + this.holeBytes;
  }

  get hasHoles(): boolean {
    return this.holes.length > 0;
  }

  /** Everything from here belongs to a new row. */
  beginRow(): void {
    this.rowStart = this.position;
    this.forgetHoles();
  }

  /** Forgets the present row. */
  dropRow(): void {
    this.position = this.rowStart;
    this.forgetHoles();
  }

  /** Writes bytes that lie in a file, or leaves their place open. */
  fromFile(hole: Hole): void {
    if (hole.bytes < LEAST_HOLE) {
      for (const piece of hole.pieces()) this.bytes(piece);
      return;
    }
    this.holes.push({ at: this.position - this.rowStart, hole });
    this.holeBytes += hole.bytes;
  }

  /** The bytes of the present row in their order, those of its holes as they are read. */
  *rowPieces(): Generator<Buffer> {
    const row = this.buffer.subarray(this.rowStart, this.position);
    let done = 0;
    for (const { at, hole } of this.holes) {
      yield row.subarray(done, at);
      yield* hole.pieces();
      done = at;
    }
    yield row.subarray(done);
  }

  /** All before the present row, which is then to be taken by its pieces; the next row has a buffer of its own. */
  takeBefore(): readonly Buffer[] {
    const before = [...this.full, this.buffer.subarray(0, this.rowStart)];
    this.full = [];
    return before;
  }

  /** After the present row was taken by its pieces. */
  startAnew(): void {
    this.buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
    this.view = viewOf(this.buffer);
    this.position = 0;
    this.beginRow();
  }

  /** Makes room for `bytes` at `position`; may replace `buffer`. */
  reserve(bytes: number): void {
    if (this.position + bytes > this.buffer.length) this.grow(bytes);
  }

  /** The buffers that are full; with `rest`, what is in the last one as well. */
  take(what: 'full' | 'rest'): readonly Buffer[] {
    if (what === 'rest') this.flush();
    if (this.full.length === 0) return NONE;
    const taken = this.full;
    this.full = [];
    return taken;
  }

  int16(value: number): void {
    this.reserve(2);
    this.view.setInt16(this.position, value);
    this.position += 2;
  }

  int32(value: number): void {
    this.reserve(4);
    this.view.setInt32(this.position, value);
    this.position += 4;
  }

  bytes(source: Uint8Array): void {
    this.reserve(source.length);
    this.buffer.set(source, this.position);
    this.position += source.length;
  }

  private forgetHoles(): void {
    if (this.holes.length === 0) return;
    this.holes = [];
    this.holeBytes = 0;
  }

  private flush(): void {
    this.rowStart = this.position;
    if (this.position > 0) this.grow(0);
  }

  /** Starts a new buffer with what there is of the present row. */
  private grow(bytes: number): void {
    const { buffer, rowStart, position } = this;
    if (rowStart > 0) this.full.push(buffer.subarray(0, rowStart));
    const begun = position - rowStart;
    this.buffer = Buffer.allocUnsafeSlow(Math.max(BUFFER_BYTES, (begun + bytes) * 2));
    this.view = viewOf(this.buffer);
    buffer.copy(this.buffer, 0, rowStart, position);
    this.rowStart = 0;
    this.position = begun;
  }
}

const NONE: readonly Buffer[] = [];

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}
