import { readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { placeFile } from './place-file';
import { isAlive } from './postmaster-file';

/** The process that answers for a cluster folder, and what it keeps outside of it. */
export interface Owner {
  readonly pid: number;
  /** Host and process namespace: the number of a process means nothing elsewhere, as in a container that shares /tmp. */
  readonly place: string;
  /** For a folder that holds another one's data: the link that leads here; null when the folder is its own. */
  readonly servesLink: string | null;
}

const FILE = 'owner.json';

/** Notes this process as the one that answers for `folder`. */
export async function writeOwner(folder: string, servesLink: string | null): Promise<void> {
  const owner: Owner = { pid: process.pid, place: thisPlace(), servesLink };
  await placeFile(path.join(folder, FILE), JSON.stringify(owner));
}

/** Who answers for `folder`; null when nobody ever did, or the note is not readable. */
export async function readOwner(folder: string): Promise<Owner | null> {
  try {
    return JSON.parse(await readFile(path.join(folder, FILE), 'utf8')) as Owner;
  } catch {
    return null;
  }
}

/** Whether the process is surely gone; one of another place cannot be judged and counts as there. */
export function isGone(owner: Owner): boolean {
  return owner.place === thisPlace() && !isAlive(owner.pid);
}

function thisPlace(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}
