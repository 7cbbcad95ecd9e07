import { readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { MigrationError } from '../core/errors';
import { writeWhole } from '../files/write-whole';

/** The file with the settings of a demo that stays up; a shell reads it as it stands. */
export interface DemoSettings {
  readonly path: string;
  /** Mode 0600: it has passwords. */
  readonly write: (lines: readonly string[]) => Promise<void>;
  /** Unless another demo has written its own there since. */
  readonly remove: () => Promise<void>;
}

/** Throws USAGE where the servers of another demo are up whose settings are in that file. */
export async function demoSettings(path: string): Promise<DemoSettings> {
  if (await answers(await contentOf(path))) throw folderInUse(path);
  let written: string | null = null;
  return {
    path,
    write: async (lines) => {
      written = `${lines.join('\n')}\n`;
      await writeWhole(path, [written]);
    },
    remove: async () => {
      if (written !== null && (await contentOf(path)) === written) await rm(path, { force: true });
    },
  };
}

async function contentOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

/** A demo that was killed has left its file, and nothing listens there any more. */
function answers(content: string): Promise<boolean> {
  const [, url = ''] = /^DATABASE_URL=(.*)$/m.exec(content) ?? [];
  if (!URL.canParse(url)) return Promise.resolve(false);
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    const end = (isUp: boolean): void => {
      socket.destroy();
      resolve(isUp);
    };
    socket.once('connect', () => {
      end(true);
    });
    socket.once('error', () => {
      end(false);
    });
  });
}

function folderInUse(path: string): MigrationError {
  return new MigrationError('USAGE', `another demo is up, and its settings are in ${path}`, {
    hint: 'Use that one, or end it with Ctrl-C in its terminal; or give this one a folder of its own: cutover demo --dir another-demo',
    facts: { path },
  });
}
