import { mismatch } from '../../../../src/validate/mismatch';
import type { RowFigures, SourceAccount } from '../../../../src/core/run/source-accounts';
import type { RunFacts } from '../../../../src/report/evidence/draw-up-report';
import type { RunReport } from '../../../../src/report/evidence/run-report';
import {
  aComparedVerdict,
  aComparison,
  allCompared,
  at,
  anEnd,
  aProgress,
  aReport,
  aRunRecord,
  aStart,
  aTally,
  aValidation,
  aVerdict,
} from '../../../support/a-report';

const rowsOf = (changes: Partial<RowFigures> = {}): RowFigures => {
  return { total: 10, once: 10, several: 0, leftByChoice: 0, ofOthers: 0, none: 0, ...changes };
};
const claim = (entity: string, taken = 10, inRun = true) => ({ entity, taken, loaded: taken, inRun });
const anAccount = (source: string, changes: Partial<SourceAccount>): SourceAccount => ({
  ...{ source, kind: 'table', mark: null, scn: '4711', rows: rowsOf(), claims: [] },
  ...{ readBy: [], lookedUpBy: [], reasons: [], problem: null },
  ...changes,
});

const verdict = (...of: Parameters<typeof aReport>): RunReport['verdict'] => aReport(...of).verdict;
const differs = { code: 'COUNT_MISMATCH', level: 'error', subject: 'coil', message: '1 row is missing' } as const;

