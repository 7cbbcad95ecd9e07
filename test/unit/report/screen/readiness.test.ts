import type { Issue } from '../../../../src/core/issues';
import type { EntityReadiness, Readiness } from '../../../../src/core/run/readiness';
import { readinessReport } from '../../../../src/report/screen/readiness';
import { UNKNOWN_ALLOY } from '../../../support/a-report';

const COIL: EntityReadiness = {
  entity: 'coil',
  state: 'scanned',
  matching: 20_000,
  filtered: 5,
  scn: '1000',
  scanned: 20_000,
  skipped: 0,
  updated: 0,
  rejected: 1,
  rejects: [UNKNOWN_ALLOY],
  changes: [{ property: 'notes', kind: 'trimmed', count: 3, sampleKeys: ['["1"]'] }],
  seconds: 1.25,
};

const READY: Readiness = {
  scn: '1000',
  sample: null,
  entities: [COIL],
  orphans: [],
  rejects: { rejected: 1, allowed: 200 },
  issues: [],
  seconds: 2,
};

const ERROR: Issue = { code: 'HIGH_BYTES', level: 'error', message: 'bytes', subject: 'coil.NOTES' };

describe('the report of a scan', () => {
  it('ends with the verdict, and never rounds a share up to 100 %', () => {
    const { output, exitCode } = readinessReport(READY, []);
    expect(exitCode).toBe(0);
    expect(output).toContain('Scanned 20,000 rows at SCN 1000 in 2.0 s; the target is unchanged.');
    expect(output).toMatch(/coil +20,000 +5 +20,000 +1 +99\.99 % +1\.3 +with rejects/);
    expect(output).toMatch(/coil\.alloy +transform +unknown code +1 +\["7"\]/);
    expect(output).toMatch(
      /1 row would be rejected, 200 are allowed: within the limit\.\n0 errors, 0 warnings\. Ready to migrate\.\n$/,
    );
  });

  it('says how many rows meet rows of the target where any does', () => {
    const { output } = readinessReport({ ...READY, entities: [{ ...COIL, skipped: 300 }] }, []);
    expect(output).toMatch(/^entity +rows +filtered +scanned +skipped +rejected +ready/m);
    expect(output).toMatch(/^coil +20,000 +5 +20,000 +300 +1 +99\.99 %/m);
  });

  it('claims no limit to be kept where nothing was read', () => {
    const entities = [{ ...COIL, state: 'failed' as const, scanned: 0, rejected: 0, rejects: [] }];
    const { output } = readinessReport({ ...READY, entities, rejects: { rejected: 0, allowed: 0 } }, [ERROR]);
    expect(output).toContain('No entity was read to its end: nothing is known of the data.');
    expect(output).not.toContain('within the limit');
  });

  it.each([
    [['coil'], 'Scanned 40,000 rows at SCN 1000, but coil without a snapshot, in 2.0 s'],
    [['coil', 'skid'], 'Scanned 40,000 rows without a snapshot in 2.0 s'],
  ])('names what was read without a snapshot: %s', (current, said) => {
    const entities = ['coil', 'skid'].map((entity) => ({
      ...COIL,
      entity,
      scn: current.includes(entity) ? null : '1000',
    }));
    const { output } = readinessReport({ ...READY, entities }, []);
    expect(output).toContain(said);
  });

  it('fails by more rejects than are allowed', () => {
    const { output, exitCode } = readinessReport({ ...READY, rejects: { rejected: 1, allowed: 0 } }, []);
    expect(exitCode).toBe(65);
    expect(output).toMatch(/TOO MANY\.\n0 errors, 0 warnings\. Not ready: .*fewer rows .*--max-rejects\.\n$/);
    expect(output).not.toContain('correct the errors');
  });

  it.each([
    ['the pre-flight', READY, [ERROR]],
    ['the data', { ...READY, issues: [ERROR] }, []],
  ])('fails by an error of %s', (_, readiness, preflight) => {
    const { output, exitCode } = readinessReport(readiness, preflight);
    expect(exitCode).toBe(65);
    expect(output).toContain('1 error, 0 warnings. Not ready');
  });

  it('gives machines the score and every reason', () => {
    expect(readinessReport(READY, []).facts).toMatchObject({
      issues: [],
      readiness: { scn: '1000', rejects: { rejected: 1 }, entities: [{ entity: 'coil', ready: 19_999 / 20_000 }] },
    });
  });

  it('shows what would be changed among the details, and orphans that would be cleared', () => {
    const orphan = { entity: 'coil', foreignKey: 'fk', property: 'parentId', orphans: 4, constraint: 'valid' } as const;
    const report = readinessReport({ ...READY, orphans: [{ ...orphan, policy: 'null' }] }, []);
    expect(report.details).toMatch(/coil\.notes +trimmed +3 +\["1"\]/);
    expect(report.output).toContain('orphans  coil.parentId: 4 would be set to null');
  });

  it('has no score where nothing was read', () => {
    const failed = { ...COIL, state: 'failed' as const, matching: null, scanned: 0, rejected: 0, rejects: [] };
    expect(readinessReport({ ...READY, entities: [failed] }, []).output).toMatch(/coil +- .* - .*NOT READ/);
  });
});
