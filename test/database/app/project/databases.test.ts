import { setTimeout as sleep } from 'node:timers/promises';
import { withReachable, type Databases, type Project } from '../../../../src/app/project/databases';
import type { Issue } from '../../../../src/core/issues';
import { freshDatabase, type FreshDatabase } from '../../../support/databases';
import { rowsAt } from '../../../support/sql';
import { startTestStandin, type LegacyStandin } from '../../../support/standin';

let legacy: LegacyStandin;
let database: FreshDatabase;
let before: number;

beforeAll(async () => {
  legacy = await startTestStandin({ ddl: [] });
  database = await freshDatabase();
  before = await sessionsOfLegacy();
});
afterAll(async () => {
  await legacy.stop();
  await database.drop();
});

const OTHERS = `select count(*)::int from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;

async function countAt(url: string): Promise<number> {
  const [[count] = []] = await rowsAt(url, OTHERS);
  return count as number;
}

const sessionsOfLegacy = (): Promise<number> => countAt(legacy.pgUrl);

/** A closed connection is gone from the server a moment later. */
async function expectBothClosed(): Promise<void> {
  const left = async (): Promise<number[]> => [(await sessionsOfLegacy()) - before, await countAt(database.url)];
  for (let looks = 0; looks < 100 && Math.max(...(await left())) > 0; looks += 1) await sleep(50);
  expect(await left()).toEqual([0, 0]);
}

/** Something of the settings that no connection has to do with. */
function broken(): never {
  throw new RangeError('settings that cannot be read');
}

const project = (): Project => ({ mappings: [], source: legacy.settings, target: { url: database.url } });

/** It is closed all the same. */
function failsToClose(source: Databases['source']): void {
  const close = source.close.bind(source);
  jest.spyOn(source, 'close').mockImplementation(() => close().then(() => broken()));
}

function opened<T>(of: Project, work: (databases: Databases) => Promise<T>): Promise<T | readonly Issue[]> {
  return withReachable<T | readonly Issue[]>(of, { work, unreachable: (faults) => faults });
}

describe('both databases are closed', () => {
  afterEach(expectBothClosed);

  it('after the work', async () => {
    const during = await opened(project(), () => Promise.all([sessionsOfLegacy(), countAt(database.url)]));
    expect(during).toEqual([expect.any(Number), 1]);
    expect((during as number[])[0]).toBeGreaterThan(before);
  });

  it('where the work fails, with its error', async () => {
    const work = () => Promise.reject(new RangeError('in the work'));
    await expect(opened(project(), work)).rejects.toThrow('in the work');
  });

  it('where closing one fails as well, with the error of the work', async () => {
    const work = ({ source }: Databases): Promise<never> => {
      failsToClose(source);
      throw new RangeError('in the work');
    };
    await expect(opened(project(), work)).rejects.toThrow('in the work');
  });

  it('where one cannot be closed in order, with that error', async () => {
    const work = ({ source }: Databases): Promise<void> => {
      failsToClose(source);
      return Promise.resolve();
    };
    await expect(opened(project(), work)).rejects.toThrow('settings that cannot be read');
  });

  it('where one cannot be reached, which is an issue', async () => {
    const nowhere = { ...legacy.settings, connectString: legacy.settings.connectString.replace(/\/.*/, '/NOSUCH') };
    expect(await opened({ ...project(), source: nowhere }, broken)).toMatchObject([{ code: 'SOURCE_UNREACHABLE' }]);
    const noDatabase = new URL(database.url);
    noDatabase.pathname = '/nosuch';
    const issues = await opened({ ...project(), target: { url: noDatabase.href } }, broken);
    expect(issues).toMatchObject([{ level: 'error', subject: 'target' }]);
  });

  it('where the source fails for another reason, with its error', async () => {
    const source = {
      ...legacy.settings,
      get connectString() {
        return broken();
      },
    };
    await expect(opened({ ...project(), source }, broken)).rejects.toThrow('settings that cannot be read');
  });

  it('where the target fails for another reason, with its error', async () => {
    const target = {
      get url() {
        return broken();
      },
    };
    await expect(opened({ ...project(), target }, broken)).rejects.toThrow('settings that cannot be read');
  });

  it('where the source cannot be reached and the target fails for another reason', async () => {
    const nowhere = { ...legacy.settings, connectString: legacy.settings.connectString.replace(/\/.*/, '/NOSUCH') };
    const target = {
      get url() {
        return broken();
      },
    };
    const failing = opened({ ...project(), source: nowhere, target }, broken);
    await expect(failing).rejects.toThrow('settings that cannot be read');
  });
});
