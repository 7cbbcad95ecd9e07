import type {
  ChunkTime,
  KeyRecord,
  RunEnd,
  RunStart,
  RunTrail,
  Validation,
  ValidationRecord,
} from '../../core/run/evidence';
import type { RejectStage } from '../../core/run/outcomes';
import type { TableName } from '../../core/ports/target';
import type { RejectCount, RowSample } from '../../core/run/readiness';
import type { Place } from '../session/place';
import { inTransaction, onlyRow, type Session } from '../session/session';
import { readDoneSince } from './done-since';
import { readSeal } from './seal/read-seal';
import { readableLedger, type ReadableLedger } from './schema/readable';
import type { Issue } from '../../core/issues';
import { ledgerOutdated, type LedgerFigure } from '../../core/run/ledger-version';
import { LEDGER_VERSION } from './schema/steps';
import { SAMPLES } from '../../core/run/sample-size';

type IsThere = (ledger: ReadableLedger) => boolean;

/** How a ledger is asked whether it holds a figure; a step that brings a new figure adds its line. */
const IS_THERE: Readonly<Record<LedgerFigure, IsThere>> = {
  starts: ({ has }) => has('run_start'),
  validations: ({ has }) => has('validation'),
  givenBack: ({ has }) => has('replaced', 'writer'),
  repairs: ({ has }) => has('repair'),
  retries: ({ has }) => has('retry'),
  seal: ({ sealed }) => sealed,
  // Of a ledger without any digest the line before says so.
  chain: ({ sealed, has }) => !sealed || has('validation', 'link'),
  sources: ({ has }) => has('source_table'),
  resets: ({ has }) => has('taken_back'),
};

/** A finding for each figure that the ledger lacks because of its version. */
function outdatedFigures(ledger: ReadableLedger): Issue[] {
  const versions = { from: ledger.version, to: LEDGER_VERSION };
  const figures = Object.entries(IS_THERE) as [LedgerFigure, IsThere][];
  return figures.flatMap(([figure, isThere]) => (isThere(ledger) ? [] : [ledgerOutdated(figure, versions)]));
}

/** What the ledger holds of a run for its evidence, all of one moment. */
export function readTrail(place: Place, runId: string, seal?: 'with its seal'): Promise<RunTrail> {
  return place.sessions.use((session) =>
    inTransaction(session, async () => {
      await session.query('set transaction isolation level repeatable read, read only');
      const ledger = await readableLedger(session, place.ledgerSchema);
      if (ledger === null) return EMPTY;
      const at = { ledger, runId, known: place.known };
      return {
        starts: await readStarts(session, at),
        validations: await readValidations(session, at),
        ...(await readDoneSince(session, at)),
        chunks: await readChunks(session, at),
        rejects: await readRejectCounts(session, at),
        foreignKeys: await readKeys(session, at),
        aside: await countAside(session, at),
        outdated: outdatedFigures(ledger),
        ...(seal && { seal: await readSeal(session, ledger, { schema: place.ledgerSchema, runId }) }),
      };
    }),
  );
}

const EMPTY: RunTrail = {
  starts: [],
  validations: [],
  repairs: [],
  retries: [],
  resets: [],
  chunks: [],
  rejects: [],
  foreignKeys: [],
  aside: 0,
};

interface At extends Pick<Place, 'known'> {
  readonly ledger: ReadableLedger;
  readonly runId: string;
}

interface StartRow {
  readonly nth: string;
  readonly at: Date;
  readonly facts: RunStart;
  readonly ended: RunEnd | null;
  readonly ended_at: Date | null;
}

async function readStarts(session: Session, { ledger, runId }: At): Promise<RunTrail['starts']> {
  const { rows } = await session.query<StartRow>(
    `select nth, at, facts, ended, ended_at from ${ledger.of('run_start')} run_start where run = $1 order by nth`,
    [runId],
  );
  return rows.map(({ nth, at: begun, facts, ended, ended_at: endedAt }) => ({
    ...facts,
    nth: Number(nth),
    at: begun.toISOString(),
    end: ended === null || endedAt === null ? null : { ...ended, at: endedAt.toISOString() },
  }));
}

