import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '../../../src/files/make-folder';

describe('makeFolder', () => {
  it('makes missing parents, and is content with what is there', () => {
    const base = mkdtempSync(join(tmpdir(), 'cutover-folder-'));
    const deep = join(base, 'a', 'b', 'c');
    makeFolder(deep);
    makeFolder(deep);
    expect(existsSync(deep)).toBe(true);
    rmSync(base, { recursive: true });
  });

  it('throws at once where the file system takes no folders, instead of trying for ever', () => {
    expect(() => {
      makeFolder('/proc/cutover/logs');
    }).toThrow(/ENOENT|EACCES|ENOTDIR|EPERM|EROFS/);
  });
});
