import type { RunFacts } from '../../../../src/report/evidence/draw-up-report';
import type { RunReport } from '../../../../src/report/evidence/run-report';
import {
  anEnd,
  aProgress,
  aReport,
  aRunRecord,
  aStart,
  aTally,
  aValidation,
  aVerdict,
} from '../../../support/a-report';

const verdict = (...of: Parameters<typeof aReport>): RunReport['verdict'] => aReport(...of).verdict;
const differs = { code: 'COUNT_MISMATCH', level: 'error', subject: 'coil', message: '1 row is missing' } as const;

describe('the verdict of a report', () => {
  it('is one sentence that accounts for every row, and says how closely both sides were compared', () => {
    expect(verdict()).toEqual({
      kind: 'proven',
      because: [],
      next: 'cutover validate --run run-1 --level rows',
      sentence:
        'Complete and accounted for: of 20 source rows 18 are in the target and 2 were rejected; the counts of both sides agree, and nothing differs.',
    });
    const rows = verdict({ trail: { validations: [aValidation({ level: 'rows' })] } });
    expect(rows.sentence).toContain('every value was compared, and nothing differs');
    expect(rows.next).toBeNull();
  });

  it('is as weak as the entity that was looked at least closely', () => {
    const rows = aValidation({ level: 'rows', verdicts: [aVerdict('coil')] });
    expect(verdict({ trail: { validations: [aValidation(), rows] } }).sentence).toContain(
      'the counts of both sides agree',
    );
  });

  it('counts findings that do not speak against the run', () => {
    const warning = { ...differs, level: 'warning' } as const;
    const validation = aValidation({ verdicts: [aVerdict('customer'), aVerdict('coil', { issues: [warning] })] });
    const { kind, sentence } = verdict({ trail: { validations: [validation] } });
    expect([kind, sentence]).toEqual(['proven', expect.stringContaining('1 finding to be read below')]);
  });

  it('names the entities that were not validated', () => {
    const { kind, sentence, next } = verdict({
      trail: { validations: [aValidation({ verdicts: [aVerdict('coil')] })] },
    });
    expect(kind).toBe('not-validated');
    expect(sentence).toMatch(/^Complete, but not validated: .*; no proof of customer\.$/);
    expect(next).toBe('cutover validate --run run-1 --level rows');
  });

  it('does not stand on a validation that was made before the run was resumed', () => {
    const starts = [aStart(1, { end: anEnd({ state: 'interrupted' }) }), aStart(2)];
    expect(verdict({ trail: { starts, validations: [aValidation()] } }).kind).toBe('not-validated');
    expect(verdict({ trail: { starts, validations: [aValidation({ start: 2 })] } }).kind).toBe('proven');
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
      kind: 'proven',
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
