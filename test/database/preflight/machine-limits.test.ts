import { runCheck } from '../../../src/app/run-check';
import { machineHere } from '../../../src/app/project/machine';
import type { Machine } from '../../../src/core/checks/machine-checks';
import { load } from '../../support/load';
import type { OneTarget } from '../../support/one-target';
import { PLAIN_TABLES, projectOf, startRoundTrip } from '../../support/round-trip';
import { column } from '../../support/sql';

jest.mock('../../../src/app/project/machine');

const MEBIBYTE = 1_048_576;
const ROOMY: Machine = { heapLimit: 4_096 * MEBIBYTE, files: { open: 28, limit: 65_536 } };

let target: OneTarget;

beforeAll(async () => {
  target = await startRoundTrip();
});
afterAll(() => target.stop());
beforeEach(() => target.anew(...PLAIN_TABLES));

const findings = async (): Promise<unknown[]> => {
  const issues = await runCheck(projectOf(target), { entities: [], scope: 'everything' });
  return issues.filter(({ code }) => code === 'MACHINE_LIMIT').map(({ level }) => level);
};

describe('a machine that allows too little', () => {
  it('is found by check, and refused by migrate before anything is written, where it is open files', async () => {
    jest.mocked(machineHere).mockReturnValue({ ...ROOMY, files: { open: 28, limit: 30 } });
    expect(await findings()).toEqual(['error']);
    await expect(load(projectOf(target))).rejects.toMatchObject({
      code: 'PREFLIGHT_FAILED',
      facts: { first: 'MACHINE_LIMIT' },
    });
    expect(await column(target.client, `select to_regclass('cutover.run')::text`)).toEqual([null]);
    expect(await column(target.client, 'select count(*)::int from ch')).toEqual([0]);
  });

  it('is found by check where it is the heap: a warning for tables without statistics', async () => {
    jest.mocked(machineHere).mockReturnValue({ ...ROOMY, heapLimit: 8 * MEBIBYTE });
    expect(await findings()).toEqual(['warning']);
  });

  it('is not found where there is enough of both, and the load goes through', async () => {
    jest.mocked(machineHere).mockReturnValue(ROOMY);
    expect(await findings()).toEqual([]);
    await expect(load(projectOf(target))).resolves.toBeDefined();
  });
});
