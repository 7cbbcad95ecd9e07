import type { Parameter } from './frontend-messages';
import { bindMessage, closeMessage, describeStatementMessage, executeMessage, parseMessage } from './frontend-messages';
import { queryMessage, SYNC } from './frontend-messages';
import { PgFailure } from './pg-failure';
import type { PgWire, Reply, RowSink } from './wire';

/** A query that is being read. Rows go to the same sink from the first to the last. */
export interface Portal {
  readonly name: string;
  readonly onRow: RowSink;
  /** False as soon as the last row was delivered. */
  open: boolean;
}

/** A prepared statement with its values for one execution. */
export interface BoundStatement {
  readonly statement: string;
  readonly parameters: readonly Parameter[];
}

/**
 * `none`; `reading`: only there to keep portals alive, ends with the last of them (Oracle's readers hold nothing);
 * `writing`: something was changed or locked; `snapshot`: reads one fixed SCN and never ends.
 */
export type TransactionState = 'none' | 'reading' | 'writing' | 'snapshot';

const SAVEPOINT = 'standin_statement';
const TO_SAVEPOINT = `rollback to savepoint ${SAVEPOINT}`;
/** DDL waits no longer than this for readers half way through a table; Oracle's would not wait for them at all. */
const DDL_LOCK_TIMEOUT = "set local lock_timeout = '2s'";

/** One PostgreSQL session with Oracle's idea of transactions: statement-level rollback, cursors that survive commits. */
export class PgSession {
  #state: TransactionState = 'none';
  #savepoint = false;
  #closes: Buffer[] = [];
  #portalCount = 0;
  #settings = '';
  #settingsAtRisk = false;
  readonly #portals = new Set<Portal>();

  constructor(private readonly wire: PgWire) {}

  get state(): TransactionState {
    return this.#state;
  }

  /** Pins the session to an exported snapshot, for good. */
  async enterSnapshot(id: string): Promise<void> {
    await this.#query(`begin isolation level repeatable read read only; set transaction snapshot '${id}'`);
    this.#state = 'snapshot';
  }

  /** Session settings as SQL; they outlive rollbacks. */
  async configure(sql: string): Promise<void> {
    await this.#query(sql);
    this.#settings = sql;
    this.#settingsAtRisk = this.#state !== 'none';
  }

  /** Parses a statement under a name of the caller's and reports its parameters and columns. Throws PgFailure. */
  async prepare(name: string, sql: string, parameterTypes: readonly number[]): Promise<Reply> {
    const messages = [closeMessage('statement', name), parseMessage(name, sql, parameterTypes)];
    messages.push(describeStatementMessage(name), SYNC);
    return this.#guarded(messages, this.#state === 'none' ? 'none' : this.#readGuard());
  }

  /** Frees a prepared statement with the next message that is sent. */
  forget(statement: string): void {
    this.#closes.push(closeMessage('statement', statement));
  }

  /** Starts a query and delivers its first `rows` rows (0: none yet). Throws PgFailure. */
  async openPortal(
    bound: BoundStatement & { resultFormats: readonly number[]; rows: number },
    onRow: RowSink,
  ): Promise<Portal> {
    const portal: Portal = { name: `p${++this.#portalCount}`, onRow, open: true };
    const messages = [bindMessage({ portal: portal.name, ...bound })];
    if (bound.rows > 0) messages.push(executeMessage(portal.name, bound.rows));
    messages.push(SYNC);
    const guard = this.#readGuard();
    if (this.#state === 'none') this.#state = 'reading';
    const reply = await this.#guarded(messages, guard, onRow);
    this.#portals.add(portal);
    if (bound.rows > 0 && !reply.suspended) this.close(portal);
    return portal;
  }

  /** Delivers up to `rows` more rows (0: all). Throws PgFailure; the portal is then gone. */
  async fetch(portal: Portal, rows: number): Promise<void> {
    if (!portal.open) return;
    const others = this.#portals.size > 1 || this.#state !== 'reading';
    try {
      const reply = await this.#guarded(
        [executeMessage(portal.name, rows), SYNC],
        others ? this.#readGuard() : 'none',
        portal.onRow,
      );
      if (!reply.suspended) this.close(portal);
    } catch (error) {
      this.close(portal);
      throw error;
    }
  }