interface ValidationRow {
  readonly at: Date;
  readonly start: string | null;
  readonly level: ValidationRecord['level'];
  readonly found: Omit<Validation, 'level'>;
}

async function readValidations(session: Session, { ledger, runId }: At): Promise<ValidationRecord[]> {
  const { rows } = await session.query<ValidationRow>(
    `select at, start, level, found from ${ledger.of('validation')} validation where run = $1 order by link_no`,
    [runId],
  );
  return rows.map(({ at: made, start, level, found }) => ({
    ...found,
    level,
    at: made.toISOString(),
    start: start === null ? null : Number(start),
  }));
}

/** A chunk that is loaded at this moment has no time of finishing, and is not visible to others anyway. */
async function readChunks(session: Session, { ledger, runId }: At): Promise<ChunkTime[]> {
  const { rows } = await session.query<Record<'read' | 'loaded' | 'fromMs' | 'toMs', string> & ChunkTime>(
    `select entity, chunk, lane, coalesce(read, 0) as read, coalesce(inserted, 0) + coalesce(updated, 0) as loaded,
       floor(extract(epoch from started_at) * 1000) as "fromMs", floor(extract(epoch from finished_at) * 1000) as "toMs"
     from ${ledger.of('chunk_load')} chunk_load where run = $1 and finished_at is not null order by finished_at, entity, chunk`,
    [runId],
  );
  return rows.map(({ entity, chunk, lane, ...row }) => ({
    entity,
    chunk,
    lane,
    read: Number(row.read),
    loaded: Number(row.loaded),
    fromMs: Number(row.fromMs),
    toMs: Number(row.toMs),
  }));
}

interface RejectRow {
  readonly entity: string;
  readonly stage: RejectStage;
  readonly property: string | null;
  readonly reason: string;
  readonly sql_state: string | null;
  readonly count: string;
  readonly samples: RowSample[];
}

async function readRejectCounts(session: Session, { ledger, runId }: At): Promise<RejectCount[]> {
  const { rows } = await session.query<RejectRow>(
    `select entity, stage, property, reason, sql_state, count(*) as count,
       json_agg(json_build_object('key', key, 'rowid', rowid) order by chunk < 0, chunk, ordinal)
         filter (where place <= ${SAMPLES}) as samples
     from (select *, row_number() over (partition by entity, stage, property, reason, sql_state
             order by chunk < 0, chunk, ordinal) as place
           from ${ledger.of('reject')} reject where run = $1) numbered
     group by entity, stage, property, reason, sql_state
     order by count(*) desc, entity, stage, property, reason`,
    [runId],
  );
  return rows.map(({ sql_state: sqlState, count, ...row }) => ({ ...row, sqlState, count: Number(count) }));
}

interface KeyRow {
  readonly schema_name: string;
  readonly table_name: string;
  readonly entities: readonly string[];
  readonly object: string;
  readonly restore_sql: string;
  readonly details: { readonly columns: readonly string[]; readonly parent: TableName };
  readonly state: KeyRecord['state'];
  readonly orphans: string;
}

async function readKeys(session: Session, { ledger, runId, known }: At): Promise<KeyRecord[]> {
  const { rows } = await session.query<KeyRow>(
    `select schema_name, table_name, object, restore_sql, details, state, orphans,
       array(select e.entity from ${ledger.of('entity_table')} e where e.run = $1
         and (e.schema_name, e.table_name) = (journal.schema_name, journal.table_name) order by 1) as entities
     from ${ledger.of('journal')} journal where run = $1 and kind = 'foreign-key' order by seq`,
    [runId],
  );
  return rows.map(
    ({ schema_name, table_name, entities, object: name, restore_sql: definition, details, state, orphans }) => ({
      table: known({ schema: schema_name, name: table_name }).name,
      entities,
      name,
      columns: details.columns,
      parent: known(details.parent).name,
      state,
      enforced: definition !== '',
      orphans: Number(orphans),
    }),
  );
}

async function countAside(session: Session, { ledger, runId }: At): Promise<number> {
  const { rows } = await session.query<{ count: string }>(
    `select count(*) from ${ledger.of('journal')} journal where run = $1 and state = 'aside'`,
    [runId],
  );
  return Number(onlyRow(rows).count);
}
