import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { noUserToSwitchTo } from './failure';

/** An operating system user to run the server as. */
export interface OsUser {
  readonly uid: number;
  readonly gid: number;
}

const PREFERRED = ['postgres', '_postgres', 'nobody'];
/** Used when the system has no such names, as in an image without /etc/passwd; 1 is `daemon` nearly everywhere. */
const NUMERIC: readonly OsUser[] = [
  { uid: 65534, gid: 65534 },
  { uid: 1, gid: 1 },
];

/** The user to switch to, or undefined when the present one will do: only root has to switch. */
export async function serverUser(): Promise<OsUser | undefined> {
  if (process.geteuid?.() !== 0) return undefined;
  const passwd = await readOrEmpty('/etc/passwd');
  const uidMap = await readOrEmpty('/proc/self/uid_map');
  const named = PREFERRED.flatMap((name) => userNamed(passwd, name));
  const user = [...named, ...NUMERIC].find(({ uid }) => isMapped(uidMap, uid));
  if (!user) throw noUserToSwitchTo();
  return user;
}

/** The user of that name in the text of a passwd file, as a list of one or none; root's own id never counts. */
export function userNamed(passwd: string, name: string): OsUser[] {
  const fields = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find(([login]) => login === name);
  // macOS writes nobody's id as -2, which the system calls take as an unsigned number.
  const uid = Number(fields?.[2]) >>> 0;
  const gid = Number(fields?.[3]) >>> 0;
  return uid === 0 || gid === 0 ? [] : [{ uid, gid }];
}

/** Whether an id exists in this user namespace; a rootless container may know root alone. An empty map knows all. */
export function isMapped(uidMap: string, uid: number): boolean {
  const ranges = uidMap
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(({ length }) => length === 3);
  return ranges.length === 0 || ranges.some(([first = 0, , count = 0]) => uid >= first && uid < first + count);
}

/** Whether `user` may enter `folder` and everything above it. Undefined stands for the present user: always true. */
export async function canEnter(user: OsUser | undefined, folder: string): Promise<boolean> {
  if (!user) return true;
  for (let at = await realpath(folder); ; at = path.dirname(at)) {
    const { uid, gid, mode } = await stat(at);
    const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0;
    if (((mode >> shift) & 1) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
}

async function readOrEmpty(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
