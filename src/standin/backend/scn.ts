import { Client } from 'pg';
import { OraError } from '../contract/ora-error';

/** Holds one PostgreSQL snapshot open for an SCN. */
interface Keeper {
  readonly client: Client;
  readonly snapshot: string;
  readonly takenAt: number;
}

export interface ScnOptions {
  readonly pgUrl: string;
  /** Age from which a snapshot may be given up, once there are more than 32. */
  readonly undoRetentionSeconds: number;
  readonly now: () => number;
}

const KEPT_AT_LEAST = 32;

function snapshotTooOld(): OraError {
  return new OraError(1555, 'snapshot too old: rollback segment number 1 with name "_SYSSMU1$" too small');
}

function notAnScn(): OraError {
  return new OraError(8181, 'specified number is not a valid system change number');
}

function definitionChanged(): OraError {
  return new OraError(1466, 'unable to read data - table definition has changed');
}

/** The SCNs of one stand-in: numbers that grow with each commit, some of them with a snapshot that can be read again. */
export class ScnRegistry {
  /** Begins at the clock's milliseconds: an SCN of a stand-in that has ended must not name a snapshot of this one. */
  #current: number;
  readonly #keepers = new Map<number, Keeper>();
  readonly #agedOut = new Set<number>();
  /** When each table was last altered. */
  readonly #definitions = new Map<string, number>();

  constructor(private readonly options: ScnOptions) {
    this.#current = options.now();
  }

  get current(): number {
    return this.#current;
  }

  /** A transaction ended. */
  advance(): void {
    this.#current++;
  }

  /** DDL on these tables: what was read before cannot be read again. */
  markDefinitions(tables: readonly string[]): void {
    this.advance();
    for (const table of tables) this.#definitions.set(table, this.#current);
  }

  /** Takes a snapshot of the database as it is now, and returns the SCN by which sessions read it. */
  async take(): Promise<number> {
    await this.#ageOut();
    const client = new Client({ connectionString: this.options.pgUrl });
    client.on('error', () => undefined);
    await client.connect();
    await client.query('begin isolation level repeatable read');
    const { rows } = await client.query<{ id: string }>('select pg_export_snapshot() as id');
    const snapshot = rows[0]?.id ?? '';
    const scn = ++this.#current;
    this.#keepers.set(scn, { client, snapshot, takenAt: this.options.now() });
    return scn;
  }

  /** PostgreSQL's name of the snapshot of an SCN. Throws ORA-08181, ORA-01555, or ORA-01466 if a table was altered since. */
  snapshotOf(scnText: string, tables: readonly string[]): { readonly scn: number; readonly snapshot: string } {
    const scn = /^\d{1,15}$/.test(scnText) ? Number(scnText) : -1;
    if (this.#agedOut.has(scn)) throw snapshotTooOld();
    const keeper = this.#keepers.get(scn);
    if (!keeper) throw notAnScn();
    if (tables.some((table) => (this.#definitions.get(table) ?? 0) > scn)) throw definitionChanged();
    return { scn, snapshot: keeper.snapshot };
  }

  async close(): Promise<void> {
    const keepers = [...this.#keepers.values()];
    this.#keepers.clear();
    await Promise.all(keepers.map(({ client }) => client.end().catch(() => undefined)));
  }

  async #ageOut(): Promise<void> {
    const oldest = this.options.now() - this.options.undoRetentionSeconds * 1000;
    for (const [scn, { client, takenAt }] of [...this.#keepers]) {
      if (this.#keepers.size < KEPT_AT_LEAST || takenAt > oldest) return;
      this.#keepers.delete(scn);
      this.#agedOut.add(scn);
      await client.end().catch(() => undefined);
    }
  }
}
