import fc from 'fast-check';
import type { ConflictPolicy } from '../../src/core/run/conflicts';

/** The legacy rows; a name that is too long for the target makes a row a reject. */
export const LEGACY = Array.from({ length: 8 }, (_, at) => ({
  id: at + 1,
  name: at % 4 === 2 ? 'a name that is too long' : `name ${at + 1}`,
}));
export const WIDTH = 12;

/** One recognises its rows by their primary key, the other by a legacy key of which it may have several. */
export type Table = 'person' | 'entry';
/** Whether the transaction that writes was begun before the run, while it loaded, or after it. */
export type Writer = 'older' | 'beside' | 'younger';

/** What somebody else does to the table; `row` chooses which row, or which new key. */
export interface Edit {
  readonly how: 'update' | 'touch' | 'delete' | 'insert' | 'copy' | 'again' | 'exchange' | 'move';
  readonly row: number;
  readonly by: Writer;
}

/** Done before the run begins and committed while it loads. */
export interface Held {
  readonly how: 'insert' | 'delete' | 'update';
  readonly row: number;
}

export interface AccountVariant {
  readonly table: Table;
  readonly policy: ConflictPolicy;
  /** One mapping of all rows; or two that part them, or that both take some. */
  readonly mappings: 'one' | 'parted' | 'overlapping';
  /** Keys that the table has before. */
  readonly before: readonly number[];
  readonly held: Held | null;
  readonly edits: readonly Edit[];
  /** Stopped after a chunk, and resumed at another SCN. */
  readonly snapshots: 'one' | 'two';
  readonly level: 'keys' | 'rows';
  /** What is then done to the account in the ledger; nothing in most. */
  readonly account: 'inserted less' | 'skipped more' | 'inserted as skipped' | null;
}

const writer = fc.constantFrom<Writer>('older', 'older', 'beside', 'younger');
const how = fc.constantFrom<Edit['how']>('update', 'touch', 'delete', 'insert', 'copy', 'again', 'exchange', 'move');
const edits = fc.array(fc.record({ how, row: fc.nat(99), by: writer }), { minLength: 1, maxLength: 4 });
const held = fc.record({
  how: fc.constantFrom<Held['how']>('insert', 'delete', 'update'),
  row: fc.nat(99),
});
/** Some of the keys are those of legacy rows. */
const before = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 4 });

/** A table without a key that rows could conflict by takes no policy that asks for one. */
export const accountVariant: fc.Arbitrary<AccountVariant> = fc
  .record({
    table: fc.constantFrom<Table>('person', 'person', 'person', 'entry'),
    policy: fc.constantFrom<ConflictPolicy>('reject', 'skip', 'skip', 'update', 'update', 'abort'),
    mappings: fc.constantFrom('one' as const, 'one' as const, 'parted' as const, 'overlapping' as const),
    before: fc.oneof(fc.constant([]), before, before),
    held: fc.oneof(fc.constant(null), held),
    edits,
    snapshots: fc.constantFrom('one' as const, 'one' as const, 'two' as const),
    level: fc.constantFrom('rows' as const, 'rows' as const, 'keys' as const),
    account: fc.option(
      fc.constantFrom('inserted less' as const, 'skipped more' as const, 'inserted as skipped' as const),
      { freq: 2 },
    ),
  })
  .map((variant) => ({ ...variant, ...(variant.table === 'entry' ? FOR_ENTRIES : {}) }))
  .map((variant) => ({
    ...variant,
    mappings: variant.table === 'entry' && variant.mappings === 'overlapping' ? 'parted' : variant.mappings,
    snapshots: variant.policy === 'abort' || variant.held !== null ? 'one' : variant.snapshots,
  }));
const FOR_ENTRIES = { policy: 'reject', held: null } as const;

/** The legacy rows that a mapping takes, by their keys. */
export interface Slice {
  readonly entity: string;
  readonly first: number;
  readonly last: number;
}

/** Two mappings part the rows, or both take some. */
export const slicesOf = ({ mappings }: Pick<AccountVariant, 'mappings'>): readonly Slice[] => {
  if (mappings === 'one') return [{ entity: 'all', first: 1, last: LEGACY.length }];
  const first = mappings === 'parted' ? 5 : 4;
  return [
    { entity: 'low', first: 1, last: first === 5 ? 4 : 6 },
    { entity: 'high', first, last: LEGACY.length },
  ];
};
