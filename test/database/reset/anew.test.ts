import { DEFAULT_MIGRATION, runMigration } from '../../../src/app/run-migration';
import { runReset } from '../../../src/app/run-reset';
import { startAbis, type Abis } from '../../support/abis';
import { QUIET } from '../../support/quiet';

let abis: Abis;

beforeAll(async () => {
  abis = await startAbis({ scale: 0.05 });
});
afterAll(() => abis.stop());

const rejectLimit = { kind: 'percent', percent: 100 } as const;

/** Loads the entities, none for all, and takes them back; the command that it then names. */
async function anewAfter(entities: readonly string[]): Promise<string> {
  const { outcome } = await runMigration(abis.project, { ...DEFAULT_MIGRATION, entities, rejectLimit }, QUIET);
  expect(outcome?.state).toBe('complete');
  const { anew } = await runReset(abis.project.target, { runId: outcome?.runId ?? '', entities: [] }, QUIET);
  return anew;
}

describe('the command that loads anew what was reset', () => {
  it('names the entities of a run that was a part of its project, with its options', async () => {
    expect(await anewAfter(['customer', 'carrier'])).toBe(
      'cutover migrate --validate --entity carrier customer --max-rejects 100%',
    );
  });

  it('names none of a run of the whole project', async () => {
    expect(await anewAfter([])).toBe('cutover migrate --validate --max-rejects 100%');
  });
});
