import type { EntityOutcome, EntityTally, RunOutcome } from '../../../../src/core/run/outcomes';
import { accountOf } from '../../../../src/report/words/accounts';
import { runSummary, type SummaryContext } from '../../../../src/report/screen/summary';

const CLOSED: EntityTally = {
  source: 45_678,
  read: 45_678,
  inserted: 45_600,
  updated: 0,
  skipped: 0,
  rejected: 70,
  filtered: 8,
  checksum: 'ff',
};
const coil: EntityOutcome = { entity: 'coil', state: 'complete', tally: CLOSED, seconds: 2, code: null, because: null };

const outcome = (change: Partial<RunOutcome> = {}): RunOutcome => ({
  runId: 'r1',
  state: 'complete',
  scn: '4711',
  entities: [coil],
  orphans: [],
  rejects: { rejected: 70, allowed: 456 },
  seconds: 3.14,
  ...change,
});

const summary = (change: Partial<RunOutcome> = {}, context: Partial<SummaryContext> = {}) =>
  runSummary(outcome(change), { mode: 'load', changes: [], validation: null, rejectsFile: null, ...context });

const change = (property: string, count: number): SummaryContext['changes'][number] => ({
  entity: 'coil',
  property,
  kind: 'trimmed',
  count,
  sampleKeys: ['["1"]'],
});

