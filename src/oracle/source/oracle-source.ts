import oracledb from 'oracledb';
import { MigrationError } from '../../core/errors';
import type { LegacySource, SnapshotRead, SourceFacts, SourceRelation } from '../../core/ports/legacy-source';
import type { LegacyRow } from '../../core/mapping/wire';
import { checkSource } from './checks';
import { planChunks } from './chunk-planner';
import { needColumn, openDictionary, type Dictionary, type TableFacts } from '../dictionary/dictionary';
import {
  hostAndPort,
  shownAddress,
  type OracleDriver,
  type OracleSession,
  type OracleSettings,
} from '../session/driver';
import { halveChunk } from './halve-chunk';
import { openLobSizes, type LobSizes } from '../reading/lob-sizes';
import { findLongLobs } from '../reading/long-lobs';
import { isOracleError } from '../session/ora-errors';
import { lookUp } from './look-up';
import { ownedTables } from '../dictionary/owned-tables';
import { countTaken } from '../dictionary/count-taken';
import { readRefusals } from './read-refusals';
import { readRows } from '../reading/row-source';
import { openSessions, queryRows, type Sessions } from '../session/sessions';
import { countOrphanRows, countRows, parseCondition } from '../sql/read-statements';
import { CHARACTER_SETS, SCN_BY_PACKAGE, SCN_BY_VIEW, SESSION_FACTS } from '../sql/session-statements';
import type { Statement } from '../sql/statement';
import type { Patience } from '../../core/waits/watch';

type Counts = Awaited<ReturnType<LegacySource['count']>>;

/**
 * Opens the legacy database: one login, then the pool. Throws CONFIG_INVALID, SOURCE_LOGIN_REFUSED or SOURCE_UNREACHABLE, leaving
 * nothing open.
 * `tell` hears what is waited for; `driver` is for tests.
 */
export async function openOracleSource(
  settings: OracleSettings,
  { driver = oracledb, tell }: { readonly driver?: OracleDriver; readonly tell?: Patience['tell'] } = {},
): Promise<LegacySource> {
  const sessions = await openSessions(driver, settings, tell);
  try {
    const known = await sessions.use('asking for the session', (session) =>
      describeSource(session, { settings, driver }),
    );
    return sourceOf({
      sessions,
      settings,
      facts: known.facts,
      user: known.user,
      dictionary: openDictionary(sessions, known.schema),
      lobSizes: openLobSizes(sessions),
    });
  } catch (error) {
    await sessions.close().catch(() => undefined);
    throw error;
  }
}

interface OpenSource {
  readonly sessions: Sessions;
  readonly settings: OracleSettings;
  readonly facts: SourceFacts;
  readonly user: string;
  readonly dictionary: Dictionary;
  readonly lobSizes: LobSizes;
}

function sourceOf(source: OpenSource): LegacySource {
  const { sessions, dictionary, facts } = source;
  const { count, lastCount } = rememberingCounts(source);
  return {
    facts: () => Promise.resolve(facts),
    check: () => checkSource({ sessions, facts }),
    table: async (name) => (await dictionary.look(name))?.table ?? null,
    tryCondition: async (plan) => {
      const { table } = await dictionary.need(plan.source);
      const query = parseCondition({ table: table.name, scn: null, where: plan.where });
      await sessions.use(`trying the condition of ${plan.entity}`, (session) => queryRows(session, query));
    },
    readRefusals: (name, scn) => readRefusals(source, name, scn),
    takeScn: () => sessions.use('taking the SCN', currentScn),
    count,
    planChunks: async (read, rows) => {
      const table = await dictionary.need(read.plan.source);
      const lobs = await source.lobSizes.of(table.table, read);
      return planChunks(sessions, { read, facts: table, rows, counts: await lastCount(read), lobs });
    },
    halve: async (read, chunk) => halveChunk(sessions, await dictionary.need(read.plan.source), { read, chunk }),
    read: (read, chunk) =>
      lazily(
        () => dictionary.need(read.plan.source),
        (table) => readRows(source, table, { read, chunk }),
      ),
    countTaken: (question) => countTaken(source, question),
    tablesOf: (owners) => sessions.use('listing the tables', (session) => ownedTables(session, owners)),
    countOrphans: (relation, scn) => countOrphans(source, relation, scn),
    lookUp: (question, scn) => lookUp(source, question, scn),
    lobFacts: async (read) => source.lobSizes.of((await dictionary.need(read.plan.source)).table, read),
    knowLobFacts: async (read, facts) => {
      source.lobSizes.know((await dictionary.need(read.plan.source)).table, read, facts);
    },
    longLobs: async (read, limits) =>
      findLongLobs(sessions, (await dictionary.need(read.plan.source)).table, { read, limits }),
    close: () => sessions.close(),
  };
}

