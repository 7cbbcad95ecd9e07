import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { demoSettings } from '../../../src/app/demo-settings';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';

afterAll(removeTemporaryFolders);

const settingsOf = (port: number): string[] => ['ORACLE_USER=abis', `DATABASE_URL=postgres://u:p@127.0.0.1:${port}/d`];

async function listening<T>(work: (port: number) => Promise<T>): Promise<T> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await work((server.address() as AddressInfo).port);
  } finally {
    server.close();
    await once(server, 'close');
  }
}

describe('the settings of a demo that stays up', () => {
  it('are readable by their owner only, and gone with the demo', async () => {
    const path = join(temporaryFolder(), '.env');
    const settings = await demoSettings(path);
    await settings.write(settingsOf(1));
    expect(readFileSync(path, 'utf8')).toBe(`${settingsOf(1).join('\n')}\n`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await settings.remove();
    expect(existsSync(path)).toBe(false);
  });

  it('are not written over those of a demo that is up: the folder to choose is named', async () => {
    const path = join(temporaryFolder(), '.env');
    await listening(async (port) => {
      writeFileSync(path, settingsOf(port).join('\n'));
      await expect(demoSettings(path)).rejects.toMatchObject({
        code: 'USAGE',
        hint: expect.stringContaining('cutover demo --dir another-demo') as string,
      });
    });
    // Killed, it has left its file.
    await expect(demoSettings(path)).resolves.toBeDefined();
  });

  it('stay where another demo has written its own since', async () => {
    const path = join(temporaryFolder(), '.env');
    const settings = await demoSettings(path);
    await settings.write(settingsOf(1));
    writeFileSync(path, settingsOf(2).join('\n'));
    await settings.remove();
    expect(existsSync(path)).toBe(true);
  });
});
