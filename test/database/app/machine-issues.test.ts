import { runCheck } from '../../../src/app/run-check';
import type { Project } from '../../../src/app/project/databases';
import type { Machine } from '../../../src/core/checks/machine-checks';
import { load } from '../../support/load';
import type { OneTarget } from '../../support/one-target';
import { PLAIN_TABLES, projectOf, startRoundTrip } from '../../support/round-trip';
import { column } from '../../support/sql';

const MEBIBYTE = 1_048_576;
const ROOMY: Machine = { heapLimit: 4_096 * MEBIBYTE, files: { open: 28, limit: 65_536 } };

let target: OneTarget;

beforeAll(async () => {
  target = await startRoundTrip();
});
afterAll(() => target.stop());
beforeEach(() => target.anew(...PLAIN_TABLES));

const projectOn = (machine: Machine): Project => ({ ...projectOf(target), machine });

const findings = async (project: Project): Promise<unknown[]> => {
  const issues = await runCheck(project, { entities: [], scope: 'everything' });
  return issues.filter(({ code }) => code === 'MACHINE_LIMIT').map(({ level }) => level);
};

describe('a machine that allows too little', () => {
  it('is found by check, and refused by migrate before anything is written, where it is open files', async () => {
    const project = projectOn({ ...ROOMY, files: { open: 28, limit: 30 } });
    expect(await findings(project)).toEqual(['error']);
    await expect(load(project)).rejects.toMatchObject({
      code: 'PREFLIGHT_FAILED',
      facts: { first: 'MACHINE_LIMIT' },
    });
    expect(await column(target.client, `select to_regclass('cutover.run')::text`)).toEqual([null]);
    expect(await column(target.client, 'select count(*)::int from ch')).toEqual([0]);
  });

  it('is found by check where it is the heap: a warning for tables without statistics', async () => {
    expect(await findings(projectOn({ ...ROOMY, heapLimit: 8 * MEBIBYTE }))).toEqual(['warning']);
  });

  it('is not found where there is enough of both, and the load goes through', async () => {
    expect(await findings(projectOn(ROOMY))).toEqual([]);
    await expect(load(projectOn(ROOMY))).resolves.toBeDefined();
  });
});
