import { readFileSync, writeFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { markReset } from '../../../src/files/mark-reset';
import { stillClock } from '../../support/a-run';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';

afterAll(removeTemporaryFolders);

const FILE = {
  runId: 'run-1',
  state: 'complete',
  scn: '1',
  entities: { coil: { state: 'complete' }, job: { state: 'complete' } },
  updatedAt: 'then',
  resume: 'cutover migrate --resume --run run-1',
};

function checkpoint(): { readonly path: string; readonly read: () => unknown } {
  const path = join(temporaryFolder(), 'migration_checkpoint.json');
  writeFileSync(path, JSON.stringify(FILE));
  return { path, read: () => JSON.parse(readFileSync(path, 'utf8')) as unknown };
}

describe('markReset', () => {
  it('says that nothing of a run is left, and that nothing can go on with it', async () => {
    const { path, read } = checkpoint();
    await markReset(path, { runId: 'run-1', state: 'reset', entities: [] }, stillClock);
    expect(read()).toEqual({
      ...FILE,
      state: 'reset',
      entities: {},
      resume: null,
      updatedAt: '1970-01-01T00:00:00.000Z',
    });
  });

  it('takes out the entities that were taken back', async () => {
    const { path, read } = checkpoint();
    await markReset(path, { runId: 'run-1', state: 'interrupted', entities: ['job'] }, stillClock);
    expect(read()).toMatchObject({
      state: 'interrupted',
      entities: { coil: { state: 'complete' } },
      resume: FILE.resume,
    });
    expect(read()).not.toHaveProperty('entities.job');
  });

  it('leaves the file of another run, a file that is none, and no file as they are', async () => {
    const { path, read } = checkpoint();
    await markReset(path, { runId: 'run-2', state: 'reset', entities: [] }, stillClock);
    expect(read()).toEqual(FILE);
    writeFileSync(path, 'not json');
    await markReset(path, { runId: 'run-1', state: 'reset', entities: [] }, stillClock);
    expect(readFileSync(path, 'utf8')).toBe('not json');
    const absent = join(temporaryFolder(), 'none.json');
    await markReset(absent, { runId: 'run-1', state: 'reset', entities: [] }, stillClock);
    expect(existsSync(absent)).toBe(false);
  });
});
