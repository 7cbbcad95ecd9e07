import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(__dirname, '..', '..');
const NOT_LINKED = new Set(['.git', '.env', 'coverage', 'dist', 'cutover-demo']);
const SETTINGS = /^(ORACLE_|DATABASE_URL$)/;

const read = (document: string): string => readFileSync(join(ROOT, document), 'utf8');

/** The blocks marked `bash` of a document, in order. The install-and-run commands are not marked: CI runs those. */
function shellBlocks(document: string): string[] {
  return [...read(document).matchAll(/^```bash\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? '');
}

/** The command that stays in the foreground of a terminal of its own. */
function demoCommand(document: string): string {
  const found = [...read(document).matchAll(/^```\n(npm run demo .*)\n```/gm)].map((match) => match[1] ?? '');
  expect(found).toHaveLength(1);
  return found[0] ?? '';
}

/** A folder that looks like the checkout, so that files written by a block do not land in it. */
function likeTheCheckout(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cutover-docs-'));
  for (const name of readdirSync(ROOT).filter((entry) => !NOT_LINKED.has(entry))) {
    symlinkSync(join(ROOT, name), join(folder, name));
  }
  return folder;
}

/** The environment of a reader who has set nothing. */
function readersEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !SETTINGS.test(name)));
}

/** What a reader types into one terminal, one block after the other; each is shown, so that a failure tells where it was. */
async function typed(blocks: readonly string[], cwd: string): Promise<string> {
  const script = blocks.map((block) => `cat <<'SHOWN'\n$ ${block}SHOWN\n${block}`).join('\n');
  const ended = run('bash', ['-euo', 'pipefail', '-c', script], { cwd, env: readersEnvironment() });
  return ended.then(
    () => 'every block ended well',
    (failure: unknown) => {
      const { stdout, stderr } = failure as { readonly stdout: string; readonly stderr: string };
      return `${stdout}\n${stderr}`.slice(-2_000);
    },
  );
}

/** Starts the demo in a process group of its own, as a terminal does, and waits until it says that it stays up. */
async function startDemo(command: string, cwd: string): Promise<ChildProcess> {
  const child = spawn('bash', ['-c', command], { cwd, env: readersEnvironment(), detached: true });
  let output = '';
  const up = new Promise<void>((resolve, reject) => {
    const hear = (text: Buffer): void => {
      output += text.toString('utf8');
      if (output.includes('stay up until Ctrl-C')) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', () => {
      reject(new RangeError(`the demo has ended:\n${output}`));
    });
  });
  await up;
  return child;
}

/** Ctrl-C in the demo's terminal. */
async function interrupt(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  process.kill(-child.pid, 'SIGINT');
  await ended;
}

describe('the shell blocks of the documents', () => {
  let folder: string;

  beforeEach(() => {
    folder = likeTheCheckout();
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('of README.md run as they stand', async () => {
    expect(await typed(shellBlocks('README.md'), folder)).toBe('every block ended well');
  }, 600_000);

  it('of QUICKSTART.md run as they stand, in one terminal, beside the demo that it names', async () => {
    const blocks = shellBlocks('QUICKSTART.md');
    expect(blocks.length).toBeGreaterThan(5);
    const demo = await startDemo(demoCommand('QUICKSTART.md'), folder);
    try {
      expect(await typed(blocks, folder)).toBe('every block ended well');
    } finally {
      await interrupt(demo);
    }
  }, 600_000);
});
