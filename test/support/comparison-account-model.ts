import {
  LEGACY,
  slicesOf,
  WIDTH,
  type AccountVariant,
  type Edit,
  type Held,
  type Slice,
} from './comparison-account-variants';

interface Row {
  id: number;
  name: string;
  /** The entity that it was written for; null: by others. */
  owner: string | null;
  /** Nobody has written it since the run did. */
  intact: boolean;
  /** Committed after the run had counted the rows of others. */
  readonly late: boolean;
}

interface Account {
  readonly inserted: number;
  readonly updated: number;
  readonly skipped: number;
  readonly rejected: number;
}

/** What a comparison must say of an entity. */
export interface Judged {
  readonly tally: Account;
  readonly expected: number;
  readonly skipped: number;
  readonly others: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly codes: readonly string[];
}

/** A statement, and its parameters. */
export type Statement = readonly [string, readonly (string | number)[]];

/** The rows of a table that a run and others write, each with who has written it; by no code of the product. */
export class AccountModel {
  readonly slices: readonly Slice[];
  /** Entities whose load has ended, at a row of before. */
  readonly failed = new Set<string>();
  private rows: Row[];
  private readonly accounts = new Map<string, Account>();
  /** By entity: the keys that the run has written. */
  private readonly wanted = new Map<string, number[]>();
  /** Keys of rows that were turned away. */
  private readonly rejected = new Set<number>();
  private open: (Held & { readonly id: number }) | null = null;
  private late = 0;
  private edits = 0;

  constructor(private readonly variant: AccountVariant) {
    this.slices = slicesOf(variant);
    this.rows = variant.before.map((id) => others(id, `before ${id}`));
  }

  /** Statements of the rows that are there before. */
  setUp(): Statement[] {
    return this.rows.map(({ id, name }) => this.inserting(id, name));
  }

  /** The statement of a transaction that is open when the run begins; null where there is nothing to do. */
  hold(): Statement | null {
    const { held: wanted, before: keys, table } = this.variant;
    if (wanted === null) return null;
    const free = [...Array(12).keys()].map((at) => at + 1).filter((id) => !keys.includes(id));
    const among = wanted.how === 'insert' ? free : keys;
    const id = among[wanted.row % Math.max(1, among.length)];
    if (id === undefined) return null;
    this.open = { ...wanted, id };
    if (wanted.how === 'insert') return this.inserting(id, 'held');
    if (wanted.how === 'delete') return [`delete from ${table} where id = $1`, [id]];
    return [`update ${table} set name = 'held' where id = $1`, [id]];
  }

  load(): void {
    for (const slice of this.slices) this.loadOne(slice);
    this.commit();
  }

  /** The statements of an edit; none where there is no such row. */
  edit({ how: wanted, row: number }: Edit): Statement[] {
    const { table } = this.variant;
    this.edits += 1;
    const name = `edit ${this.edits}`;
    if (wanted === 'insert') return this.added(this.newKey(number), name);
    const row = this.rows[number % Math.max(1, this.rows.length)];
    if (row === undefined) return [];
    const same = this.rows.find((one) => one.id === row.id && one.name === row.name) ?? row;
    const where = `where ctid = (select ctid from ${table} where id = $1 and name = $2 order by nr limit 1)`;
    const told = [same.id, same.name] as const;
    if (wanted === 'copy') return this.added(table === 'entry' ? row.id : 500 + this.edits, row.name);
    same.intact = false;
    if (wanted === 'touch') return [[`update ${table} set name = name ${where}`, told]];
    if (wanted === 'update') {
      same.name = name;
      return [[`update ${table} set name = $3 ${where}`, [...told, name]]];
    }
    if (wanted === 'move') {
      same.id = 300 + this.edits;
      // Of nobody's making any more: nothing tells that it is the same row.
      return [[`update ${table} set id = $3 ${where}`, [...told, same.id]]];
    }
    this.rows.splice(this.rows.indexOf(same), 1);
    const gone: Statement = [`delete from ${table} ${where}`, told];
    if (wanted === 'delete') return [gone];
    return [gone, ...this.added(same.id, wanted === 'again' ? same.name : name)];
  }

  /** `moved`: of the entity, the chunks that are of an SCN which the comparison does not read, and all of them. */
  judged(entity: string, moved: { readonly chunks: number; readonly of: number }): Judged {
    const tally = this.accounts.get(entity) ?? NOTHING;
    const counts = this.differences(entity);
    const wanted = this.wanted.get(entity)?.length ?? 0;
    const { missing = 0, extra = 0, doubled = 0 } = counts;
    const others = this.rows.length - (wanted - missing + extra + doubled);
    const codes = [
      ...(moved.chunks > 0 ? ['SNAPSHOTS_DIFFER'] : []),
      ...(moved.chunks > 0 && moved.chunks < moved.of ? this.ofManyMoments() : []),
      ...this.ofTable(),
      ...(Object.keys(counts).length > 0 ? ['ROWS_DIFFER'] : []),
      ...(wanted === 0 && tally.skipped > 0 ? ['NOTHING_COMPARED'] : []),
    ];
    return { tally, expected: wanted, skipped: tally.skipped, others, counts, codes: codes.sort() };
  }

  private ofManyMoments(): string[] {
    return ['ACCOUNT_NOT_HELD', ...(this.variant.level === 'rows' ? ['CHECKSUM_NOT_RECOMPUTED'] : [])];
  }

