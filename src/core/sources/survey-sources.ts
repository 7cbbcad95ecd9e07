import { MigrationError } from '../errors';
import { reasonsFor } from './not-migrated';
import type { LegacySource, OwnedTable, SourceName, SourceTable, TakenCounts } from '../ports/legacy-source';
import { tablesInQuery } from '../mapping/query-text';
import { sourceName } from '../rows/read-plan';
import type { RowFigures, SourceAccount } from '../run/source-accounts';
import type { ScopedMapping, SourceScope } from './source-scope';

/** What a project reads of its source by the dictionary alone. */
export interface SourceSurvey {
  readonly groups: readonly SourceGroup[];
  /** Tables that no mapping takes rows of. */
  readonly others: readonly OtherTable[];
  /** Tables that a mapping says it reads, and that the dictionary does not show. */
  readonly unseen: readonly UnseenTable[];
}

interface UnseenTable {
  readonly entity: string;
  /** As the mapping writes it. */
  readonly name: string;
}

/** One table, view or query, and the mappings over it. */
interface SourceGroup {
  readonly table: SourceTable;
  readonly mappings: readonly ScopedMapping[];
  readonly readBy: readonly string[];
  readonly lookedUpBy: readonly string[];
  readonly reasons: readonly string[];
}

interface OtherTable extends OwnedTable {
  readonly readBy: readonly string[];
  readonly lookedUpBy: readonly string[];
  readonly reasons: readonly string[];
}

type Reader = Pick<LegacySource, 'table' | 'tablesOf'>;
/** Entities by the table that they read in some way. */
type Readers = ReadonlyMap<string, readonly string[]>;

/** Looks up what the mappings read, and which tables of the same owners nothing reads. Nothing is counted. */
export async function surveySources({ mappings, notMigrated }: SourceScope, source: Reader): Promise<SourceSurvey> {
  const groups = await groupsOf(mappings, source);
  const readBy = await readersBy(mappings, source, readNames);
  const saidBy = await readersBy(mappings, source, ({ reads }) => reads ?? []);
  const lookedUpBy = await readersBy(mappings, source, ({ looksUpIn }) => looksUpIn);
  const read = [...readBy.keys()].map((key) => key.split('\0')[0] ?? '');
  const owners = [...new Set([...groups.filter(isInSchema).map(({ table }) => table.name.owner), ...read])];
  const about = (table: { readonly owner: string; readonly name: string }): Omit<OtherTable, keyof OwnedTable> => ({
    readBy: readBy.get(keyOf(table)) ?? [],
    lookedUpBy: lookedUpBy.get(keyOf(table)) ?? [],
    reasons: reasonsFor(notMigrated, table),
  });
  const taken = new Set(groups.filter(isInSchema).map(({ table }) => keyOf(table.name)));
  const owned = await source.tablesOf(owners);
  return {
    groups: groups.map(({ table, mappings: own }) => {
      // That a pattern names a mapped table, too, is no reason to leave rows of it behind.
      const rests = own.flatMap(({ rest }) => rest ?? []);
      return {
        table,
        mappings: own,
        ...(isInSchema({ table }) ? about(table.name) : NOT_READ),
        // A query that happens to name the table (a join) does not say that it migrates the rows which its mappings leave.
        readBy: isInSchema({ table }) ? (saidBy.get(keyOf(table.name)) ?? []) : [],
        reasons: [...new Set(rests)],
      };
    }),
    others: owned.filter((table) => !taken.has(keyOf(table))).map((table) => ({ ...table, ...about(table) })),
    unseen: await unseenTables(mappings, source),
  };
}

async function unseenTables(mappings: readonly ScopedMapping[], source: Reader): Promise<UnseenTable[]> {
  const unseen: UnseenTable[] = [];
  for (const { entity, reads } of mappings) {
    for (const table of reads ?? []) {
      const name = [table.owner, table.name].filter((part) => part !== null).join('.');
      if ((await seen(table, source)) === null) unseen.push({ entity, name });
    }
  }
  return unseen;
}

const NOT_READ = { readBy: [], lookedUpBy: [] };

type Group = Pick<SourceGroup, 'table' | 'mappings'>;

/** A query has a name that is the mapping's alone. */
function isInSchema({ table }: Pick<Group, 'table'>): boolean {
  return table.kind !== 'query';
}

