import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setAsideRejects } from '../../../src/files/rejects-aside';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';

/** What the folder holds after run r2 has made room for its rejects. */
async function afterMakingRoom(files: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = temporaryFolder(files);
  await setAsideRejects(join(folder, 'rejects.jsonl'), 'r2');
  return readdirSync(folder);
}

afterAll(removeTemporaryFolders);

describe('setAsideRejects', () => {
  it('renames the rejects of another run for that run', async () => {
    const folder = temporaryFolder({ 'rejects.jsonl': '{"run":"r1","entity":"coil"}' });
    await setAsideRejects(join(folder, 'rejects.jsonl'), 'r2');
    expect(readFileSync(join(folder, 'rejects_r1.jsonl'), 'utf8')).toContain('coil');
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('renames rejects that name no run, or none that a file could be named for', async () => {
    expect(await afterMakingRoom({ 'rejects.jsonl': '{"entity":"coil"}' })).toEqual(['rejects_previous.jsonl']);
    expect(await afterMakingRoom({ 'rejects.jsonl': '{"run":"../r1"}' })).toEqual(['rejects_previous.jsonl']);
  });

  it('leaves the rejects of the same run, and an empty file', async () => {
    expect(await afterMakingRoom({ 'rejects.jsonl': '{"run":"r2"}' })).toEqual(['rejects.jsonl']);
    expect(await afterMakingRoom({ 'rejects.jsonl': '' })).toEqual(['rejects.jsonl']);
    expect(await afterMakingRoom({})).toEqual([]);
  });

  it('says FILE_NOT_WRITABLE where the old rejects cannot be renamed', async () => {
    const folder = temporaryFolder({ 'rejects.jsonl': '{"run":"r1"}' });
    mkdirSync(join(folder, 'rejects_r1.jsonl'));
    await expect(setAsideRejects(join(folder, 'rejects.jsonl'), 'r2')).rejects.toMatchObject({
      code: 'FILE_NOT_WRITABLE',
    });
  });
});