  private added(id: number, name: string): Statement[] {
    this.rows.push(others(id, name));
    return [this.inserting(id, name)];
  }

  private inserting(id: number, name: string): Statement {
    return [`insert into ${this.variant.table} (id, name) values ($1, $2)`, [id, name]];
  }

  /** One that is free, where keys are unique: that of a legacy row which is not there, before all others. */
  private newKey(number: number): number {
    const keys = [...Array(LEGACY.length + 2).keys()].map((at) => at + 1);
    const free = this.variant.table === 'entry' ? keys : keys.filter((id) => !this.rows.some((row) => row.id === id));
    return free[number % Math.max(1, free.length)] ?? 400 + this.edits;
  }

  private loadOne({ entity, first, last }: Slice): void {
    const all = LEGACY.filter(({ id }) => id >= first && id <= last);
    const fitting = all.filter(({ name }) => name.length <= WIDTH);
    if (this.isAwaited(fitting.map(({ id }) => id))) this.commit();
    const twins = fitting.map(({ id }) => (this.variant.table === 'entry' ? undefined : this.twinOf(id)));
    const { policy } = this.variant;
    if (policy === 'abort' && twins.some((twin) => twin?.owner === null)) {
      this.failed.add(entity);
      return;
    }
    const account = { inserted: 0, updated: 0, skipped: 0, rejected: all.length - fitting.length };
    const wanted: number[] = [];
    for (const { id } of all.filter((row) => !fitting.includes(row))) this.rejected.add(id);
    for (const [at, { id, name }] of fitting.entries()) {
      const twin = twins[at];
      if (twin === undefined) {
        this.rows.push({ id, name, owner: entity, intact: true, late: false });
        account.inserted += 1;
        wanted.push(id);
      } else if (twin.owner !== null || policy === 'reject') {
        account.rejected += 1;
        this.rejected.add(id);
      } else if (policy === 'skip') account.skipped += 1;
      else {
        Object.assign(twin, { name, owner: entity, intact: true });
        if (twin.late) this.late += 1;
        account.updated += 1;
        wanted.push(id);
      }
    }
    this.accounts.set(entity, account);
    this.wanted.set(entity, wanted);
  }

  /** Whether the load comes to wait for the open transaction, so that it sees what that one has done. */
  private isAwaited(keys: readonly number[]): boolean {
    if (this.open === null || !keys.includes(this.open.id)) return false;
    const { how: done, id } = this.open;
    const { policy } = this.variant;
    if (done === 'insert' || policy === 'update') return true;
    // A row that is there for all others is in the way, unless the load has come to wait for it before it met another.
    return policy !== 'skip' && !keys.some((key) => key < id && this.twinOf(key) !== undefined);
  }

  private commit(): void {
    if (this.open === null) return;
    const { how: done, id } = this.open;
    this.open = null;
    if (done === 'insert') this.rows.push({ ...others(id, 'held'), late: true });
    else if (done === 'delete') this.rows = this.rows.filter((row) => row.id !== id);
    else for (const row of this.rows.filter((one) => one.id === id)) row.name = 'held';
  }

  private twinOf(id: number): Row | undefined {
    return this.rows.find((row) => row.id === id);
  }

  /** Whose rows are gone from the table, or came: it is the table's own count that is off, for all that fill it. */
  private ofTable(): string[] {
    const sum = (of: (account: Account) => number): number =>
      [...this.accounts.values()].reduce((total, account) => total + of(account), 0);
    const off = this.rows.length - this.variant.before.length - sum(({ inserted }) => inserted);
    if (off === 0) return [];
    const intact = this.rows.filter((row) => row.owner !== null && row.intact).length;
    const isWhole = intact === sum(({ inserted, updated }) => inserted + updated);
    const mayCome = sum(({ skipped }) => skipped) + this.late;
    return [isWhole && off <= mayCome ? 'OTHERS_CHANGED' : 'COUNT_MISMATCH'];
  }

  /** By kind, without zeros. */
  private differences(entity: string): Record<string, number> {
    const { level, before: keys } = this.variant;
    const skipped = this.accounts.get(entity)?.skipped ?? 0;
    const isAlone = this.slices.length === 1 && keys.length === 0 && skipped === 0;
    const counts = { missing: 0, extra: 0, doubled: 0, different: 0 };
    const mine = this.rows.filter((row) => !row.intact || row.owner === null || row.owner === entity);
    const wanted = this.wanted.get(entity) ?? [];
    for (const id of wanted) {
      const there = mine.filter((row) => row.id === id);
      const right = LEGACY.find((row) => row.id === id)?.name;
      const isThere = there.some(({ name }) => level === 'keys' || name === right);
      if (there.length === 0) counts.missing += 1;
      else if (!isThere) counts.different += 1;
      if (isAlone) counts.doubled += Math.max(0, there.length - 1);
    }
    if (isAlone) counts.extra = mine.filter(({ id }) => !wanted.includes(id) && !this.rejected.has(id)).length;
    return Object.fromEntries(Object.entries(counts).filter(([, rows]) => rows > 0));
  }
}

const NOTHING: Account = { inserted: 0, updated: 0, skipped: 0, rejected: 0 };

function others(id: number, name: string): Row {
  return { id, name, owner: null, intact: false, late: false };
}