async function* lazily(
  table: () => Promise<TableFacts>,
  rows: (table: TableFacts) => AsyncIterable<readonly LegacyRow[]>,
): AsyncGenerator<readonly LegacyRow[]> {
  yield* rows(await table());
}

/** Every question is counted anew, for a proof rests on it; a plan may use the last answer for its snapshot. */
function rememberingCounts(source: OpenSource): {
  readonly count: (read: SnapshotRead) => Promise<Counts>;
  readonly lastCount: (read: SnapshotRead) => Promise<Counts>;
} {
  const counted = new Map<string, Counts>();
  const keyOf = ({ scn, plan }: SnapshotRead): string => JSON.stringify([scn, plan.source, plan.where]);
  const count = async (read: SnapshotRead): Promise<Counts> => {
    const counts = await countNow(source, read);
    if (read.scn !== null) counted.set(keyOf(read), counts);
    return counts;
  };
  return { count, lastCount: async (read) => counted.get(keyOf(read)) ?? (await count(read)) };
}

async function countNow({ sessions, dictionary }: OpenSource, { plan, scn }: SnapshotRead): Promise<Counts> {
  const { name } = (await dictionary.need(plan.source)).table;
  return sessions.use(`counting ${plan.entity}`, async (session) => {
    const total = await countOf(session, countRows({ table: name, scn, where: null }));
    if (plan.where === null) return { matching: total, total };
    return { matching: await countOf(session, countRows({ table: name, scn, where: plan.where })), total };
  });
}

async function countOrphans(
  { sessions, dictionary }: OpenSource,
  relation: SourceRelation,
  scn: string | null,
): Promise<number> {
  const child = (await dictionary.need(relation.child)).table;
  const parent = (await dictionary.need(relation.parent)).table;
  const query = countOrphanRows(
    { table: child.name, columns: relation.columns.map((name) => needColumn(child, name).name) },
    { table: parent.name, columns: relation.parentColumns.map((name) => needColumn(parent, name).name) },
    scn,
  );
  return sessions.use(`counting orphans of ${child.name.name}`, (session) => countOf(session, query));
}

async function countOf(session: OracleSession, query: Statement): Promise<number> {
  const [row] = await queryRows(session, query);
  return Number(row?.[0]);
}

/** Users may have the package or the view; with neither there is no consistent read. */
async function currentScn(session: OracleSession): Promise<string> {
  for (const query of [SCN_BY_PACKAGE, SCN_BY_VIEW]) {
    try {
      const [row] = await queryRows(session, query);
      if (typeof row?.[0] === 'string') return row[0].trim();
    } catch (error) {
      if (!isOracleError(error, 'ORA-00904', 'ORA-06550', 'ORA-01031', 'ORA-00942')) throw error;
    }
  }
  throw flashbackNotGranted();
}

interface Connected {
  readonly settings: OracleSettings;
  readonly driver: OracleDriver;
}

async function describeSource(
  session: OracleSession,
  { settings, driver }: Connected,
): Promise<{ readonly facts: SourceFacts; readonly schema: string; readonly user: string }> {
  const [[user, schema, database, service] = []] = await queryRows(session, SESSION_FACTS);
  const sets = new Map((await queryRows(session, CHARACTER_SETS)).map(([name, value]) => [name, value]));
  const at = settings.connectString === undefined ? hostAndPort(settings) : shownAddress(settings);
  return {
    schema: String(schema),
    user: String(user),
    facts: {
      identity: `${String(user)}@${settings.service ?? settings.sid ?? String(service)} on ${at}, database ${String(database)}`,
      version: session.version,
      mode: driver.thin ? 'thin' : 'thick',
      characterSet: String(sets.get('NLS_CHARACTERSET') ?? 'unknown'),
      nationalCharacterSet: String(sets.get('NLS_NCHAR_CHARACTERSET') ?? 'unknown'),
    },
  };
}

function flashbackNotGranted(): MigrationError {
  return new MigrationError('SOURCE_READ_FAILED', 'the current SCN cannot be read: flashback is not granted', {
    hint: 'Ask for EXECUTE on DBMS_FLASHBACK (or SELECT on V$DATABASE), or go on without a snapshot: --no-snapshot.',
  });
}
