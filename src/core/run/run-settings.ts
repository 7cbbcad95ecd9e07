import { CONFLICT_POLICIES, type ConflictPolicy } from './conflicts';
import type { Allowances } from './hazards';
import { limitOf, limitText, type RejectLimit } from './reject-limit';

type Stored = string | number | boolean | null;

/** A settings record as the ledger keeps it: flat, without secrets. */
export type StoredSettings = Readonly<Record<string, Stored>>;

type ByName<T> = Readonly<Record<string, T>>;

/** What a run was started with, and what was noted beside it later. Null: not noted, as by an earlier cutover. */
export interface RunSettings {
  /** Rows per chunk. */
  readonly batchSize: number | null;
  readonly lanes: number | null;
  readonly rejectLimit: RejectLimit | null;
  /** Null: nobody has decided, so such rows are rejected. */
  readonly onConflict: ConflictPolicy | null;
  /** How long a lost database is waited for. */
  readonly reconnectMs: number | null;
  /** How long a silent database is waited for where its answer is due soon. */
  readonly stallTimeoutMs: number | null;
  /** How long a lock of somebody else is waited for. */
  readonly lockTimeoutMs: number | null;
  /** Whether the run is proven after the load. */
  readonly validate: 'after' | 'no' | null;
  /** By entity: the operator's condition. */
  readonly where: ByName<string>;
  /**
   * By the name of a table whose entity names no schema: the schema in which the run has found it. A run of an earlier cutover has none: it took
   * every such table for one of `public`.
   */
  readonly schemas: ByName<string>;
  readonly allowed: Allowances;
  /** Version of the time zone data that the first start has converted with. */
  readonly zoneData: string | null;
  /** How many of the RENAMINGS of changes the run knew. */
  readonly changeNames: number;
  /** By entity: rows that its table had before the run. */
  readonly rowsBefore: ByName<number>;
  /** The moment of the target at which they were counted. */
  readonly rowsBeforeAt: string | null;
  /** By entity: since when a retry of its rejects is under way, or was broken off. */
  readonly retriesBegun: ByName<string>;
  /** By entity: rejected rows that had been loaded later when a reset took it back. */
  readonly retriedBeforeReset: ByName<number>;
  /** Rows of the run that resets have left. */
  readonly leftByReset: number;
  /** Parts of the account that had been edited when a reset believed them. */
  readonly editedAtReset: string | null;
  /** What this version does not know, or cannot read; kept as it is. */
  readonly others: StoredSettings;
}

/** The names that the ledger has for them. Never rename one that has landed: earlier ledgers have it. */
export const SETTING = {
  batchSize: 'batchSize',
  lanes: 'lanes',
  rejectLimit: 'maxRejects',
  onConflict: 'onConflict',
  reconnectMs: 'reconnectMs',
  stallTimeoutMs: 'stallTimeoutMs',
  lockTimeoutMs: 'lockTimeoutMs',
  validate: 'validate',
  triggers: 'allowTriggers',
  unlogged: 'allowUnlogged',
  zoneData: 'zoneData',
  changeNames: 'changeNames',
  rowsBeforeAt: 'rowsBeforeAt',
  leftByReset: 'leftByReset',
  editedAtReset: 'editedAtReset',
} as const;

/** What those names begin with of which there is one for each entity or table. */
const PREFIX = {
  where: 'where.',
  schemas: 'schemaOf.',
  rowsBefore: 'rowsBefore.',
  retriesBegun: 'retryBegun.',
  retriedBeforeReset: 'retriedBeforeReset.',
} as const;

/** As the ledger keeps it. Inverse of `decodeSettings`. */
export function encodeSettings(settings: RunSettings): StoredSettings {
  const { rejectLimit, allowed, changeNames, leftByReset } = settings;
  const single: (readonly [name: string, value: Stored])[] = [
    [SETTING.batchSize, settings.batchSize],
    [SETTING.lanes, settings.lanes],
    [SETTING.rejectLimit, rejectLimit === null ? null : limitText(rejectLimit)],
    [SETTING.onConflict, settings.onConflict],
    [SETTING.reconnectMs, settings.reconnectMs],
    [SETTING.stallTimeoutMs, settings.stallTimeoutMs],
    [SETTING.lockTimeoutMs, settings.lockTimeoutMs],
    [SETTING.validate, settings.validate],
    [SETTING.triggers, allowed.triggers.length > 0 ? allowed.triggers.join(', ') : null],
    [SETTING.unlogged, allowed.unlogged ? true : null],
    [SETTING.zoneData, settings.zoneData],
    [SETTING.changeNames, changeNames > 0 ? changeNames : null],
    [SETTING.rowsBeforeAt, settings.rowsBeforeAt],
    [SETTING.leftByReset, leftByReset > 0 ? leftByReset : null],
    [SETTING.editedAtReset, settings.editedAtReset],
  ];
  return Object.fromEntries([
    ...Object.entries(settings.others),
    ...single.filter(([, value]) => value !== null),
    ...named(PREFIX.where, settings.where),
    ...named(PREFIX.schemas, settings.schemas),
    ...named(PREFIX.rowsBefore, settings.rowsBefore),
    ...named(PREFIX.retriesBegun, settings.retriesBegun),
    ...named(PREFIX.retriedBeforeReset, settings.retriedBeforeReset),
  ]);
}

