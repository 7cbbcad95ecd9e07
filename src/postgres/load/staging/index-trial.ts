import type { TargetRow } from '../../../core/mapping/wire';
import type { LoadFault } from '../../../core/run/outcomes';
import type { TableName } from '../../../core/ports/target';
import type { WritePlan } from '../../../core/ports/write-plan';
import type { CatalogueColumn } from '../../catalogue/columns';
import { includingStorage } from '../../catalogue/like-table';
import { narrowedPlan, picked } from '../shape/narrowed-plan';
import type { Session } from '../../session/session';
import { ident, qualified } from '../../session/sql';
import { mayBeDataFault } from '../../session/sqlstate';
import { insertSql } from './conflicts';
import { ANY_INDEX } from '../../catalogue/constraints';
import { plainIndexes, type PlainIndex } from '../../objects/plain-indexes';
import { FROM, refusedRows, TO, type RefusedRow } from './refused-rows';
import { bytesOf, faultOf } from './row-fault';
import { createStaging, fillStaging, ORDINAL } from './staging-table';
import { readShape, type TableShape } from '../shape/table-shape';
import { storedType } from '../../types';

/**
 * The least limit of a method is B-tree's 2,704 bytes for an entry, compressed where that helps. A row whose values are shorter than
 * this comes near none of them; the text of a dense type can be an eighth of its bytes and less.
 */
const SUSPICIOUS_BYTES = 2_000;
const SUSPICIOUS_DENSE_BYTES = 150;

/** Finds rows that are too long for the plain indexes of a table, whether these are there at present or set aside. */
export interface IndexTrial {
  /** By index of the row. The answer is the server's own: it compresses before it measures. */
  faultsOf(rows: readonly TargetRow[]): Promise<ReadonlyMap<number, LoadFault>>;
}

export interface TrialRequest {
  /** Where the journal is that knows what is set aside of the table. */
  readonly schema: string;
  readonly table: TableName;
  readonly plan: WritePlan;
  /** All columns of the table. */
  readonly catalogue: readonly CatalogueColumn[];
  /** Of the temporary table in which rows are tried. */
  readonly name: string;
}

/** An index with the positions in a row that its entries are made of. */
interface Tried {
  readonly index: PlainIndex;
  readonly positions: readonly number[];
  /** By place in `positions`: the length to which `char(n)` pads a text; 0 for other types. */
  readonly padded: readonly number[];
  readonly floor: number;
}

interface Trial extends TrialRequest {
  readonly session: Session;
  readonly tried: readonly Tried[];
}

/** A temporary table with some of the indexes. */
interface TrialTable {
  readonly shape: TableShape;
  readonly order: 'halving' | 'one-by-one';
  /** Indexes that measure when they summarize. */
  readonly summarizing: readonly string[];
}

interface OpenTrial {
  readonly tables: readonly TrialTable[];
  /** Positions in a row of the plan that the tables have. */
  readonly positions: readonly number[];
  /** By name of an index of a table. */
  readonly ofIndex: ReadonlyMap<string, readonly string[]>;
}

/** Asks for the indexes; the temporary table is made for the first row that is long enough, and most tables have none. */
export async function openIndexTrial(session: Session, request: TrialRequest): Promise<IndexTrial> {
  const { schema, table, plan, catalogue } = request;
  const tried = (await plainIndexes(session, schema, table)).flatMap((index) => triedOf(index, { plan, catalogue }));
  const trial: Trial = { ...request, session, tried };
  let open: OpenTrial | null = null;
  return {
    faultsOf: async (rows) => {
      const suspects = [...rows.keys()].filter((at) => isLong(trial, rows[at] ?? []));
      if (suspects.length === 0) return new Map();
      open ??= await openTrial(trial);
      const found = await tryRows(
        session,
        open,
        suspects.map((at) => rows[at] ?? []),
      );
      return new Map([...found].map(([nth, fault]) => [suspects[nth] ?? 0, fault]));
    },
  };
}

function triedOf(
  index: PlainIndex,
  { plan, catalogue }: { readonly plan: WritePlan; readonly catalogue: readonly CatalogueColumn[] },
): Tried[] {
  const counting = index.columns.filter(({ size }) => size !== 'fixed');
  if (counting.length === 0) return [];
  const isGenerated = (name: string): boolean =>
    catalogue.some((column) => column.name === name && column.generated === 'stored');
  // What is generated can be made of anything in the row.
  const names = counting.some(({ name }) => isGenerated(name)) ? plan.columns : counting.map(({ name }) => name);
  const positions = [...plan.columns.keys()].filter((position) => names.includes(plan.columns[position] ?? ''));
  const isDense = counting.some(({ size, name }) => size === 'dense' || isGenerated(name));
  const padded = positions.map((position) => {
    const column = catalogue.find(({ name }) => name === plan.columns[position]);
    return column !== undefined && storedType(column.type)?.kind === 'padded' ? (column.maxLength ?? 0) : 0;
  });
  return [{ index, positions, padded, floor: isDense ? SUSPICIOUS_DENSE_BYTES : SUSPICIOUS_BYTES }];
}

/** Asked of every row of a load: nothing is looked up here. */
function isLong({ tried }: Pick<Trial, 'tried'>, row: TargetRow): boolean {
  return tried.some(({ positions, padded, floor }) => {
    let bytes = 0;
    for (const [nth, position] of positions.entries()) bytes += storedBytes(row[position] ?? null, padded[nth]);
    return bytes >= floor;
  });
}

