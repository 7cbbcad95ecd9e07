import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { settingsOf, startAbis, type Abis } from '../support/abis';

const run = promisify(execFile);
const ROOT = join(__dirname, '..', '..');
const NOT_LINKED = new Set(['.git', '.env', 'coverage', 'dist', 'cutover-demo']);

/** The blocks marked `bash` of a document, in order. The two install-and-run commands are not marked: CI runs those. */
function shellBlocks(document: string): string[] {
  const text = readFileSync(join(ROOT, document), 'utf8');
  return [...text.matchAll(/^```bash\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? '');
}

/** A folder that looks like the checkout, so that files written by a block do not land in it. */
function likeTheCheckout(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cutover-docs-'));
  for (const name of readdirSync(ROOT).filter((entry) => !NOT_LINKED.has(entry))) {
    symlinkSync(join(ROOT, name), join(folder, name));
  }
  return folder;
}

describe('the shell blocks of the documents', () => {
  let abis: Abis;
  let folder: string;

  beforeAll(async () => {
    abis = await startAbis({ scale: 0.05 });
    folder = likeTheCheckout();
  });

  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await abis.stop();
  });

  it.each([['README.md'], ['QUICKSTART.md']])(
    'of %s run as they stand, in their order',
    async (document) => {
      const env = { ...process.env, ...settingsOf(abis.project, abis.targetUrl) };
      const blocks = shellBlocks(document);
      expect(blocks.length).toBeGreaterThan(0);
      for (const block of blocks) {
        const ended = run('bash', ['-euo', 'pipefail', '-c', block], { cwd: folder, env });
        await expect(ended.catch((error: unknown) => ({ block, error }))).resolves.toHaveProperty('stdout');
      }
    },
    120_000,
  );
});
