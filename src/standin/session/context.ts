import { openWire } from '../backend/open-wire';
import { PgSession } from '../backend/pg-session';
import { OraError } from '../contract/ora-error';
import type { BufferWriter } from '../ttc/format/buffer-writer';
import { writeCallEnd, type CallEnd } from '../ttc/responses';
import type { Cursor } from './cursor';
import type { Database } from './database';
import { LobStore } from './lob-store';
import type { SessionSettings } from './session-settings';

/** Where a call leaves its answer. Parts that live in other buffers are sent from there, without a copy in between. */
export interface Answer {
  readonly out: BufferWriter;
  /** Rows, sent between what was written before and after they were set. */
  rows?: { readonly bytes: Buffer; readonly at: number };
  /** Done as soon as the answer has left: reading ahead. */
  afterwards?: () => void;
  /** The connection is to be cut instead of an answer. */
  drop?: boolean;
}

/** The state of one logged-in session. */
export class SessionContext {
  readonly cursors = new Map<number, Cursor>();
  readonly lobs = new LobStore();
  readonly #snapshots = new Map<number, PgSession>();
  #lastCursorId = 0;
  #closed = false;

  readonly database: Database;
  readonly settings: SessionSettings;
  readonly pg: PgSession;
  readonly fieldVersion: number;

  constructor(parts: Pick<SessionContext, 'database' | 'settings' | 'pg' | 'fieldVersion'>) {
    this.database = parts.database;
    this.settings = parts.settings;
    this.pg = parts.pg;
    this.fieldVersion = parts.fieldVersion;
  }

  nextCursorId(): number {
    return ++this.#lastCursorId;
  }

  /** Throws ORA-01001 for a cursor that is not open. */
  cursor(id: number): Cursor {
    const cursor = this.cursors.get(id);
    if (!cursor) throw new OraError(1001, 'invalid cursor');
    return cursor;
  }

  closeCursor(id: number): void {
    const cursor = this.cursors.get(id);
    if (!cursor) return;
    cursor.rows?.close();
    if (cursor.prepared) cursor.prepared.pg.forget(cursor.prepared.name);
    this.lobs.forgetCursor(id);
    this.cursors.delete(id);
  }

  get inTransaction(): boolean {
    return this.pg.state === 'writing';
  }

  /** Ends a call: message 4 with what is true of every call. */
  end(answer: Answer, end: Omit<CallEnd, 'inTransaction' | 'fieldVersion'>): void {
    writeCallEnd(answer.out, { ...end, inTransaction: this.inTransaction, fieldVersion: this.fieldVersion });
  }

  /** The PostgreSQL session that reads an SCN, opened when it is first needed. Throws ORA-08181, 01555, 01466. */
  async snapshotSession(scnText: string, tables: readonly string[]): Promise<PgSession> {
    const { scn, snapshot } = this.database.scns.snapshotOf(scnText, tables);
    const known = this.#snapshots.get(scn);
    if (known) return known;
    const session = await openSession(this.database.pgUrl, this.settings);
    await session.enterSnapshot(snapshot);
    this.#snapshots.set(scn, session);
    // The client has gone while it was opened: nobody else would end it, and the process would not end before it.
    if (this.#closed) session.end();
    return session;
  }

  /** Tells all PostgreSQL sessions of changed settings. */
  async applySettings(): Promise<void> {
    for (const session of this.#sessions()) await session.configure(this.settings.sql());
  }

  /** Nothing may be asked of PostgreSQL while a cursor reads ahead. */
  async idle(): Promise<void> {
    for (const cursor of this.cursors.values()) await cursor.rows?.idle();
  }

  async cancel(): Promise<void> {
    await Promise.all(this.#sessions().map((session) => session.cancel()));
  }

  /** Ends the PostgreSQL sessions; what was not committed is rolled back by it. */
  close(): void {
    this.#closed = true;
    this.lobs.close();
    for (const session of this.#sessions()) session.end();
  }

  #sessions(): PgSession[] {
    return [this.pg, ...this.#snapshots.values()];
  }
}

/** A PostgreSQL session that knows the schema and the user of the Oracle session. */
export async function openSession(pgUrl: string, settings: SessionSettings): Promise<PgSession> {
  const session = new PgSession(await openWire(pgUrl));
  await session.configure(settings.sql());
  return session;
}