describe('the verdict of a report', () => {
  it('accounts for every row, and calls counts that agree counts, never a proof', () => {
    expect(verdict()).toEqual({
      kind: 'counted',
      because: ['no value was compared'],
      next: 'cutover validate --run run-1 --level rows',
      then: null,
      advice: null,
      part: null,
      history: [],
      sentence:
        'Complete and accounted for, not proven: of 20 source rows 18 are in the target and 2 were rejected; the counts of both sides agree; no value was compared.',
    });
  });

  it.each([
    ['keys', 'proven by keys: every key was compared, other values were not, and nothing differs'],
    ['rows', 'proven by rows: every value was compared, and nothing differs'],
  ] as const)('is proven where %s of every entity were compared, and says so', (level, said) => {
    const found = verdict({ trail: { validations: [allCompared(level)] } });
    expect(found).toMatchObject({ kind: 'proven', because: [], sentence: expect.stringContaining(said) as string });
    expect(found.next).toBe(level === 'rows' ? null : 'cutover validate --run run-1 --level rows');
  });

  it('is as weak as the entity that was looked at least closely', () => {
    const rows = aValidation({ level: 'rows', verdicts: [aComparedVerdict('coil', 'rows')] });
    expect(verdict({ trail: { validations: [aValidation(), rows] } })).toMatchObject({
      kind: 'partly-proven',
      because: ['no value of customer was compared'],
      sentence: expect.stringContaining('nothing differs; proven by rows: coil; no value of customer was') as string,
    });
    const both = [allCompared('keys'), rows];
    expect(verdict({ trail: { validations: both } }).sentence).toContain('proven by keys');
  });

  it('takes an entity for counted whose rows were to be compared and could not be', () => {
    const warning = { code: 'MAPPING_OF_RETRY', level: 'warning', subject: 'coil', message: 'm' } as const;
    const verdicts = [aComparedVerdict('customer', 'rows'), aVerdict('coil', { issues: [warning] })];
    const found = verdict({ trail: { validations: [aValidation({ level: 'rows', verdicts })] } });
    expect(found).toMatchObject({ kind: 'partly-proven', because: ['no value of coil was compared'] });
  });

  it.each(['preflight', 'comparison'] as const)('never proves an entity that a finding of the %s qualifies', (by) => {
    const finding = { code: 'TYPE_BY_TEXT', level: 'warning', subject: 'coil.shape', message: 'm' } as const;
    const starts = [aStart(1, { findings: by === 'preflight' ? [finding] : [] })];
    const coil = aComparedVerdict('coil', 'rows', { issues: by === 'comparison' ? [finding] : [] });
    const verdicts = [aComparedVerdict('customer', 'rows'), coil];
    const report = aReport({ trail: { starts, validations: [aValidation({ level: 'rows', verdicts })] } });
    expect(report.verdict).toMatchObject({
      kind: 'partly-proven',
      because: ['coil was compared as the server writes it'],
      sentence: expect.stringContaining(
        'proven in part: of 20 source rows 18 are in the target and 2 were rejected; nothing differs; proven by rows: customer; coil was compared as',
      ) as string,
      next: null,
      advice: expect.stringMatching(/^Compare values of coil of the types that only the server can read/) as string,
    });
    expect(report.entities.map(({ provenBy }) => provenBy)).toEqual(['rows', null]);
  });

  it('counts findings that do not speak against the run', () => {
    const warning = { ...differs, level: 'warning' } as const;
    const verdicts = [aComparedVerdict('customer', 'keys'), aComparedVerdict('coil', 'keys', { issues: [warning] })];
    const { kind, sentence } = verdict({ trail: { validations: [aValidation({ level: 'keys', verdicts })] } });
    expect([kind, sentence]).toEqual(['proven', expect.stringContaining('1 finding to be read below')]);
  });

  it('leads to the repair of rows that differ: by the list there is, else by way of one', () => {
    const missing = { code: 'ROWS_DIFFER', level: 'error', subject: 'coil', message: 'rows: 1 missing' } as const;
    const comparison = aComparison('rows', { missing: 1 });
    const verdicts = [aComparedVerdict('customer', 'rows'), aVerdict('coil', { comparison, issues: [missing] })];
    const of = (listedIn?: string) =>
      verdict({ trail: { validations: [aValidation({ level: 'rows', verdicts, ...(listedIn && { listedIn }) })] } });
    expect(of('night.json')).toMatchObject({
      kind: 'not-proven',
      next: 'cutover repair --from night.json',
      then: 'cutover validate --run run-1 --level rows',
    });
    expect(of('of the night.json')).toMatchObject({ next: "cutover repair --from 'of the night.json'" });
    expect(of()).toMatchObject({
      next: 'cutover validate --run run-1 --level rows --differences differences.json',
      then: 'cutover repair --from differences.json',
    });
  });

  it('says what to do about errors that another comparison would only find again', () => {
    const hint = 'See whose they are.';
    const came = { code: 'COUNT_MISMATCH', level: 'error', subject: 'coil', message: '1 row came', hint } as const;
    const verdicts = [aComparedVerdict('customer', 'rows'), aComparedVerdict('coil', 'rows', { issues: [came] })];
    expect(verdict({ trail: { validations: [aValidation({ level: 'rows', verdicts })] } })).toMatchObject({
      advice: 'See whose they are. Then:',
      next: 'cutover validate --run run-1 --level rows',
    });
  });

  it('repairs from the list that was written with the comparison', () => {
    const issue = mismatch('gone', 'coil', '1 row is gone since');
    const verdicts = [aComparedVerdict('customer', 'rows'), aComparedVerdict('coil', 'rows', { issues: [issue] })];
    const missing = aComparison('rows', { missing: 1 });
    const listed = verdicts.map((one) => (one.entity === 'coil' ? { ...one, comparison: missing } : one));
    const { advice } = verdict({
      trail: { validations: [aValidation({ level: 'rows', verdicts: listed, listedIn: 'night.json' })] },
    });
    expect(advice).toContain('night.json lists rows that are missing: "cutover repair --from night.json" repairs them');
    expect(advice).not.toContain('differences.json');
  });

  it('does not say that the counts of both sides agree where the source could not be counted', () => {
    const lost = { code: 'SOURCE_NOT_COUNTED', level: 'warning', subject: 'coil', message: 'm' } as const;
    const verdicts = [aVerdict('customer'), aVerdict('coil', { sourceRows: null, issues: [lost] })];
    expect(verdict({ trail: { validations: [aValidation({ verdicts })] } }).sentence).toContain(
      'the counts of both sides agree, but the source was not counted for coil (counts of the ledger only)',
    );
  });

  it('names what was done beside the load', () => {
    const starts = [aStart(1, { end: anEnd({ state: 'interrupted' }) }), aStart(2), aStart(3)];
    const repaired = { inserted: 1, replaced: 2, deleted: 0, undoubled: 0, left: 0 };
    const repairs = [{ at: at(100), entities: [{ entity: 'coil', ...repaired }] }];
    const retries = [{ entity: 'customer', fingerprint: 'f9', rows: 1, at: at(110) }];
    const found = verdict({ trail: { starts, repairs, retries } });
    expect(found.history).toEqual([
      'the run was resumed twice',
      '3 rows of coil were repaired (1 inserted, 2 replaced)',
      '1 rejected row of customer was loaded later',
    ]);
    expect(found.sentence).toContain(
      'Beside the load: the run was resumed twice; 3 rows of coil were repaired (1 inserted, 2 replaced); 1 ',
    );
  });

  it('names the entities that were not validated', () => {
    const { kind, sentence, next } = verdict({
      trail: { validations: [aValidation({ verdicts: [aVerdict('coil')] })] },
    });
    expect(kind).toBe('not-validated');
    expect(sentence).toMatch(/^Complete, but not validated: .*; no comparison of customer\.$/);
    expect(next).toBe('cutover validate --run run-1 --level rows');
  });

  it('does not stand on a validation that was made before the run was resumed', () => {
    const starts = [aStart(1, { end: anEnd({ state: 'interrupted' }) }), aStart(2)];
    expect(verdict({ trail: { starts, validations: [aValidation()] } }).kind).toBe('not-validated');
    expect(verdict({ trail: { starts, validations: [allCompared('keys', { start: 2 })] } }).kind).toBe('proven');
  });

  it.each<[string, RunReport['verdict']['kind'], Partial<RunFacts['trail']>]>([
    ['Loaded (which rows no mapping takes is not kept: LEDGER_OUTDATED), not proven: of 20', 'counted', {}],
    [
      'Loaded (which rows no mapping takes is not kept: LEDGER_OUTDATED): of 20',
      'proven',
      { validations: [allCompared('rows')] },
    ],
    ['Loaded, but not validated: of 20', 'not-validated', { validations: [] }],
  ])('is never "complete" where nothing is known of the rows that no mapping takes: %s', (sentence, kind, trail) => {
    const found = verdict({ sources: null, trail });
    expect(found).toMatchObject({ kind, next: 'cutover validate --run run-1 --level rows' });
    expect(found.sentence.startsWith(sentence)).toBe(true);
  });

  describe('over the rows of the legacy tables', () => {
    const customers = anAccount('A.CUST', { claims: [claim('customer')] });
    const refused = { rows: null, problem: 'the database refuses to count its rows: ORA-00976' };

    it.each<[string, SourceAccount, string]>([
      ['a count is refused', anAccount('A.COIL', { ...refused, claims: [claim('coil')] }), 'A.COIL'],
      ['a query does not say what it reads', anAccount('COILS', { kind: 'query', readsUnsaid: ['coil'] }), 'COILS'],
      ['a view does not say so', anAccount('A.V', { kind: 'view', readsUnsaid: ['coil'], reasons: ['old'] }), 'A.V'],
    ])('is not complete where %s', (_, account, name) => {
      const found = verdict({ sources: [customers, { ...account, claims: [claim('coil')] }] });
      expect(found).toMatchObject({
        kind: 'not-complete',
        because: [`rows of ${name} cannot be accounted for`],
        next: 'cutover check',
        then: 'cutover validate --run run-1 --level rows',
      });
      expect(found.sentence).not.toMatch(/complete and/i);
    });

    it('is complete where the rows that cannot be counted stay for a reason: known tables are summed, the others named', () => {
      const coils = anAccount('A.COIL', { ...refused, claims: [claim('coil')], reasons: ['scrapped'] });
      const twice = { ...customers, rows: rowsOf({ several: 4 }), claims: [claim('customer'), claim('coil', 4)] };
      const log = anAccount('A.LOG', { rows: rowsOf({ once: 0, none: 10 }), reasons: ['archive'] });
      expect(verdict({ sources: [twice, coils, log] }).sentence).toContain(
        'of 20 source rows in 2 tables 10 were taken by mappings (4 by several) and 10 were left behind for a reason (A.LOG); not counted: the rows of A.COIL; of the 20 rows made of all these 18 are in the target and 2 were rejected;',
      );
    });

    it('counts a table of two entities once where the ledger knows no more than its name', () => {
      const origin = { target: 'public.t', where: null, leftOut: [] };
      const entities = ['customer', 'coil'].map((entity) => ({ entity, source: 'A.PARTY', ...origin }));
      const { verdict: found, totals } = aReport({ trail: { starts: [aStart(1, { entities })] } });
      expect(found.sentence).toContain('of 10 source rows in 1 table it is not known which several mappings take');
      expect(totals.source).toBe(10);
    });

    it('of a run of some entities names in every verdict what is not in it', () => {
      const jobs = anAccount('A.JOB', { rows: rowsOf({ once: 0, ofOthers: 10 }), claims: [claim('job', 10, false)] });
      const coils = anAccount('A.COIL', { claims: [claim('coil')] });
      const part = 'Part of the migration: 2 of 3 entities; not in this run: job (10 rows of A.JOB). ';
      const sources = [customers, coils, jobs];
      const open = { ...coils, rows: rowsOf({ once: 9, none: 1 }) };
      const validations = (level: 'counts' | 'keys' | 'rows') => ({ trail: { validations: [allCompared(level)] } });
      for (const [facts, then] of [
        [{ sources }, 'This part is complete and accounted for, not proven: of 30 source rows in 3 tables 18 are'],
        [{ sources, ...validations('rows') }, 'This part is complete and accounted for: of 30 source rows'],
        [{ sources, trail: { validations: [] } }, 'This part is complete, but not validated: of 30 source rows'],
        [{ sources: [customers, open, jobs] }, 'Not complete, because 1 of 10 rows of A.COIL is taken by no mapping'],
      ] as const) {
        const { sentence } = verdict(facts);
        expect(sentence.startsWith(`${part}${then}`)).toBe(true);
      }
      expect(verdict({ sources, ...validations('rows') }).next).toBe('cutover migrate --validate --entity job');
    });
  });

  it.each<[string, Partial<Omit<RunFacts, 'trail'>>]>([
    ['the account of coil is open: 1 row not read', { progress: openAccount({ read: 9, inserted: 8 }) }],
    ['the account of coil is open: 1 row unaccounted for', { progress: openAccount({ inserted: 8 }) }],
  ])('is not proven where %s', (because, facts) => {
    expect(verdict(facts)).toMatchObject({ kind: 'not-proven', because: [because] });
  });

  it('is not proven where a validation found a difference, named in the sentence', () => {
    const validation = aValidation({ verdicts: [aVerdict('customer'), aVerdict('coil', { issues: [differs] })] });
    expect(verdict({ trail: { validations: [validation] } })).toMatchObject({
      kind: 'not-proven',
      sentence: 'Complete, but not proven: coil: 1 row is missing.',
    });
  });

  it.each<[string, Parameters<typeof aReport>[0]]>([
    [
      'coil is not loaded (1 of 2 chunks loaded)',
      { ...killed(), progress: [aProgress('customer'), aProgress('coil', { loadedChunks: 1 })] },
    ],
    ['coil is not loaded (it was not planned)', { ...killed(), progress: [aProgress('customer')] }],
    ['it is running still, or was killed', killed()],
    [
      '3 objects (foreign keys, triggers, indexes) are still set aside',
      { run: aRunRecord({ state: 'failed' }), trail: { aside: 3 } },
    ],
    [
      '2 rows were rejected, 1 allowed',
      {
        run: aRunRecord({ state: 'failed' }),
        trail: { starts: [aStart(1, { end: anEnd({ rejects: { rejected: 2, allowed: 1 } }) })] },
      },
    ],
    [
      'it was taken back: nothing of it is in the target',
      { run: aRunRecord({ state: 'reset' }), progress: [], trail: { starts: [aStart(1)] } },
    ],
    [
      'not everything came back in place: index i refuses',
      {
        run: aRunRecord({ state: 'failed' }),
        trail: {
          starts: [
            aStart(1, { end: anEnd({ failure: { code: 'LOAD_FAILED', message: 'index i refuses', hint: null } }) }),
          ],
        },
      },
    ],
  ])('is not complete, because %s', (because, facts) => {
    expect(verdict(facts)).toMatchObject({ kind: 'not-complete', sentence: `Not complete, because ${because}.` });
  });

  it('repeats why an entity has failed, and how to go on', () => {
    const entities = [
      { entity: 'customer', state: 'failed', code: 'LOAD_FAILED', because: 'the disk is full' },
      { entity: 'coil', state: 'blocked', code: null, because: 'customer failed' },
    ] as const;
    const found = verdict({
      run: aRunRecord({ state: 'failed' }),
      progress: [aProgress('customer', { loadedChunks: 1 }), aProgress('coil', { loadedChunks: 0 })],
      trail: { starts: [aStart(1, { end: anEnd({ state: 'failed', entities }) })] },
    });
    expect(found.because).toEqual(['customer is failed (the disk is full)', 'coil is blocked (customer failed)']);
    expect(found.next).toMatch(/^cutover migrate --resume --run run-1/);
  });

  it('names a rehearsal as one, which leaves nothing to validate', () => {
    expect(verdict({}, 'rehearse')).toMatchObject({
      kind: 'counted',
      sentence: expect.stringMatching(/^Rehearsal: Complete/) as string,
      next: 'cutover migrate --validate',
    });
  });
});

function openAccount(tally: Parameters<typeof aTally>[0]): RunFacts['progress'] {
  return [aProgress('customer'), aProgress('coil', { tally: aTally(tally) })];
}

function killed(): { readonly run: RunFacts['run']; readonly trail: Partial<RunFacts['trail']> } {
  return { run: aRunRecord({ state: 'running', finishedAt: null }), trail: { starts: [aStart(1, { end: null })] } };
}