/** What a record of the ledger says, of whichever version. */
export function decodeSettings(stored: StoredSettings): RunSettings {
  const left = new Map(Object.entries(stored));
  const { one, each } = taking(left);
  const known = {
    batchSize: one(SETTING.batchSize, aNumber),
    lanes: one(SETTING.lanes, aNumber),
    rejectLimit: one(SETTING.rejectLimit, aLimit),
    onConflict: one(SETTING.onConflict, aPolicy),
    reconnectMs: one(SETTING.reconnectMs, aNumber),
    stallTimeoutMs: one(SETTING.stallTimeoutMs, aNumber),
    lockTimeoutMs: one(SETTING.lockTimeoutMs, aNumber),
    validate: one(SETTING.validate, aProof),
    where: each(PREFIX.where, aText),
    schemas: each(PREFIX.schemas, aText),
    allowed: {
      triggers: one(SETTING.triggers, aText)?.split(', ') ?? [],
      unlogged: one(SETTING.unlogged, (value) => (value === true ? value : undefined)) ?? false,
    },
    zoneData: one(SETTING.zoneData, aText),
    changeNames: one(SETTING.changeNames, aCount) ?? 0,
    rowsBefore: each(PREFIX.rowsBefore, aNumber),
    rowsBeforeAt: one(SETTING.rowsBeforeAt, aText),
    retriesBegun: each(PREFIX.retriesBegun, aText),
    retriedBeforeReset: each(PREFIX.retriedBeforeReset, aNumber),
    leftByReset: one(SETTING.leftByReset, aCount) ?? 0,
    editedAtReset: one(SETTING.editedAtReset, aText),
  };
  return { ...known, others: Object.fromEntries(left) };
}

/** What people are shown of them: not what stands beside the entities, or in the history of the run. In the order of the ledger. */
export function settingsShown(settings: RunSettings): StoredSettings {
  const shown = { schemas: {}, changeNames: 0, rowsBefore: {}, rowsBeforeAt: null };
  const entries = Object.entries(encodeSettings({ ...settings, ...shown, retriesBegun: {}, retriedBeforeReset: {} }));
  return Object.fromEntries(entries.sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1)));
}

type Read<T> = (value: Stored) => T | undefined;

const aNumber: Read<number> = (value) => (typeof value === 'number' ? value : undefined);
const aCount: Read<number> = (value) => (typeof value === 'number' && value > 0 ? value : undefined);
const aText: Read<string> = (value) => (typeof value === 'string' ? value : undefined);
const aPolicy: Read<ConflictPolicy> = (value) => CONFLICT_POLICIES.find((policy) => policy === value);
const aProof: Read<'after' | 'no'> = (value) => (value === 'after' || value === 'no' ? value : undefined);

function aLimit(value: Stored): RejectLimit | undefined {
  if (typeof value !== 'string') return undefined;
  const limit = limitOf(value);
  return limitText(limit) === value ? limit : undefined;
}

/** Reads that take what they can read out of `left`. */
function taking(left: Map<string, Stored>): {
  readonly one: <T>(name: string, read: Read<T>) => T | null;
  readonly each: <T>(prefix: string, read: Read<T>) => ByName<T>;
} {
  const one = <T>(name: string, read: Read<T>): T | null => {
    const value = read(left.get(name) ?? null);
    if (value === undefined) return null;
    left.delete(name);
    return value;
  };
  const each = <T>(prefix: string, read: Read<T>): ByName<T> => {
    const names = [...left.keys()].filter((name) => name.startsWith(prefix));
    const found = names.map((name) => [name.slice(prefix.length), one(name, read)] as const);
    return Object.fromEntries(found.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])));
  };
  return { one, each };
}

function named(prefix: string, values: ByName<string | number>): (readonly [name: string, value: Stored])[] {
  return Object.entries(values).map(([name, value]) => [prefix + name, value] as const);
}

/** A run of which nothing is noted. */
export const NO_SETTINGS: RunSettings = decodeSettings({});
