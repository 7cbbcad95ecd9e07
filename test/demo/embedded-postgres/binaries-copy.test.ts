import { chmod, lstat, mkdir, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cachedCopy } from '../../../src/demo/embedded-postgres/binaries-copy';

describe('cachedCopy', () => {
  let base: string;
  let source: string;

  beforeEach(async () => {
    base = await mkdtemp(path.join(tmpdir(), 'cutover-test-'));
    source = path.join(base, 'native');
    await mkdir(path.join(source, 'lib'), { recursive: true, mode: 0o700 });
    await writeFile(path.join(source, 'lib/libx.so.1.2'), 'library', { mode: 0o600 });
    await writeFile(path.join(source, 'lib/libx.a'), 'for linking');
    const links = [{ source: 'native/lib/libx.so.1.2', target: 'native/lib/libx.so.1' }];
    await writeFile(path.join(source, 'pg-symlinks.json'), JSON.stringify(links));
  });

  afterEach(() => rm(base, { recursive: true, force: true }));

  it('can be read by everybody, has the listed links and nothing a server does not need', async () => {
    const copy = await cachedCopy(source, base);
    expect(await readlink(path.join(copy, 'lib/libx.so.1'))).toBe('libx.so.1.2');
    expect((await lstat(path.join(copy, 'lib/libx.so.1.2'))).mode & 0o777).toBe(0o755);
    expect((await lstat(path.join(copy, 'lib'))).mode & 0o777).toBe(0o755);
    await expect(lstat(path.join(copy, 'lib/libx.a'))).rejects.toThrow('ENOENT');
  });

  it('is made once, also when several ask at the same time', async () => {
    const copies = await Promise.all([1, 2, 3].map(() => cachedCopy(source, base)));
    expect(new Set(copies).size).toBe(1);
    const made = await lstat(copies[0]!);
    expect((await lstat(await cachedCopy(source, base))).ino).toBe(made.ino);
  });

  it('is made again when a cleaner of temporary files took a part of it', async () => {
    const copy = await cachedCopy(source, base);
    await rm(path.join(copy, 'lib/libx.so.1.2'));
    expect(await cachedCopy(source, base)).toBe(copy);
    expect(await readFile(path.join(copy, 'lib/libx.so.1.2'), 'utf8')).toBe('library');
  });

  it('refuses a folder that others can write, whoever put it there', async () => {
    const copy = await cachedCopy(source, base);
    await chmod(copy, 0o777);
    await expect(cachedCopy(source, base)).rejects.toThrow(/ENOTEMPTY|EEXIST|EPERM/);
  });
});
