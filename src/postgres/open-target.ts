import type { Target } from '../core/ports/target';
import { countOrphanRows, countRows, describeTable } from './catalogue';
import { checkTarget } from './check';
import { readFacts } from './facts';
import { restoreKeys } from './foreign-keys/restore';
import { setKeysAside } from './foreign-keys/set-aside';
import { postgresLedger } from './ledger/ledger';
import { operatorOf } from './ledger/operator';
import { openChunkLoader } from './load/chunk-loader';
import type { Place } from './place';
import { advanceSequences } from './sequences/advance';
import { sessionsOf } from './sessions';
import { restoreObjects } from './set-aside/restore-objects';
import { setObjectsAside } from './set-aside/set-objects-aside';
import { openShadow } from './shadow/open-shadow';
import { qualified } from './sql';
import { translating } from './sqlstate';

/** Where the target is, and where in it the ledger. */
export interface PostgresTargetSettings {
  /** `postgresql://user:password@host:port/database`. */
  readonly url: string;
  /** 4 seconds where absent: a silent host is known within 5 s. */
  readonly connectTimeoutMs?: number;
  /** `cutover` where absent. */
  readonly ledgerSchema?: string;
}

const CONNECT_TIMEOUT_MS = 4_000;

/** Connects to a PostgreSQL target. Throws CONFIG_INVALID, TARGET_UNREACHABLE or TARGET_LOGIN_REFUSED. */
export async function openPostgresTarget(settings: PostgresTargetSettings): Promise<Target> {
  const { url, connectTimeoutMs = CONNECT_TIMEOUT_MS, ledgerSchema = 'cutover' } = settings;
  const sessions = sessionsOf({ url, connectTimeoutMs });
  await sessions.use(() => Promise.resolve());
  return targetAt({
    sessions,
    ledgerSchema,
    operator: operatorOf(sessions, ledgerSchema),
    actual: (table) => table,
    written: (table) => table,
    known: (table) => table,
  });
}

/** The port over one place: the real tables, or the copies of a rehearsal. */
function targetAt(place: Place): Target {
  const { sessions, operator } = place;
  return {
    ledger: postgresLedger(place),
    facts: () => translating('asking the target for its facts', () => sessions.use(readFacts)),
    check: () => translating('checking the target', () => checkTarget(place)),
    table: (name) => translating(`reading the catalogue for ${qualified(name)}`, () => describeTable(place, name)),
    claimRun: (runId) => translating(`claiming run ${runId}`, () => operator.claim()),
    loader: (plan, context) => openChunkLoader(place, { plan, context }),
    setForeignKeysAside: (runId, tables) =>
      translating('setting foreign keys aside', () => operator.during(() => setKeysAside(place, runId, tables))),
    restoreForeignKeys: (runId, rules) =>
      translating('restoring foreign keys', () => operator.during(() => restoreKeys(place, runId, rules))),
    setObjectsAside: (runId, tables) =>
      translating('setting triggers and indexes aside', () =>
        operator.during(() => setObjectsAside(place, runId, tables)),
      ),
    restoreObjects: (runId) =>
      translating('restoring triggers and indexes', () => operator.during(() => restoreObjects(place, runId))),
    advanceSequences: (tables) =>
      translating('advancing sequences', () => operator.during(() => advanceSequences(place, tables))),
    count: (table) => translating(`counting ${qualified(table)}`, () => countRows(place, table)),
    countOrphans: (table, key) =>
      translating(`counting orphans of ${qualified(table)}`, () => countOrphanRows(place, table, key)),
    shadow: (tables) => translating('preparing the rehearsal', () => openShadow(place, tables, targetAt)),
    close: () => sessions.close(),
  };
}
