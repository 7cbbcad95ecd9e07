import { MigrationError } from '../../core/errors';
import { sameTable } from '../../core/mapping/table-name';
import type { Probe, ProbePlan, TableName, Target } from '../../core/ports/target';
import { restoreKeys } from '../foreign-keys/restore';
import { rulesAsLoaded } from '../foreign-keys/rules-as-loaded';
import { allSteps } from '../ledger/schema/steps';
import type { Operator } from '../session/operator';
import type { Place } from '../session/place';
import type { Session } from '../session/session';
import type { Sessions } from '../session/sessions';
import { qualified, ident } from '../session/sql';
import { translating } from '../session/sqlstate';
import { cloneTable, copyRowsThere, TEMPORARY, type Clone } from './clone-table';
import { readProbedColumns } from './judged-columns';
import { readFeedings } from '../sequences/feeding';
import { livePlainIndexes } from '../objects/plain-indexes';
import { meetsRows, openProbeLoader } from './probe-loader';
import type { RejectStage } from '../../core/run/outcomes';
import type { RejectCount, RowSample } from '../../core/run/readiness';
import { SAMPLES } from '../../core/run/sample-size';

/** What a page can hold of one row, its header included. */
const MOST_BYTES = 8_160;

/**
 * At most: a value is stored away from its row once it is longer than the pointer to it, unless the column's storage is plain. Each may
 * be aligned to eight bytes; a bit of each says whether it is null.
 */
const MOST_OF_A_ROW = `
  select sum(case when a.attlen > 0 then (a.attlen + 7) / 8 * 8 when a.attstorage = 'p' then ${MOST_BYTES} else 24 end)
    + count(*) / 8 + 32 as bytes
  from pg_attribute a where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped`;

/** Whether a row of the table can be too big for a page, whatever the server does with its values. */
async function canExceedPage(session: Session, table: TableName): Promise<boolean> {
  const { rows } = await session.query<{ bytes: string | null }>(MOST_OF_A_ROW, [qualified(table)]);
  return Number(rows[0]?.bytes ?? 0) > MOST_BYTES;
}

interface Row {
  readonly entity: string;
  readonly stage: RejectStage;
  readonly property: string | null;
  readonly reason: string;
  readonly sqlState: string | null;
  readonly count: string;
  readonly samples: RowSample[];
}

/** The rejects of a run by entity, stage, property and reason, the most frequent first. Sorted by the server, on disk where needed. */
async function readRejectCounts(session: Session, schema: string, runId: string): Promise<RejectCount[]> {
  const { rows } = await session.query<Row>(
    `select entity, stage, property, reason, sql_state as "sqlState", max(n) as count,
       json_agg(json_build_object('key', key, 'rowid', rowid) order by nth) as samples
     from (
       select entity, stage, property, reason, sql_state, key, rowid, count(*) over same as n,
         row_number() over (same order by chunk, ordinal) as nth
       from ${ident(schema)}.reject where run = $1 window same as (partition by entity, stage, property, reason, sql_state)) r
     where nth <= ${SAMPLES}
     group by entity, stage, property, reason, sql_state order by entity, max(n) desc, stage, property, reason`,
    [runId],
  );
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}

/** What the keys of a scan are held in before they go to disk; more makes the indexes of large tables much faster. */
const TEMPORARY_BUFFERS = '64MB';

/**
 * Opens a session with a temporary ledger and a temporary, narrow copy of each table. The real tables are only read. Temporary
 * tables vanish with their session, also where this process is killed.
 */
export async function openProbe(
  place: Place,
  plans: readonly ProbePlan[],
  targetAt: (place: Place) => Target,
): Promise<Probe> {
  return place.sessions.openFor(async (session) => {
    await session.query(`set temp_buffers = '${TEMPORARY_BUFFERS}'; set client_min_messages = warning`);
    await session.query(allSteps(TEMPORARY));
    const clones = await cloneAll(session, place, plans);
    return probeOver({ session, place, clones, targetAt });
  });
}

/** One clone per table, with the columns that any of its plans needs. */
async function cloneAll(session: Session, place: Place, plans: readonly ProbePlan[]): Promise<Clone[]> {
  const clones: Clone[] = [];
  for (const { load } of plans) {
    const original = place.actual(load.table);
    if (clones.some((clone) => sameTable(clone.original, original))) continue;
    const clone = { original, clone: { schema: TEMPORARY, name: `cutover_probe_${clones.length}` } };
    const own = plans.filter((plan) => sameTable(place.actual(plan.load.table), original));
    const indexes = own.some(({ load: plan }) => meetsRows(plan)) ? 'all' : 'refusing';
    await cloneTable(session, { ...clone, keep: await columnsToKeep(session, original, own), indexes });
    await copyRowsThere(session, clone);
    clones.push(clone);
  }
  return clones;
}

