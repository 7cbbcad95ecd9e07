import type { LaneAccess, Target, RowChecksum } from '../core/ports/target';
import type { WritePlan } from '../core/ports/write-plan';
import { countOrphanRows, countRows } from './compare/row-counts';
import { describeTable } from './preflight/describe-table';
import { checkTarget } from './preflight/check-connection';
import { openReader } from './compare/open-reader';
import { readFacts } from './session/server-facts';
import { restoreKeys } from './foreign-keys/restore';
import { setKeysAside } from './objects/set-keys-aside';
import { readFollowingKeys } from './preflight/following-keys';
import { readHazards } from './preflight/hazards';
import { postgresLedger } from './ledger/ledger';
import { cutLanes } from './session/locks';
import { operatorElsewhere, operatorOf } from './session/operator';
import { ledgerVersion } from './ledger/schema/version';
import { openChunkLoader } from './load/chunk-loader';
import { openRejectLoader } from './load/rejects/reject-loader';
import type { Place } from './session/place';
import { openProbe } from './probe/open-probe';
import { lookUp } from './load/look-up';
import { currentSchema, namedRelations } from './preflight/named-relations';
import { repairTarget } from './repair/repair-target';
import { ofReset } from './reset/reset-errors';
import { planReset, resetRun } from './reset/reset-run';
import { refuseOtherTables } from './ledger/other-tables';
import { behindSequences } from './sequences/behind';
import { advanceSequences } from './sequences/advance';
import { shortSequences } from './sequences/short-sequences';
import { noteSequences } from './sequences/noted-positions';
import { connectionTo, DEFAULT_LEDGER, type PostgresTargetSettings, type Tell } from './session/connection-settings';
import { sessionsOf, type Sessions } from './session/sessions';
import { restoreLiving } from './objects/restore-living';
import { restoreObjects } from './objects/restore-objects';
import { setObjectsAside } from './objects/set-objects-aside';
import { removeLeftovers } from './rehearsal/leftovers';
import { openShadow, shadowPlace } from './rehearsal/open-shadow';
import { readStanding } from './preflight/standing';
import { qualified } from './session/sql';
import { translating } from './session/sqlstate';
import { momentOf } from './session/transactions';
import { sumOfRows } from './load/shape/sum-of-rows';
import { readShape } from './load/shape/table-shape';

/** Connects to a PostgreSQL target; `tell` hears what is waited for. Throws CONFIG_INVALID, TARGET_UNREACHABLE or TARGET_LOGIN_REFUSED. */
export async function openPostgresTarget(settings: PostgresTargetSettings, tell?: Tell): Promise<Target> {
  const { ledgerSchema = DEFAULT_LEDGER } = settings;
  const sessions = sessionsOf(connectionTo(settings, { ledgerSchema, tell }));
  await refuseNewer(sessions, ledgerSchema);
  return targetAt(realPlace({ sessions, ledgerSchema, operator: operatorOf(sessions, ledgerSchema) }));
}

/** As `openPostgresTarget`, for a lane in another thread than the operator's: `forLanes` there says where it writes. */
export async function openLaneTarget(
  settings: PostgresTargetSettings,
  access: LaneAccess,
  tell?: Tell,
): Promise<Target> {
  const { ledgerSchema, copies } = access.place;
  const sessions = sessionsOf(connectionTo(settings, { ledgerSchema, tell }));
  await refuseNewer(sessions, ledgerSchema);
  const operator = operatorElsewhere(sessions, ledgerSchema, () => access.assureClaim());
  const place = realPlace({ sessions, ledgerSchema, operator });
  return targetAt(copies === null ? place : shadowPlace(place, { schema: ledgerSchema, pairs: copies, operator }));
}

/** Before anything is asked of a ledger that this build does not know. Throws LEDGER_NEWER. */
async function refuseNewer(sessions: Sessions, ledgerSchema: string): Promise<void> {
  try {
    await translating('reading the version of the ledger', () =>
      sessions.use((session) => ledgerVersion(session, ledgerSchema)),
    );
  } catch (error) {
    await sessions.close();
    throw error;
  }
}

function realPlace(parts: Pick<Place, 'sessions' | 'ledgerSchema' | 'operator'>): Place {
  return {
    ...parts,
    copies: null,
    beside: () => null,
    actual: (table) => table,
    written: (table) => table,
    known: (table) => table,
  };
}