  close(portal: Portal): void {
    if (!portal.open) return;
    portal.open = false;
    this.#portals.delete(portal);
    this.#closes.push(closeMessage('portal', portal.name));
    if (this.#portals.size > 0) return;
    if (this.#state === 'reading') this.#endReading();
    else if (this.#state === 'snapshot' && this.#savepoint) this.#releaseTables();
  }

  /** Runs a DML statement once per row of parameters. Stops at the first that fails: the earlier ones stay applied. */
  async write(statement: string, rows: readonly (readonly Parameter[])[]): Promise<WriteOutcome> {
    const before = this.#state;
    const guard = this.#writeGuard();
    this.#state = before === 'snapshot' ? before : 'writing';
    const messages = rows.flatMap((parameters) => [
      bindMessage({ portal: '', statement, parameters, resultFormats: [] }),
      executeMessage('', 0),
    ]);
    const reply = await this.#exchange([...messages, SYNC], guard);
    if (!reply.error) return { counts: reply.counts };
    await this.#recover(reply, before);
    const done = reply.counts.length;
    if (done === 0) return { counts: [], error: reply.error };
    const again = await this.write(statement, rows.slice(0, done));
    return { counts: again.counts, error: again.error ?? reply.error };
  }

  /** Opens a transaction that lasts until commit or rollback; for statements that lock. */
  async beginWriting(): Promise<void> {
    if (this.#state === 'snapshot' || this.#state === 'writing') return;
    if (this.#state === 'none') await this.#query('begin');
    this.#state = 'writing';
  }

  /** Runs transaction control (savepoints) of the client inside its transaction. */
  async control(sql: string): Promise<void> {
    await this.beginWriting();
    if (this.#savepoint) await this.#query(`release savepoint ${SAVEPOINT}`);
    this.#savepoint = false;
    const reply = await this.wire.exchange([queryMessage(`savepoint ${SAVEPOINT}_control; ${sql}`)]);
    if (!reply.error) return;
    await this.#query(`rollback to savepoint ${SAVEPOINT}_control`);
    throw new PgFailure(reply.error);
  }

  /** Ends a writing transaction; what is still to be read is brought into memory first. */
  async commit(): Promise<void> {
    if (this.#state === 'writing') await this.#finish('commit');
  }

  async rollback(): Promise<void> {
    if (this.#state === 'writing') await this.#finish('rollback');
  }

  /** Runs DDL in a transaction of its own, after committing what is open. Throws PgFailure. */
  async ddl(sql: string): Promise<void> {
    if (this.#state !== 'none') await this.#finish('commit');
    await this.#query(`begin; ${DDL_LOCK_TIMEOUT}`);
    const reply = await this.wire.exchange([queryMessage(sql)], { cancellable: true });
    await this.#query(reply.error ? 'rollback' : 'commit');
    if (reply.error) throw new PgFailure(reply.error);
  }

  /** One statement without rows or parameters, outside of any transaction of the client. */
  async scalar(sql: string): Promise<number> {
    const reply = await this.wire.exchange([queryMessage(sql)], { cancellable: true });
    if (reply.error) throw new PgFailure(reply.error);
    return reply.counts.at(-1) ?? 0;
  }

  /** Resolves when PostgreSQL was told to stop what it does for this session. */
  async cancel(): Promise<void> {
    await this.wire.cancel();
  }

  end(): void {
    this.wire.end();
  }

  async #finish(verb: 'commit' | 'rollback'): Promise<void> {
    for (const portal of [...this.#portals]) await this.fetch(portal, 0);
    if (this.#state === 'none') return;
    const reply = await this.wire.exchange([queryMessage(verb)]);
    this.#state = 'none';
    this.#savepoint = false;
    if (verb === 'rollback' || reply.error) await this.#restoreSettings();
    this.#settingsAtRisk = false;
    if (reply.error) throw new PgFailure(reply.error);
  }

  async #restoreSettings(): Promise<void> {
    if (this.#settingsAtRisk) await this.#query(this.#settings);
  }

  #endReading(): void {
    this.#state = 'none';
    this.#savepoint = false;
    this.#settingsAtRisk = false;
    this.#send('commit');
  }

  /** A snapshot lives on, but its reader's table locks would keep DDL out as long: they go with the savepoint. */
  #releaseTables(): void {
    this.#send(TO_SAVEPOINT);
  }

  /** Not awaited: the wire keeps the order, and a loss of the connection shows with the next statement. */
  #send(sql: string): void {
    this.wire.exchange([...this.#closes.splice(0), queryMessage(sql)]).catch(() => undefined);
  }

  async #query(sql: string): Promise<void> {
    const reply = await this.wire.exchange([queryMessage(sql)]);
    if (reply.error) throw new PgFailure(reply.error);
  }

  /** What must be said before a query so that its failure hurts nothing else. */
  #readGuard(): string {
    if (this.#state === 'none') return 'begin';
    return this.#state === 'reading' && this.#portals.size === 0 ? 'none' : this.#savepointText();
  }

  #writeGuard(): string {
    return this.#state === 'none' ? `begin; ${this.#savepointText()}` : this.#savepointText();
  }

  #savepointText(): string {
    // what a snapshot has locked so far must not be kept with its transaction
    if (this.#savepoint && this.#state === 'snapshot' && this.#portals.size === 0) return TO_SAVEPOINT;
    const release = this.#savepoint ? `release savepoint ${SAVEPOINT}; ` : '';
    this.#savepoint = true;
    return `${release}savepoint ${SAVEPOINT}`;
  }

  async #guarded(messages: readonly Buffer[], guard: string, onRow?: RowSink): Promise<Reply> {
    const before = guard === 'begin' ? 'none' : this.#state;
    const reply = await this.#exchange(messages, guard, onRow);
    if (!reply.error) return reply;
    await this.#recover(reply, before);
    throw new PgFailure(reply.error);
  }

  #exchange(messages: readonly Buffer[], guard: string, onRow?: RowSink): Promise<Reply> {
    const prefix = guard === 'none' ? [] : [queryMessage(guard)];
    return this.wire.exchange([...prefix, ...this.#closes.splice(0), ...messages], {
      readies: prefix.length + 1,
      cancellable: true,
      ...(onRow ? { onRow } : {}),
    });
  }

  /** After a failed statement: back to where it started, so that the transaction goes on without it. */
  async #recover(reply: Reply, before: TransactionState): Promise<void> {
    if (reply.status !== 'E') {
      this.#state = before;
      return;
    }
    if (this.#savepoint && before !== 'none') {
      await this.#query(TO_SAVEPOINT);
      this.#state = before;
      return;
    }
    await this.#query('rollback');
    for (const portal of this.#portals) portal.open = false;
    this.#portals.clear();
    this.#state = 'none';
    this.#savepoint = false;
    await this.#restoreSettings();
    this.#settingsAtRisk = false;
  }
}

export interface WriteOutcome {
  /** Rows affected, one entry per row of parameters that succeeded. */
  readonly counts: readonly number[];
  readonly error?: PgFailure['error'];
}
