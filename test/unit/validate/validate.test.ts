import { MigrationError } from '../../../src/core/errors';
import type { EntityContract } from '../../../src/core/mapping/entity-contract';
import type { OrphanPolicy } from '../../../src/core/mapping/table-mapping';
import type { EntityProgress, RunState } from '../../../src/core/run/run-record';
import type { Target } from '../../../src/core/ports/target';
import { runIssues, validate } from '../../../src/validate/validate';
import { isPending, pendingIssue } from '../../../src/core/run/pending';
import { NO_SETTINGS } from '../../../src/core/run/run-settings';
import { aProgress, aTally } from '../../support/a-report';
import { aRun } from '../../support/a-run';

async function verdictsAfter(
  spoil: (target: Target) => Target = (target) => target,
  rowsBefore = {},
  state: RunState = 'complete',
) {
  const run = aRun([
    { entity: 'customer', rows: 25 },
    { entity: 'coil', rows: 30, parents: ['customer'], where: (key) => key > 12 },
  ]);
  await run.start();
  const subjects = run.jobs.map(({ entity, read, contract }) => ({ entity, read, contract, orphans: {} }));
  const ports = { source: run.source, target: spoil(run.target) };
  return validate(subjects, ports, { id: 'run-1', scn: '1000', settings: { ...NO_SETTINGS, rowsBefore }, state });
}

const codes = async (verdicts: ReturnType<typeof verdictsAfter>): Promise<string[]> =>
  (await verdicts).flatMap(({ issues }) => issues.map(({ code, subject }) => `${code} ${subject}`));

