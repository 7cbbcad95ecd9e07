import { DEFAULT_MIGRATION, runMigration, type MigrationRequest } from '../../../src/app/run-migration';
import { runCheck } from '../../../src/app/run-check';
import { runScan, DEFAULT_SCAN } from '../../../src/app/run-scan';
import { runValidation } from '../../../src/app/run-validation';
import type { RunClaim, Target } from '../../../src/core/ports/target';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import { startAbis, type Abis } from '../../support/abis';
import { QUIET } from '../../support/quiet';

const ABOUT_ROWS = ['TARGET_NOT_EMPTY', 'PARENT_EMPTY', 'SEQUENCE_BEHIND'];

let abis: Abis;
let operator: Target;
let claim: RunClaim | null;

beforeAll(async () => {
  abis = await startAbis({ scale: 0.01 });
  await migrate({});
  operator = await openPostgresTarget(abis.project.target);
});
afterAll(async () => {
  await operator.close();
  await abis.stop();
});
beforeEach(async () => {
  claim = await operator.claimRun('at-work');
});
afterEach(() => claim?.release());

function migrate(changes: Partial<MigrationRequest>) {
  const rejectLimit = { kind: 'percent', percent: 100 } as const;
  return runMigration(abis.project, { ...DEFAULT_MIGRATION, rejectLimit, validate: 'no', ...changes }, QUIET);
}

const alone = async (): Promise<void> => {
  await claim?.release();
  claim = null;
};
const codes = (issues: readonly { readonly code: string }[]): string[] => issues.map(({ code }) => code);
const busy: unknown = expect.objectContaining({
  code: 'TARGET_BUSY',
  level: 'warning',
  message: expect.stringMatching(
    /^another operator is at work on this target: backend \d+, connected since /,
  ) as string,
});

describe('beside another operator', () => {
  it.each([
    ['check', () => runCheck(abis.project, { entities: [], scope: 'everything' })],
    ['check --data', async () => (await runScan(abis.project, DEFAULT_SCAN, QUIET)).preflight],
  ] as const)('%s says so, and nothing of the rows in the target', async (_, found) => {
    const beside = await found();
    expect(beside).toContainEqual(busy);
    expect(codes(beside).filter((code) => ABOUT_ROWS.includes(code))).toEqual([]);
    await alone();
    const then = await found();
    expect(codes(then)).toContain('TARGET_NOT_EMPTY');
    expect(codes(then)).not.toContain('TARGET_BUSY');
  });

  it('a rehearsal says so, and foresees no conflicts with rows that may go', async () => {
    const rehearsal = { mode: 'rehearse', onConflict: 'skip' } as const;
    const beside = await migrate(rehearsal);
    expect(beside.issues).toContainEqual(busy);
    expect(beside.forecast?.conflicts).toEqual([]);
    expect(beside.outcome?.state).toBe('complete');
    await alone();
    const then = await migrate(rehearsal);
    expect(codes(then.issues)).not.toContain('TARGET_BUSY');
    expect(then.forecast?.conflicts).not.toEqual([]);
  });

  it('a validation is refused: it would compare rows of two moments', async () => {
    const validated = () => runValidation(abis.project, { entities: [], runId: null });
    await expect(validated()).rejects.toMatchObject({
      code: 'RUN_ACTIVE',
      message: expect.stringMatching(/^another operator is at work on this target: backend \d+/) as string,
    });
    await alone();
    expect((await validated()).verdicts).not.toEqual([]);
  });
});