/** The port over one place: the real tables, or the copies of a rehearsal. */
function targetAt(place: Place): Target {
  const { sessions, operator } = place;
  return {
    ledger: postgresLedger(place),
    facts: () => translating('asking the target for its facts', () => sessions.use(readFacts)),
    check: () => translating('checking the target', () => checkTarget(place)),
    followingKeys: (name) =>
      translating(`reading the foreign keys to ${qualified(name)}`, () => readFollowingKeys(place, name)),
    hazards: (name) => translating(`reading the catalogue for ${qualified(name)}`, () => readHazards(place, name)),
    table: (name) => translating(`reading the catalogue for ${qualified(name)}`, () => describeTable(place, name)),
    relationsNamed: (names) => translating('looking for tables', () => namedRelations(place, names)),
    currentSchema: () => translating('asking for the current schema', () => currentSchema(place)),
    claimRun: (runId) => translating(`claiming run ${runId}`, () => operator.claim(runId)),
    refuseOtherTables: (runId) =>
      translating('looking for the tables of the run', () => refuseOtherTables(place, runId)),
    loader: (plan, context) => openChunkLoader(place, { plan, context }),
    ...setAsideAt(place),
    shortSequences: (tables) => translating('looking at sequences', () => shortSequences(place, tables)),
    behindSequences: (runId) => translating('looking at sequences', () => behindSequences(place, runId)),
    advanceSequences: (runId, tables) =>
      translating('advancing sequences', () =>
        operator.during((session) => advanceSequences(session, place, { runId, tables })),
      ),
    resetPlan: (order) => ofReset(order.runId, () => planReset(place, order)),
    reset: (order, emit) => ofReset(order.runId, () => resetRun(place, order, emit)),
    rejectLoader: (plan, context) =>
      translating(`opening the load of ${plan.entity}`, () => openRejectLoader(place, { plan, context })),
    repair: (request, work) => translating('repairing', () => repairTarget(place, request, work)),
    checksums: (plan) => translating(`reading the columns of ${plan.entity}`, () => checksumsOf(place, plan)),
    count: (table) => translating(`counting ${qualified(table)}`, () => countRows(place, table)),
    moment: () => translating('asking which transactions have ended', () => momentOf(place)),
    countOrphans: (table, key) =>
      translating(`counting orphans of ${qualified(table)}`, () => countOrphanRows(place, table, key)),
    lookUp: (question) => translating(`looking up ${qualified(question.table)}`, () => lookUp(place, question)),
    forLanes: () => ({
      place: { ledgerSchema: place.ledgerSchema, copies: place.copies },
      assureClaim: () => translating('making sure of the claim', () => operator.assure()),
    }),
    probe: (plans) => translating('preparing the scan', () => openProbe(place, plans, targetAt)),
    reader: (request) => translating(`opening ${qualified(request.table)}`, () => openReader(place, request)),
    shadow: (tables) => translating('preparing the rehearsal', () => openShadow(place, tables, targetAt)),
    removeRehearsals: () => translating('removing what rehearsals left', () => sessions.use(removeLeftovers)),
    standing: () => translating('asking how the target stands', () => readStanding(place)),
    close: () => sessions.close(),
  };
}

/** What is set aside for a load, and comes back after it. */
function setAsideAt(
  place: Place,
): Pick<Target, 'setForeignKeysAside' | 'restoreForeignKeys' | 'setObjectsAside' | 'restoreObjects' | 'restoreLiving'> {
  const { sessions, operator } = place;
  return {
    setForeignKeysAside: (runId, tables, living = []) =>
      translating('setting foreign keys aside', () =>
        operator.during((session) => setKeysAside(session, place, { runId, tables, living })),
      ),
    restoreForeignKeys: (runId, rules) =>
      translating('restoring foreign keys', () =>
        operator.during((session) => restoreKeys(session, place, { runId, rules })),
      ),
    setObjectsAside: (runId, tables, living = []) =>
      translating('setting triggers and indexes aside', () =>
        operator.during(async (session) => {
          await noteSequences(place, runId, tables);
          return setObjectsAside(session, place, { runId, tables, living });
        }),
      ),
    restoreObjects: (runId) =>
      translating('restoring triggers and indexes', () =>
        operator.during((session) => restoreObjects(session, place, runId)),
      ),
    restoreLiving: (runId, lanes) =>
      translating('bringing back what was set aside', async () => {
        if (lanes === 'cut') await sessions.use((session) => cutLanes(session, place.ledgerSchema));
        return operator.during((session) => restoreLiving(session, place, runId));
      }),
  };
}

/**
 * The load's own checksum, made with its own encoders: it says what was sent, and can only be made again in the same way. That the right
 * values are stored is for the comparison, which has nothing of this.
 */
function checksumsOf(place: Place, plan: WritePlan): Promise<RowChecksum> {
  return place.sessions.use(async (session) => {
    const { encoder } = await readShape(session, place.actual(plan.table), plan);
    return (rows, without) => sumOfRows(rows, encoder, without);
  });
}