describe('validate', () => {
  it('finds nothing after a run that lost nothing, filtered rows included', async () => {
    expect(await codes(verdictsAfter())).toEqual([]);
  });

  it('finds a row that was deleted from the target', async () => {
    const found = codes(verdictsAfter((target) => ({ ...target, count: async (t) => (await target.count(t)) - 1 })));
    expect(await found).toEqual(['COUNT_MISMATCH customer', 'COUNT_MISMATCH coil']);
  });

  it.each([
    [-1, 'the run inserted 25 rows, the table has 24 rows more than before it: 1 row is gone since'],
    [2, 'the run inserted 25 rows, the table has 27 rows more than before it: 2 rows came from elsewhere'],
    [-26, 'the run inserted 25 rows, the table has 1 row fewer than before it: 26 rows are gone since'],
  ])('says what a count that is off by %s means', async (off, message) => {
    const [customer] = await verdictsAfter((target) => ({
      ...target,
      count: async (t) => (await target.count(t)) + off,
    }));
    expect(customer?.issues).toMatchObject([{ message }]);
  });

  it('still says that rows came from elsewhere where the target does not answer whose they are', async () => {
    const refused = new MigrationError('LOAD_FAILED', 'canceling statement due to lock timeout');
    const [customer] = await verdictsAfter((target) => ({
      ...target,
      count: async (t) => (await target.count(t)) + 2,
      reader: async (asked) => ({ ...(await target.reader(asked)), newcomers: () => Promise.reject(refused) }),
    }));
    expect(customer?.issues).toMatchObject([
      { message: expect.stringMatching(/2 rows came from elsewhere$/) as string },
    ]);
    expect(customer?.issues[0]?.hint).not.toContain('Of no run');
  });

  it('takes rows that were there before the run out of the comparison', async () => {
    const later = (target: Target): Target => ({ ...target, count: async (t) => (await target.count(t)) + 7 });
    expect(await codes(verdictsAfter(later, { customer: 7, coil: 7 }))).toEqual([]);
  });

  it('finds an account that does not close', async () => {
    const spoil = (target: Target): Target => ({
      ...target,
      ledger: {
        ...target.ledger,
        progress: async (run) =>
          (await target.ledger.progress(run)).map((entity) => ({
            ...entity,
            tally: { ...entity.tally, rejected: entity.tally.rejected + 1 },
          })),
      },
    });
    expect(await codes(verdictsAfter(spoil))).toEqual(['ACCOUNT_OPEN customer', 'ACCOUNT_OPEN coil']);
  });

  it.each([
    ['interrupted', ['RUN_NOT_COMPLETE coil']],
    ['complete', ['COUNT_MISMATCH coil']],
  ] as const)('counts no entity of a run that is %s whose chunks are not all loaded: %s', async (state, expected) => {
    const spoil = (target: Target): Target => ({
      ...target,
      ledger: {
        ...target.ledger,
        progress: async (run) =>
          (await target.ledger.progress(run)).map((entity) =>
            entity.entity === 'coil'
              ? { ...entity, loadedChunks: 0, tally: { ...entity.tally, read: entity.tally.read - 5, inserted: 0 } }
              : entity,
          ),
      },
    });
    const found = await codes(verdictsAfter(spoil, {}, state));
    expect([...new Set(found)]).toEqual(expect.arrayContaining([...expected]));
    expect(found.some((code) => code.startsWith('COUNT_MISMATCH'))).toBe(state === 'complete');
  });

  it('counts no orphans of an entity that is not loaded yet, calls it pending, and judges those that are loaded', async () => {
    const spoil = (target: Target): Target => ({
      ...target,
      countOrphans: () => Promise.resolve(2),
      ledger: {
        ...target.ledger,
        progress: async (run) =>
          (await target.ledger.progress(run)).map((one) =>
            one.entity === 'coil' ? { ...one, loadedChunks: 0 } : { ...one },
          ),
      },
    });
    const [customer, coil] = await verdictsAfter(spoil, {}, 'interrupted');
    expect(customer).not.toHaveProperty('pending');
    expect(coil).toMatchObject({ pending: true, orphans: {}, issues: [{ code: 'RUN_NOT_COMPLETE', level: 'error' }] });
    expect(coil?.issues[0]).not.toHaveProperty('hint');
    expect(await codes(verdictsAfter(spoil, {}, 'complete'))).toContain('ORPHANS_FOUND coil.customerId');
  });

  it('never takes the counts of the ledger for those of a source whose SCN is out of reach: it says that it was not counted', async () => {
    const run = aRun([{ entity: 'customer', rows: 25 }]);
    await run.start();
    const lost = new MigrationError('SNAPSHOT_LOST', 'undo is overwritten');
    const ledger = {
      ...run.target.ledger,
      progress: async (id: string) =>
        (await run.target.ledger.progress(id)).map((entity) => ({ ...entity, snapshots: ['900'] })),
    };
    const counting = { ...run.source, count: () => Promise.reject(lost) };
    const subjects = run.jobs.map(({ entity, read, contract }) => ({ entity, read, contract, orphans: {} }));
    const [found] = await validate(
      subjects,
      { source: counting, target: { ...run.target, ledger } },
      { id: 'run-1', scn: '1000', settings: NO_SETTINGS, state: 'complete' },
    );
    expect(found?.sourceRows).toBeNull();
    expect(found?.issues.map(({ code, level }) => [code, level])).toEqual([
      ['SNAPSHOTS_DIFFER', 'warning'],
      ['SOURCE_NOT_COUNTED', 'warning'],
    ]);
  });

  it('finds orphans by relation, except where the policy keeps them', async () => {
    const spoil = (target: Target): Target => ({ ...target, countOrphans: () => Promise.resolve(2) });
    expect(await codes(verdictsAfter(spoil))).toEqual(['ORPHANS_FOUND coil.customerId']);
  });

  it('says that a run settles its orphans at its end, and advises a repair only after it', async () => {
    const spoil = (target: Target): Target => ({ ...target, countOrphans: () => Promise.resolve(2) });
    const found = async (state: 'complete' | 'interrupted') =>
      (await verdictsAfter(spoil, {}, state)).flatMap(({ issues }) => issues);
    const [open] = await found('interrupted');
    expect(open?.message).toContain('the run rejects, clears or keeps them at its end');
    expect(open).not.toHaveProperty('hint');
    expect(await found('complete')).toMatchObject([{ hint: expect.stringContaining('repair --from') as string }]);
  });

  it('counts the orphans of a shared table for an entity that is loaded where another one is still to be', async () => {
    const run = aRun([
      { entity: 'customer', rows: 5 },
      { entity: 'coil', rows: 5, parents: ['customer'] },
    ]);
    await run.start();
    const coil = run.jobs.find(({ entity }) => entity === 'coil');
    if (coil === undefined) throw new RangeError('no coil');
    const of = (entity: string) => ({ ...coil, entity, orphans: {}, sharers: ['ring', 'coil'] });
    const target: Target = { ...run.target, countOrphans: () => Promise.resolve(2) };
    const found = await validate(
      [of('ring'), of('coil')],
      { source: run.source, target },
      {
        ...{ id: 'run-1', scn: '1000', settings: NO_SETTINGS, state: 'interrupted' },
      },
    );
    expect(found.map(({ entity, orphans }) => [entity, orphans])).toEqual([
      ['ring', {}],
      ['coil', { customerId: 2 }],
    ]);
  });
});

