import fc from 'fast-check';
import { CONFLICT_POLICIES } from '../../../../src/core/run/conflicts';
import {
  decodeSettings,
  encodeSettings,
  NO_SETTINGS,
  settingsShown,
  type RunSettings,
} from '../../../../src/core/run/run-settings';

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value);
const byName = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> => fc.dictionary(name, value);
const name = fc.oneof(
  fc.constantFrom('coil', 'a.b', 'constructor', 'toString', 'rowsBefore', 'At'),
  fc.string({ minLength: 1 }).filter((text) => text !== '__proto__'),
);
const count = fc.integer({ min: 1, max: 1_000_000_000 });

const settings: fc.Arbitrary<RunSettings> = fc.record({
  batchSize: maybe(count),
  lanes: maybe(count),
  rejectLimit: maybe(
    fc.oneof(
      fc.record({ kind: fc.constant('rows' as const), rows: fc.nat() }),
      fc.record({ kind: fc.constant('percent' as const), percent: fc.nat(10_000).map((part) => part / 100) }),
    ),
  ),
  onConflict: maybe(fc.constantFrom(...CONFLICT_POLICIES)),
  reconnectMs: maybe(fc.nat()),
  stallTimeoutMs: maybe(fc.nat()),
  lockTimeoutMs: maybe(fc.nat()),
  validate: maybe(fc.constantFrom('after', 'no')),
  where: byName(fc.string()),
  schemas: byName(fc.string()),
  allowed: fc.record({
    triggers: fc.uniqueArray(fc.constantFrom('coil', 'customer', 'job')),
    unlogged: fc.boolean(),
  }),
  zoneData: maybe(fc.string()),
  changeNames: fc.nat(5),
  rowsBefore: byName(fc.nat()),
  rowsBeforeAt: maybe(fc.string()),
  retriesBegun: byName(fc.string()),
  retriedBeforeReset: byName(count),
  leftByReset: fc.nat(),
  editedAtReset: maybe(fc.string()),
  others: fc.constantFrom({}, { fromTomorrow: true }, { batchSize2: 7 }),
});

const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe('the settings of a run in the ledger', () => {
  it('say what the run was started with, whatever that is', () => {
    fc.assert(
      fc.property(settings, (one) => {
        expect(decodeSettings(throughJson(encodeSettings(one)))).toEqual(one);
      }),
    );
  });

  it('are written back as they were read, whoever has written them', () => {
    const prefixes = ['', 'where.', 'schemaOf.', 'rowsBefore.', 'retryBegun.', 'retriedBeforeReset.', 'maxRejects'];
    const names = fc.tuple(fc.constantFrom(...prefixes), name).map((parts) => parts.join(''));
    const known = fc.constantFrom(...Object.keys(encodeSettings(full)));
    const value = fc.oneof(fc.string(), fc.nat(), fc.boolean(), fc.constant(null), fc.constantFrom('1%', 'skip', '5'));
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(names, known), value), (record) => {
        expect(encodeSettings(decodeSettings(record))).toEqual(record);
      }),
    );
  });

  it('have the names that earlier ledgers have', () => {
    expect(encodeSettings(full)).toEqual({
      batchSize: 500,
      lanes: 2,
      maxRejects: '0.5%',
      onConflict: 'skip',
      reconnectMs: 60_000,
      stallTimeoutMs: 300_000,
      lockTimeoutMs: 30_000,
      validate: 'after',
      'where.coil': 'A > 1',
      'schemaOf.coil': 'app',
      allowTriggers: 'coil, job',
      allowUnlogged: true,
      zoneData: '2025c',
      changeNames: 2,
      'rowsBefore.coil': 7,
      rowsBeforeAt: '1:2:',
      'retryBegun.coil': '2026-12-01T00:00:00Z',
      'retriedBeforeReset.coil': 3,
      leftByReset: 4,
      editedAtReset: 'chunk 0 of coil',
    });
  });

  it('of an earlier cutover say no more than they have noted', () => {
    expect(decodeSettings({ batchSize: 500 })).toEqual({ ...NO_SETTINGS, batchSize: 500 });
  });

  it('that are no settings are nothing, and stay', () => {
    const odd = { batchSize: 'many', maxRejects: 'some', onConflict: 'pray', 'rowsBefore.coil': '7', allowUnlogged: 1 };
    expect(decodeSettings(odd)).toEqual({ ...NO_SETTINGS, others: odd });
  });

  it('are shown without what a report says elsewhere, in the order of the ledger', () => {
    expect(Object.keys(settingsShown(full))).toEqual([
      ...['lanes', 'validate', 'zoneData', 'batchSize', 'maxRejects', 'onConflict', 'where.coil', 'leftByReset'],
      ...['reconnectMs', 'allowTriggers', 'allowUnlogged', 'editedAtReset', 'lockTimeoutMs', 'stallTimeoutMs'],
    ]);
  });
});

const full: RunSettings = {
  batchSize: 500,
  lanes: 2,
  rejectLimit: { kind: 'percent', percent: 0.5 },
  onConflict: 'skip',
  reconnectMs: 60_000,
  stallTimeoutMs: 300_000,
  lockTimeoutMs: 30_000,
  validate: 'after',
  where: { coil: 'A > 1' },
  schemas: { coil: 'app' },
  allowed: { triggers: ['coil', 'job'], unlogged: true },
  zoneData: '2025c',
  changeNames: 2,
  rowsBefore: { coil: 7 },
  rowsBeforeAt: '1:2:',
  retriesBegun: { coil: '2026-12-01T00:00:00Z' },
  retriedBeforeReset: { coil: 3 },
  leftByReset: 4,
  editedAtReset: 'chunk 0 of coil',
  others: {},
};
