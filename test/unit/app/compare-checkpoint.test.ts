import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareCheckpoint } from '../../../src/app/compare-checkpoint';
import { recordEvents } from '../../support/a-run';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';

const ENTITY = { state: 'loading', chunks: { planned: 9, loaded: 5 }, doneBefore: { rows: 0 }, rows: {} };
const FILE = JSON.stringify({ runId: 'r1', state: 'running', scn: '1', entities: { coil: ENTITY } });

/** What the operator is told when the ledger says `runId` and `doneChunks`. */
async function told(content: string | null, runId = 'r1', doneChunks = 5): Promise<unknown[]> {
  const path = join(temporaryFolder(), 'migration_checkpoint.json');
  if (content !== null) writeFileSync(path, content);
  const { events, emit } = recordEvents();
  const compare = await compareCheckpoint(path, emit);
  compare('run:started', { runId, scn: '1', resumed: true });
  compare('entity:planned', { entity: 'coil', rows: 90, chunks: 9, doneChunks, doneRows: 50 });
  return events.map(({ facts }) => ('code' in facts ? facts.code : 'message' in facts ? facts.message : facts));
}

afterAll(removeTemporaryFolders);

describe('compareCheckpoint', () => {
  it.each([
    ['there is no file', null, 5],
    ['the file agrees', FILE, 5],
    ['the file lags behind the ledger', FILE, 7],
  ])('says nothing where %s', async (_case, content, doneChunks) => {
    expect(await told(content, 'r1', doneChunks)).toEqual([]);
  });

  it('tells of a file that is of another run', async () => {
    expect(await told(FILE, 'r2', 0)).toEqual([expect.stringContaining('is of run r1, not of r2')]);
  });

  it('tells of chunks that the ledger does not have, for the target may have been put back', async () => {
    expect(await told(FILE, 'r1', 3)).toEqual([expect.stringContaining('has 5 chunks of coil loaded, the ledger 3')]);
  });

  it('tells of a file that cannot be read', async () => {
    expect(await told('{')).toEqual(['CHECKPOINT_CORRUPT']);
  });
});