describe('the orphans of a table that entities with different relations fill', () => {
  async function found(policies: Readonly<Record<string, Record<string, OrphanPolicy>>> = {}) {
    const run = aRun([{ entity: 'person', rows: 5 }]);
    await run.start();
    const [person] = run.jobs;
    if (person === undefined) throw new RangeError('no person');
    const relation = (property: string, column: string, parent: string) => ({
      ...{ property, columns: [column], parent: { schema: 'public', name: parent }, parentColumns: ['id'] },
    });
    const of = (entity: string, ...relations: EntityContract['relations']) => ({
      ...{ ...person, entity, orphans: policies[entity] ?? {}, sharers: ['patient', 'doctor'] },
      contract: { ...person.contract, relations },
    });
    const subjects = [
      of('patient', relation('home', 'town_id', 'town')),
      of('doctor', relation('ward', 'ward_id', 'ward'), relation('town', 'town_id', 'town')),
    ];
    const ledger = {
      ...run.target.ledger,
      progress: async (id: string) =>
        (await run.target.ledger.progress(id)).flatMap((one) =>
          ['patient', 'doctor'].map((entity) => ({ ...one, entity })),
        ),
    };
    const target: Target = { ...run.target, ledger, countOrphans: () => Promise.resolve(2) };
    const at = { id: 'run-1', scn: '1000', settings: NO_SETTINGS, state: 'complete' } as const;
    const verdicts = await validate(subjects, { source: run.source, target }, at);
    const subjectsOf = verdicts.flatMap(({ issues }) => issues.filter(({ code }) => code === 'ORPHANS_FOUND'));
    return { orphans: verdicts.map(({ orphans }) => orphans), named: subjectsOf.map(({ subject }) => subject) };
  }

  it('are counted for each relation once, those of a later entity included', async () => {
    expect(await found()).toEqual({ orphans: [{ home: 2 }, { ward: 2 }], named: ['patient.home', 'doctor.ward'] });
  });

  it('are kept by the relation, whatever its property is called, and never by a property of that name', async () => {
    expect((await found({ doctor: { town: 'keep' } })).named).toEqual(['doctor.ward']);
    expect((await found({ patient: { ward: 'keep' } })).named).toEqual(['patient.home', 'doctor.ward']);
  });
});

describe('pendingIssue', () => {
  const run = { settings: { ...NO_SETTINGS, leftByReset: 3 } };
  const account = (changes: Partial<EntityProgress>): EntityProgress => ({ ...aProgress('coil'), ...changes });
  it.each<[string, EntityProgress | null, string]>([
    [
      'taken back',
      null,
      'nothing of it is loaded, but resets of the run have left 3 rows that were changed or deleted',
    ],
    ['planned', account({ plannedChunks: 5, loadedChunks: 0 }), 'nothing of it is loaded: it is not counted'],
    ['half loaded', account({ plannedChunks: 5, loadedChunks: 2 }), '2 of 5 chunks are loaded: it is not counted'],
    [
      'loaded by an earlier version',
      account({ plannedChunks: 5, loadedChunks: 5, tally: aTally({ source: null }) }),
      'its 5 chunks were loaded, but the ledger has no count of its rows in the source: it is not counted',
    ],
  ])(
    'says what there is of an entity that is %s, and leaves to the issue of the run how to finish it',
    (_, progress, message) => {
      expect(isPending({ state: 'interrupted' }, progress ?? undefined)).toBe(true);
      const issue = pendingIssue('coil', run, progress === null ? [] : [progress]);
      expect(issue).toMatchObject({ subject: 'coil', message: expect.stringContaining(message) as string });
      expect(issue).not.toHaveProperty('hint');
    },
  );
});

describe('runIssues', () => {
  it('does not call a run proven whose foreign keys may still be set aside', () => {
    expect(runIssues({ id: 'r1', state: 'failed', settings: NO_SETTINGS }, [])).toMatchObject([
      {
        code: 'RUN_NOT_COMPLETE',
        level: 'error',
        hint: 'Finish it with "cutover migrate --resume --run r1", then validate again.',
      },
    ]);
    expect(runIssues({ id: 'r1', state: 'complete', settings: NO_SETTINGS }, [])).toEqual([]);
  });
});
