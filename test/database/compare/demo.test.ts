import { DEFAULT_MIGRATION, runMigration } from '../../../src/app/run-migration';
import { runValidation } from '../../../src/app/run-validation';
import { validationReport } from '../../../src/report/screen/validation';
import { startAbis, type Abis } from '../../support/abis';
import { connected } from '../../support/sql';

const SCALE = 0.02;

describe('validate --level rows over the reference application', () => {
  let abis: Abis;

  beforeAll(async () => {
    abis = await startAbis({ scale: SCALE });
    const request = {
      ...DEFAULT_MIGRATION,
      batchSize: 500,
      rejectLimit: { kind: 'percent', percent: 100 },
      validate: 'no',
    } as const;
    const confirm = (): Promise<void> => Promise.resolve();
    await runMigration(abis.project, request, {
      emit: () => undefined,
      signal: new AbortController().signal,
      confirm,
    });
  });
  afterAll(() => abis.stop());

  const compare = (level: 'keys' | 'rows', entities: readonly string[] = []) =>
    runValidation(abis.project, { entities, runId: null, level });

  async function damage(sql: string): Promise<void> {
    const client = await connected(abis.targetUrl);
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  }

  it.each(['keys', 'rows'] as const)('finds no difference in what was loaded, comparing %s', async (level) => {
    const { verdicts, findings } = await compare(level);
    expect(verdicts.flatMap(({ issues }) => issues)).toEqual([]);
    expect(findings.map(({ differences }) => differences)).toEqual(findings.map(() => []));
    for (const { tally, comparison } of verdicts) {
      expect(comparison?.expected).toBe(tally.inserted);
      expect(comparison?.figuresDiffer).toEqual([]);
    }
  });

  it('counts every change again, and finds one that the ledger has not counted', async () => {
    const miscount = (by: number) =>
      damage(`update cutover.change_count c set count = count + ${by} where (entity, property, kind) = ('customer', 'name', 'trimmed')
        and chunk = (select min(chunk) from cutover.change_count d where d.entity = c.entity and d.property = c.property and d.kind = c.kind)`);
    await miscount(-1);
    const { run, verdicts } = await compare('rows', ['customer']);
    const message = expect.stringMatching(/^values changed .*: name trimmed \d+, now \d+$/) as string;
    expect(verdicts.flatMap(({ issues }) => issues)).toMatchObject([
      { code: 'CHANGES_DIFFER', level: 'error', subject: 'customer', message },
    ]);
    expect(validationReport(run.id, verdicts).exitCode).toBe(3);
    await miscount(1);
  });

  it('locates one changed value among all entities', async () => {
    await damage(`update coil set alloy = 'AA 3004' where id = (select min(id) from coil where alloy = 'AA 3003')`);
    const { verdicts, findings } = await compare('rows');
    const found = findings.flatMap(({ entity, differences }) => differences.map((one) => ({ entity, ...one })));
    expect(found).toMatchObject([
      {
        entity: 'coil',
        kind: 'different',
        properties: ['alloy'],
        values: [{ property: 'alloy', column: 'alloy', expected: 'AA 3003', actual: 'AA 3004' }],
      },
    ]);
    expect(verdicts.flatMap(({ issues }) => issues)).toMatchObject([{ code: 'ROWS_DIFFER', subject: 'coil' }]);
  });
});