describe('runSummary', () => {
  it('draws up the account of each entity in aligned columns', () => {
    const customer = {
      ...coil,
      entity: 'customer',
      tally: { ...CLOSED, source: 9, read: 9, inserted: 9, rejected: 0, filtered: 0 },
    };
    expect(summary({ entities: [coil, customer] }).output).toContain(
      [
        'entity    source    read  loaded  rejected  filtered  verdict',
        '--------  ------  ------  ------  --------  --------  ---------',
        'coil      45,678  45,678  45,600        70         8  accounted',
        'customer       9       9       9         0         0  accounted',
      ].join('\n'),
    );
  });

  it('says how fast large values were read, by class, and nothing where there were none', () => {
    const lobs = [
      { class: 'CLOB', bytes: 52_428_800, seconds: 2 },
      { class: 'LONG RAW', bytes: 1_500, seconds: 0 },
    ] as const;
    const { output, facts } = summary({ lobs });
    expect(output).toContain(
      [
        'read  CLOB: 52.429 MB in 2.00 s of waiting, 26.2 MB/s',
        'read  LONG RAW: 0.002 MB in 0.00 s of waiting, too short to tell a speed',
      ].join('\n'),
    );
    expect(facts).toMatchObject({ lobs });
    expect(summary().output).not.toContain('MB');
  });

  it('says how many rows were updated and skipped where rows of before were met', () => {
    const met = { ...coil, tally: { ...CLOSED, inserted: 45_000, updated: 500, skipped: 100 } };
    expect(summary({ entities: [met] }).output).toContain(
      [
        'entity  source    read  inserted  updated  skipped  rejected  filtered  verdict',
        '------  ------  ------  --------  -------  -------  --------  --------  ---------',
        'coil    45,678  45,678    45,000      500      100        70         8  accounted',
      ].join('\n'),
    );
  });

  it('ends with 0 only when the run is complete and accounted for', () => {
    expect(summary().exitCode).toBe(0);
  });

  const lost = { ...coil, tally: { ...CLOSED, inserted: 45_599 } };
  const failed: EntityOutcome = { ...coil, state: 'failed', code: 'SNAPSHOT_LOST', because: 'ORA-01555 in chunk 3' };
  it.each<[string, number, Partial<RunOutcome>, Partial<SummaryContext>]>([
    ['3 when a row is unaccounted for', 3, { entities: [lost] }, {}],
    [
      '3 when the validation finds an error',
      3,
      {},
      { validation: [{ code: 'X', level: 'error', message: 'm', subject: 's' }] },
    ],
    ['the code of the entity that failed', 74, { state: 'failed', entities: [failed] }, {}],
    ['65 for too many rejects', 65, { state: 'failed', rejects: { rejected: 500, allowed: 456 } }, {}],
    ['130 when interrupted', 130, { state: 'interrupted', entities: [{ ...coil, state: 'interrupted' }] }, {}],
  ])('ends with %s', (_case, exitCode, change, context) => {
    expect(summary(change, context).exitCode).toBe(exitCode);
  });

  it('names what failed and how to go on', () => {
    const { output } = summary({ state: 'failed', entities: [failed] });
    expect(output).toContain('coil failed: SNAPSHOT_LOST ORA-01555 in chunk 3');
    expect(output).toContain('cutover migrate --resume --run r1');
    expect(output).toMatch(/coil .* FAILED$/m);
  });

  it('says that foreign keys, triggers and indexes stay set aside until an unfinished load is resumed, and only then', () => {
    const stopped = summary({ state: 'interrupted', entities: [{ ...coil, state: 'interrupted' }] });
    expect(stopped.output).toContain('foreign keys, triggers and secondary indexes of these tables stay set aside');
    const overTheLimit = summary({ state: 'failed', rejects: { rejected: 500, allowed: 456 } });
    expect(overTheLimit.output).not.toContain('set aside');
  });

  it('tells of orphans, changes and the reject file', () => {
    const { output } = summary(
      {
        orphans: [
          {
            entity: 'coil',
            foreignKey: 'fk',
            property: 'customerId',
            policy: 'keep',
            orphans: 1234,
            constraint: 'not-valid',
          },
        ],
      },
      {
        changes: [change('name', 1000)],
        rejectsFile: '/tmp/rejects.jsonl',
      },
    );
    expect(output).toContain('orphans  coil.customerId: 1,234 kept; fk stays NOT VALID');
    expect(output).toContain('changed  coil: 1,000 values in 1 column');
    expect(output).toContain('/tmp/rejects.jsonl');
  });

  it('counts the changed values of an entity in one line, and has them by property for the log', () => {
    const { output, details, facts } = summary({}, { changes: [change('name', 1000), change('note', 1)] });
    expect(output).toContain('changed  coil: 1,001 values in 2 columns\n');
    expect(output).not.toContain('trimmed');
    expect(details).toContain('coil.name  trimmed   1,000  ["1"]');
    expect(facts).toMatchObject({ changes: [{ property: 'name' }, { property: 'note' }] });
  });

  it('ends with state, account, rejects and validation, and what to do next', () => {
    const found = { code: 'X', level: 'error', message: 'm', subject: 's' } as const;
    const { output } = summary({}, { changes: [change('name', 1)], validation: [found], rejectsFile: '/tmp/r.jsonl' });
    const starts = output.split('\n').map((line) => /^\w*/.exec(line)?.[0] ?? '');
    const order = ['changed', 'error', 'Run', 'entity', 'coil', 'Rejected', 'NOT', 'Next'];
    expect(starts.filter((word) => order.includes(word))).toEqual(order);
  });

  it('says what stays aside only where something does', () => {
    const failed = { state: 'failed', entities: [{ ...coil, state: 'failed', code: 'LOAD_FAILED' }] } as const;
    const { output } = summary({ ...failed, aside: 3 });
    expect(output).toContain('Go on with: cutover migrate --resume --run r1\n');
    expect(output).toContain('stay set aside');
    expect(summary({ ...failed, aside: 0 }).output).not.toContain('stay set aside');
  });

  it('names the new run that would end otherwise, in a command that a shell can read', () => {
    const failed = { state: 'failed', entities: [{ ...coil, state: 'failed', code: 'TARGET_CONFLICT' }] } as const;
    const { output } = summary(failed);
    expect(output).toContain(': cutover migrate --restart --on-conflict skip\n');
  });

  it('names no command that needs databases which are gone', () => {
    const { output } = summary({}, { databases: 'gone' });
    expect(output).toContain('Both databases are gone now. Keep them for other commands with: cutover demo --keep');
    expect(output).not.toContain('cutover validate');
  });

  it('says after a rehearsal that nothing was kept', () => {
    expect(summary({}, { mode: 'rehearse' }).output).toContain('Nothing was kept');
  });

  it('names after a rehearsal the command that does the same for real', () => {
    const forecast = { conflicts: [], duration: null, command: 'cutover migrate --validate --max-rejects 10%' };
    expect(summary({}, { mode: 'rehearse', forecast }).output).toContain(
      'Load for real with: cutover migrate --validate --max-rejects 10%\n',
    );
  });
});

describe('accountOf', () => {
  it.each<[string, Partial<EntityTally>]>([
    ['source not counted', { source: null }],
    ['10 rows not read', { source: 45_688 }],
    ['10 rows read twice', { source: 45_668 }],
    ['1 row unaccounted for', { filtered: 7 }],
  ])('stays open: %s', (because, change) => {
    expect(accountOf({ state: 'complete', tally: { ...CLOSED, ...change } })).toEqual({ kind: 'open', because });
  });
});