async function groupsOf(mappings: readonly ScopedMapping[], source: Reader): Promise<Group[]> {
  const groups = new Map<string, { readonly table: SourceTable; readonly mappings: ScopedMapping[] }>();
  for (const mapping of mappings) {
    const table = await seen(mapping.source, source);
    if (table === null) continue;
    const key = JSON.stringify([table.name.owner, table.name.name, mapping.source.query ?? null]);
    const group = groups.get(key) ?? { table, mappings: [] };
    group.mappings.push(mapping);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** What is not there, or refused, is a finding of the pre-flight already. */
async function seen(name: SourceName, source: Reader): Promise<SourceTable | null> {
  try {
    return await source.table(name);
  } catch (error) {
    if (!(error instanceof MigrationError) || error.retryable) throw error;
    return null;
  }
}

/** The tables that a mapping says it reads; of a query that says nothing, those that stand in it. */
function readNames({ reads, source }: ScopedMapping): readonly SourceName[] {
  return reads ?? (source.query === undefined ? [] : tablesInQuery(source.query).map(sourceName));
}

async function readersBy(
  mappings: readonly ScopedMapping[],
  source: Reader,
  namesOf: (mapping: ScopedMapping) => readonly SourceName[],
): Promise<Readers> {
  const readers = new Map<string, string[]>();
  for (const mapping of mappings) {
    for (const name of namesOf(mapping)) {
      const table = await seen(name, source);
      if (table === null) continue;
      const key = keyOf(table.name);
      readers.set(key, [...new Set([...(readers.get(key) ?? []), mapping.entity])]);
    }
  }
  return readers;
}

function keyOf({ owner, name }: { readonly owner: string; readonly name: string }): string {
  return `${owner}\0${name}`;
}

export interface Counting {
  readonly source: Pick<LegacySource, 'countTaken'>;
  readonly scn: string | null;
  /** Counts of an entity at that SCN, where somebody has made them: a table of one mapping need not be counted again. */
  readonly known: (entity: string) => { readonly matching: number; readonly total: number } | null;
}

/** Counts the rows of all that mappings take rows of, and of the tables that they leave behind, one scan each at most. */
export async function countSources({ groups, others }: SourceSurvey, counting: Counting): Promise<SourceAccount[]> {
  const accounts: SourceAccount[] = [];
  for (const group of groups) accounts.push(await accountOf(group, counting));
  for (const table of others) accounts.push(await otherAccount(table, counting));
  return accounts;
}

/** The tables that no mapping takes rows of, their rows not counted. */
export function otherSources({ others }: Pick<SourceSurvey, 'others'>): SourceAccount[] {
  return others.map((table) => uncounted(table, null));
}

async function accountOf(group: SourceGroup, counting: Counting): Promise<SourceAccount> {
  const { table, mappings, readBy, lookedUpBy, reasons } = group;
  const { owner, name } = table.name;
  const about = {
    source: table.kind === 'query' ? name : `${owner}.${name}`,
    ...{ kind: table.kind, mark: null, scn: counting.scn, readBy, lookedUpBy, reasons },
  };
  const { counts, problem } = await counted(group, counting);
  const claims = mappings.map(({ entity, inRun }, nth) => {
    return { entity, inRun, ...(counts?.takers[nth] ?? { taken: 0, loaded: 0 }) };
  });
  const unsaid = table.kind === 'table' ? [] : mappings.filter(({ reads }) => reads === null);
  const readsUnsaid = unsaid.length === 0 ? {} : { readsUnsaid: unsaid.map(({ entity }) => entity) };
  return { ...about, claims, rows: counts === null ? null : figuresOf(counts), problem, ...readsUnsaid };
}

function figuresOf({ total, once, several, leftByChoice, ofOthers, none }: TakenCounts): RowFigures {
  return { total, once, several, leftByChoice, ofOthers, none };
}

/** A condition may be one that the database takes behind WHERE alone (ROWNUM): then the rows cannot be accounted for, and that is said. */
async function counted({ mappings }: SourceGroup, { source, scn, known }: Counting): Promise<Counted> {
  const [first, ...more] = mappings;
  if (first === undefined) return { counts: null, problem: null };
  const derived = more.length === 0 ? derivedCounts(first, known(first.entity)) : null;
  if (derived !== null) return { counts: derived, problem: null };
  return orRefused(() => source.countTaken({ source: first.source, scn, takers: mappings }));
}

interface Counted {
  readonly counts: TakenCounts | null;
  readonly problem: string | null;
}

async function orRefused(count: () => Promise<TakenCounts>): Promise<Counted> {
  try {
    return { counts: await count(), problem: null };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { counts: null, problem: `the database refuses to count its rows: ${error.message}` };
  }
}

/** A count that is refused, or whose snapshot is out of reach, is said; it must not stop a run that can read its chunks. */
function isRefusal(error: unknown): error is MigrationError {
  if (!(error instanceof MigrationError)) return false;
  return error.code === 'SNAPSHOT_LOST' || (error.code === 'SOURCE_READ_FAILED' && !error.retryable);
}

/** The counts of a table with one mapping that has one condition at most follow from those of the entity. */
function derivedCounts(
  { where, chosen, inRun }: ScopedMapping,
  known: { readonly matching: number; readonly total: number } | null,
): TakenCounts | null {
  if (known === null || !inRun || (where !== null && chosen !== null)) return null;
  const { matching, total } = known;
  const left = total - matching;
  const taken = where === null ? total : matching;
  return {
    ...{ total, takers: [{ taken, loaded: matching }], once: matching, several: 0, ofOthers: 0 },
    leftByChoice: where === null ? left : 0,
    none: where === null ? 0 : left,
  };
}

/** All its rows are left by all mappings. A temporary table has none but those of a session at work. */
async function otherAccount(table: OtherTable, { source, scn }: Counting): Promise<SourceAccount> {
  const account = uncounted(table, scn);
  if (table.mark === 'temporary') return account;
  const { owner, name } = table;
  const { counts, problem } = await orRefused(() => source.countTaken({ source: { owner, name }, scn, takers: [] }));
  return { ...account, rows: counts === null ? null : figuresOf(counts), problem };
}

function uncounted({ owner, name, mark, ...readers }: OtherTable, scn: string | null): SourceAccount {
  const { readBy, lookedUpBy, reasons } = readers;
  return {
    ...{ source: `${owner}.${name}`, kind: 'table', mark, scn, rows: null, claims: [] },
    ...{ readBy, lookedUpBy, reasons, problem: null },
  };
}
