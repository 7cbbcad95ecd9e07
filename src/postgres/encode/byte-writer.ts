/** Size of the buffers handed to the socket. */
const BUFFER_BYTES = 65_536;

/** Collects rows in buffers of about 64 KB. A row never straddles two buffers; a buffer handed over is not touched again. */
export class ByteWriter {
  /** Write at `position`, after `reserve`. */
  buffer: Buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  /** The same bytes: reads and writes a number in one step, big-endian as all of the protocol is. */
  view: DataView = viewOf(this.buffer);
  position = 0;
  private rowStart = 0;
  private full: Buffer[] = [];

  /** Where the present row begins in `buffer`. */
  get start(): number {
    return this.rowStart;
  }

  /** Everything from here belongs to a new row. */
  beginRow(): void {
    this.rowStart = this.position;
  }

  /** Forgets the present row. */
  dropRow(): void {
    this.position = this.rowStart;
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
