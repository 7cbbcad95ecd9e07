import type { BoundStatement, PgSession, Portal } from '../backend/pg-session';
import type { RowSink } from '../backend/wire';
import { BufferWriter } from '../ttc/format/buffer-writer';
import { rowEncoder, type ColumnEncoder } from '../ttc/row-encoder';

/** Rows as they go on the wire; valid until the next call on their source. */
export interface RowBatch {
  readonly bytes: Buffer;
  readonly count: number;
  /** There are no more behind these. */
  readonly last: boolean;
}

export interface RowSourceOptions {
  readonly pg: PgSession;
  readonly bound: BoundStatement;
  readonly columns: readonly ColumnEncoder[];
}

/** The rows of one execution of a query, encoded as they arrive and handed out in batches of any size. */
export class RowSource {
  readonly #rows = new BufferWriter(16_384);
  /** Where each row ends in the buffer. */
  readonly #ends: number[] = [];
  #next = 0;
  #ahead: Promise<void> | undefined;
  #failure: unknown;
  #encode: RowSink = () => undefined;

  private constructor(
    private readonly pg: PgSession,
    private portal: Portal | undefined,
  ) {}

  /** Starts the query and reads its first `rows` rows. Throws PgFailure. */
  static async open({ pg, bound, columns }: RowSourceOptions, rows: number): Promise<RowSource> {
    const source = new RowSource(pg, undefined);
    source.encodeAs(columns);
    const resultFormats = columns.map((column) => (column.binary ? 1 : 0));
    const wanted = rows === 0 ? 0 : rows + 1;
    source.portal = await pg.openPortal({ ...bound, resultFormats, rows: wanted }, (bytes, start, end) => {
      source.#encode(bytes, start, end);
      source.#ends.push(source.#rows.length);
    });
    return source;
  }

  /** From the next row read on, columns are encoded like this; they must come from PostgreSQL in the same format. */
  encodeAs(columns: readonly ColumnEncoder[]): void {
    this.#encode = rowEncoder(columns, this.#rows);
  }

  /** Up to `rows` rows: fewer only at the end. Throws PgFailure, also one met while reading ahead. */
  async take(rows: number): Promise<RowBatch> {
    await this.#settled();
    // one row more than asked for shows the end without another round trip
    const missing = rows + 1 - this.#available;
    if (missing > 0) await this.#read(missing);
    const count = Math.min(rows, this.#available);
    const start = this.#endOf(this.#next - 1);
    this.#next += count;
    const bytes = this.#rows.bytes.subarray(start, this.#endOf(this.#next - 1));
    return { bytes, count, last: this.#available === 0 && this.portal?.open !== true };
  }

  /** Starts to read the next batch while the client works on this one. The batch handed out is no longer valid. */
  readAhead(rows: number): void {
    if (this.portal?.open !== true || this.#ahead) return;
    const missing = rows + 1 - this.#available;
    if (missing <= 0) return;
    this.#ahead = this.#read(missing).catch((error: unknown) => {
      this.#failure = error;
    });
  }

  /** Brings all that is left into memory, so that nothing depends on PostgreSQL any more. */
  async readAll(): Promise<void> {
    await this.#settled();
    await this.#read(0);
  }

  /** Waits for reading ahead: nothing else may be asked of the session meanwhile. */
  async idle(): Promise<void> {
    await this.#ahead;
    this.#ahead = undefined;
  }

  /** The client wants no more rows. */
  close(): void {
    if (this.portal) this.pg.close(this.portal);
  }

  get #available(): number {
    return this.#ends.length - this.#next;
  }

  #endOf(row: number): number {
    return row < 0 ? 0 : (this.#ends[row] ?? 0);
  }

  async #settled(): Promise<void> {
    await this.idle();
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure as Error;
  }

  async #read(rows: number): Promise<void> {
    this.#compact();
    if (this.portal?.open === true) await this.pg.fetch(this.portal, rows);
  }

  /** Rows that were handed out make room for the next. */
  #compact(): void {
    const start = this.#endOf(this.#next - 1);
    if (this.#next === 0) return;
    this.#rows.bytes.copyWithin(0, start, this.#rows.length);
    this.#rows.length -= start;
    this.#ends.splice(0, this.#next);
    for (let i = 0; i < this.#ends.length; i++) this.#ends[i] = (this.#ends[i] ?? 0) - start;
    this.#next = 0;
  }
}