async function columnsToKeep(session: Session, table: TableName, plans: readonly ProbePlan[]): Promise<Set<string>> {
  const isLoaded = (name: string): boolean => plans.every(({ load }) => load.columns.includes(name));
  const indexed = plans.some(({ load }) => meetsRows(load)) ? await livePlainIndexes(session, table) : [];
  const byIndexes = indexed.flatMap((index) => index.columns.map(({ name }) => name));
  const numbered = (await readFeedings(session, [table])).flat().map(({ column }) => column);
  const compared = new Set([
    ...byIndexes,
    ...numbered,
    ...plans.flatMap(({ load, compared: names }) => [...names, ...keyOf(load)]),
  ]);
  const columns = await readProbedColumns(session, table);
  // Only a whole row tells whether it fits.
  const isWide = await canExceedPage(session, table);
  const kept = columns.filter(({ name, judged, fillable }) => {
    return (isLoaded(name) && (isWide || judged || compared.has(name))) || ((isWide || judged) && fillable);
  });
  const [first] = columns.filter(({ name }) => isLoaded(name));
  // A table without columns cannot be loaded into.
  return new Set([...kept, ...(kept.length === 0 && first !== undefined ? [first] : [])].map(({ name }) => name));
}

function keyOf({ columns, keyPositions }: ProbePlan['load']): string[] {
  return keyPositions.map((position) => columns[position] ?? '');
}

interface OpenProbe {
  readonly session: Session;
  readonly place: Place;
  readonly clones: readonly Clone[];
  readonly targetAt: (place: Place) => Target;
}

function probeOver({ session, place, clones, targetAt }: OpenProbe): Probe {
  const cloned = clonedPlace(session, place, clones);
  const seen = targetAt(cloned);
  const inTurn = oneAtATime();
  const target: Target = {
    ...seen,
    loader: async (plan, context) => {
      const clone = cloneOf(clones, place.actual(plan.table)) ?? refuse(plan.table);
      const loader = await openProbeLoader({
        ...{ session, ledgerSchema: place.ledgerSchema, place: cloned },
        ...{ clone, plan, context },
      });
      return { ...loader, load: (chunk) => inTurn(() => loader.load(chunk)) };
    },
    lookUp: (question) => inTurn(() => seen.lookUp(question)),
    restoreForeignKeys: (runId, rules) =>
      translating('judging orphans', async () => {
        return restoreKeys(session, cloned, { runId, rules: await rulesAsLoaded(session, place, rules) });
      }),
    close: () => Promise.resolve(),
  };
  return {
    target,
    rejects: (runId) => translating('counting what was turned away', () => readRejectCounts(session, TEMPORARY, runId)),
    close: () => session.close(),
  };
}

/** The next chunk is being prepared while one is judged: its questions must not come into the transaction of the other. */
function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}

/** One session for all, since nobody else can see its tables; nothing of it is closed before the probe. */
function clonedPlace(session: Session, place: Place, clones: readonly Clone[]): Place {
  const lent: Session = { ...session, close: () => Promise.resolve() };
  const sessions: Sessions = {
    use: (work) => work(lent),
    lend: () => Promise.resolve(lent),
    openFor: (begin) => begin(lent),
    open: () => Promise.resolve(lent),
    close: () => Promise.resolve(),
  };
  const cloned = (table: TableName): TableName | undefined => cloneOf(clones, place.actual(table))?.clone;
  return {
    sessions,
    ledgerSchema: TEMPORARY,
    operator: aloneIn(lent),
    copies: null,
    beside: () => null,
    actual: (table) => cloned(table) ?? place.actual(table),
    written: (table) => cloned(table) ?? refuse(table),
    known: (table) => clones.find(({ clone }) => sameTable(clone, table))?.original ?? table,
  };
}

/** Nobody else can meet what is in temporary tables. */
function aloneIn(session: Session): Operator {
  return {
    claim: () => Promise.resolve({ release: () => Promise.resolve() }),
    join: () => Promise.resolve(),
    assure: () => Promise.resolve(),
    during: (work) => work(session),
  };
}

function cloneOf(clones: readonly Clone[], original: TableName): Clone | undefined {
  return clones.find((clone) => sameTable(clone.original, original));
}

function refuse(table: TableName): never {
  throw new MigrationError('INTERNAL', `the scan has no temporary table for ${qualified(table)}`, {
    hint: 'Report this as a defect of cutover.',
  });
}