/** A short text is as long as its `char(n)`. */
function storedBytes(value: TargetRow[number], padded = 0): number {
  if (value === null) return 0;
  const bytes = bytesOf(value);
  return typeof value === 'string' ? Math.max(bytes, padded) : bytes;
}

/** Methods by which every entry is a row's own. Others join rows to ranges, and keep what was undone until a VACUUM. */
const ENTRY_BY_ENTRY = ['btree', 'gin'];

async function openTrial(trial: Trial): Promise<OpenTrial> {
  const { plan, tried } = trial;
  const needed = new Set(tried.flatMap(({ positions }) => positions));
  const opening = { positions: [...needed].sort((a, b) => a - b), ofIndex: new Map<string, readonly string[]>() };
  opening.ofIndex.set(
    ANY_INDEX,
    opening.positions.map((position) => plan.columns[position] ?? ''),
  );
  const tables: TrialTable[] = [];
  for (const order of ['halving', 'one-by-one'] as const) {
    const isOfTable = ({ index }: Tried): boolean => ENTRY_BY_ENTRY.includes(index.method) === (order === 'halving');
    if (tried.some(isOfTable)) tables.push(await openTable(trial, tried.filter(isOfTable), { ...opening, order }));
  }
  return { ...opening, tables };
}

async function openTable(
  trial: Trial,
  tried: readonly Tried[],
  opening: {
    readonly positions: readonly number[];
    readonly ofIndex: Map<string, readonly string[]>;
    readonly order: TrialTable['order'];
  },
): Promise<TrialTable> {
  const { session, plan } = trial;
  const { positions, ofIndex, order } = opening;
  const table = { schema: 'pg_temp', name: `${trial.name}_${order === 'halving' ? 'all' : 'each'}` };
  await makeTable(trial, table, new Set(positions.map((position) => plan.columns[position] ?? '')));
  const summarizing: string[] = [];
  for (const [nth, { index, positions: own }] of tried.entries()) {
    const name = `${table.name}_${nth}`;
    await session.query(`create index ${ident(name)} on ${qualified(table)} ${index.making}`);
    ofIndex.set(
      name,
      own.map((position) => plan.columns[position] ?? ''),
    );
    if (index.method === 'brin') summarizing.push(name);
  }
  return { shape: await readShape(session, table, narrowedPlan(plan, positions)), order, summarizing };
}

/** The columns that indexes are made of, with the storage and compression of the real ones; nothing else is asked of a row. */
async function makeTable(
  { session, table, tried, catalogue }: Trial,
  temporary: TableName,
  filled: ReadonlySet<string>,
) {
  const indexed = new Set(tried.flatMap(({ index }) => index.columns.map(({ name }) => name)));
  await session.query(
    `create temp table ${ident(temporary.name)} (like ${qualified(table)} including generated ${await includingStorage(session)})`,
  );
  const isGenerated = catalogue.some(({ name, generated }) => generated === 'stored' && indexed.has(name));
  const changes = catalogue.flatMap(({ name, generated, nullable }) => {
    if (!indexed.has(name) && !filled.has(name) && !(isGenerated && generated === 'stored')) {
      return [`drop column if exists ${ident(name)} cascade`];
    }
    return nullable ? [] : [`alter column ${ident(name)} drop not null`];
  });
  if (changes.length === 0) return;
  await session.query(`set client_min_messages = warning`);
  await session.query(`alter table ${qualified(temporary)} ${changes.join(', ')}`);
}

/** Tried and taken back. What else the server has against a row is found by the load itself. */
async function tryRows(
  session: Session,
  { tables, positions, ofIndex }: OpenTrial,
  rows: readonly TargetRow[],
): Promise<ReadonlyMap<number, LoadFault>> {
  const narrow = rows.map((row) => picked(row, positions));
  const faults = new Map<number, LoadFault>();
  for (const table of tables) {
    for (const row of await refusedBy(session, table, narrow)) {
      const known = { ofConstraint: NONE, ofIndex, row: narrow[row.ordinal] ?? [] };
      if (!faults.has(row.ordinal)) faults.set(row.ordinal, faultOf(row, table.shape, known));
    }
  }
  return faults;
}

const NONE: ReadonlyMap<string, readonly string[]> = new Map();

async function refusedBy(
  session: Session,
  { shape, order, summarizing }: TrialTable,
  rows: readonly TargetRow[],
): Promise<readonly RefusedRow[]> {
  const insert = insertSql(shape, `${ORDINAL} between ${FROM} and ${TO}`);
  const statement = order === 'halving' ? insert : byItself(shape, insert, summarizing);
  await session.query('begin');
  try {
    await createStaging(session, shape);
    await fillStaging(session, shape, { rows });
    const refused = await refusedRows(session, { statement, last: rows.length, order });
    return refused.filter(({ state }) => !OF_A_VALUE.test(state));
  } catch (error) {
    if (!mayBeDataFault(error)) throw error;
    return [];
  } finally {
    if (!session.isLost()) await session.query('rollback');
  }
}

/** What is wrong with a value whatever its length is found by the load, which knows better whose it is. */
const OF_A_VALUE = /^2[23]/;

/**
 * GiST joins the rows of a page, and BRIN those of a range, to an entry of their least and greatest value. Of rows that fit as both, any
 * two fit together; four of one fill a page of GiST if it comes near the limit at all. BRIN measures when it summarizes.
 */
function byItself(shape: TableShape, insert: string, summarizing: readonly string[]): string {
  const summaries = summarizing.map((name) => `perform brin_summarize_new_values('pg_temp.${ident(name)}'::regclass)`);
  return [`truncate ${qualified(shape.table)}`, insert, insert, insert, insert, ...summaries].join('; ');
}
