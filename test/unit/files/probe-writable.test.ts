import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { probeWritable } from '../../../src/files/probe-writable';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';

afterAll(removeTemporaryFolders);

describe('probeWritable', () => {
  it('leaves nothing behind, and a file that is there as it is', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'rejects.jsonl'), 'old');
    await probeWritable(join(folder, 'rejects.jsonl'));
    await probeWritable(join(folder, 'migration_checkpoint.json'));
    expect(readdirSync(folder)).toEqual(['rejects.jsonl']);
  });

  it('makes the folder where it is missing', async () => {
    const folder = join(temporaryFolder(), 'logs', 'today');
    await probeWritable(join(folder, 'rejects.jsonl'));
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    [
      'a folder stands in its place',
      (folder: string) => {
        mkdirSync(join(folder, 'rejects.jsonl'));
      },
    ],
    [
      'a file stands where its folder should be',
      (folder: string) => {
        writeFileSync(join(folder, '..', 'in'), '');
      },
    ],
    [
      'its disk is full',
      (folder: string) => {
        symlinkSync('/dev/full', join(folder, `rejects.jsonl.${process.pid}.tmp`));
      },
    ],
  ])('refuses a file by name when %s', async (what, prepare) => {
    const parent = temporaryFolder();
    const folder = join(parent, 'in');
    if (!what.startsWith('a file')) mkdirSync(folder);
    prepare(folder);
    await expect(probeWritable(join(folder, 'rejects.jsonl'))).rejects.toMatchObject({
      code: 'FILE_NOT_WRITABLE',
      exitCode: 73,
      hint: expect.stringContaining('--log-dir') as string,
    });
  });
});
