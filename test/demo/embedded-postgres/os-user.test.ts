import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { canEnter, isMapped, userNamed } from '../../../src/demo/embedded-postgres/os-user';

describe('userNamed', () => {
  const passwd = [
    'root:x:0:0:root:/root:/bin/bash',
    'postgres:x:101:104::/var/lib/postgresql:/bin/bash',
    'nobody:*:-2:-2:Unprivileged User:/var/empty:/usr/bin/false',
  ].join('\n');

  it('finds the numbers of a user', () => {
    expect(userNamed(passwd, 'postgres')).toEqual([{ uid: 101, gid: 104 }]);
  });

  it('reads the negative numbers of macOS as the system calls do', () => {
    expect(userNamed(passwd, 'nobody')).toEqual([{ uid: 4294967294, gid: 4294967294 }]);
  });

  it.each(['root', 'nobody-else', ''])('finds no unprivileged user named "%s"', (name) => {
    expect(userNamed(passwd, name)).toEqual([]);
  });
});

describe('isMapped', () => {
  it('knows every id where there is no map', () => {
    expect(isMapped('', 65534)).toBe(true);
  });

  it('knows the ids of a rootless container only', () => {
    const map = '         0       1000          1\n         1     100000      65536\n';
    expect([0, 1, 65536, 65537].map((uid) => isMapped(map, uid))).toEqual([true, true, true, false]);
    expect(isMapped('0 1000 1', 65534)).toBe(false);
  });
});

describe('canEnter', () => {
  it('looks at every folder on the way', async () => {
    const top = await mkdtemp(path.join(tmpdir(), 'cutover-test-'));
    const inner = path.join(top, 'inner');
    await mkdir(inner, { mode: 0o755 });
    const stranger = { uid: 65533, gid: 65533 };
    expect(await canEnter(stranger, inner)).toBe(false);
    await chmod(top, 0o711);
    expect(await canEnter(stranger, inner)).toBe(true);
    expect(await canEnter(undefined, inner)).toBe(true);
    await rm(top, { recursive: true });
  });
});
