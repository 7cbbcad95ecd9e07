import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SnapshotBuild } from '../snapshot-build';
import type { ProductFault } from './faults';
import { ask, execute, type FaultWorld } from './world';

/** What the commands of a product said. */
export interface FaultResult {
  readonly fault: string;
  /** The first command that ended otherwise than that of a sound product, or printed a finding that it does not; null: nobody noticed. */
  readonly foundBy: string | null;
  /** Codes of the findings and errors that this command printed. */
  readonly codes: readonly string[];
  readonly commands: readonly CommandResult[];
}

export interface CommandResult {
  readonly command: string;
  readonly exitCode: number;
  readonly codes: readonly string[];
}

const SOURCE = path.join(__dirname, '..', '..', 'src');
const CODE = /\b[A-Z]{3,}(?:_[A-Z]+)+\b/g;

/** How a user takes a migration to its end: each line is a command of the product, or SQL that somebody runs on the target. */
const USUAL: readonly string[] = [
  'migrate --yes --batch-size 500 --max-rejects 20% --log-dir .',
  'validate --level rows --differences differences.json',
  'report --out evidence',
];

export interface FaultyBuild {
  readonly build: SnapshotBuild;
  /** Path of the project's config in it. */
  readonly config: string;
}

/**
 * Puts a fault into the product, or none, and does with it what a user does. Throws where the text that the fault replaces is not in the
 * source exactly once: the fault is then to be brought up to date.
 */
export async function runFault(
  world: FaultWorld,
  { build, config }: FaultyBuild,
  fault: ProductFault,
): Promise<CommandResult[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cutover-fault-'));
  const name = `fault_${fault.name.replace(/\W+/g, '_')}`;
  const target = await world.createTarget(name);
  const files = [...new Set(fault.edits.map(({ file }) => file))];
  try {
    for (const file of files) await build.recompile(file, await faultyText(fault, file));
    const commands: CommandResult[] = [];
    for (const line of fault.steps ?? USUAL) {
      if (line.startsWith('sql: ')) await execute(target.url, line.slice('sql: '.length));
      else
        commands.push(
          await command([build.cli, ...(await withRun(line, target.url)).split(' '), '--config', config], {
            folder,
            environment: target.environment,
          }),
        );
    }
    return commands;
  } finally {
    for (const file of files) await build.recompile(file, null);
    await world.dropTarget(name);
    await rm(folder, { recursive: true, force: true });
  }
}

/** `{run}` stands for the latest run. */
async function withRun(line: string, url: string): Promise<string> {
  if (!line.includes('{run}')) return line;
  const [latest] = await ask<{ id: string }>(url, 'select id from cutover.run order by nth desc limit 1');
  return line.replace('{run}', latest?.id ?? '');
}

/** Which command of the faulty product gave the fault away, seen beside the sound product's. */
export function foundBy(faulty: readonly CommandResult[], sound: readonly CommandResult[]): Omit<FaultResult, 'fault'> {
  const telling = faulty.find(({ exitCode, codes }, index) => {
    const same = sound[index];
    return exitCode !== same?.exitCode || codes.some((code) => !same.codes.includes(code));
  });
  return { foundBy: telling?.command ?? null, codes: telling?.codes ?? [], commands: faulty };
}

async function faultyText({ name, edits }: ProductFault, file: string): Promise<string> {
  let text = await readFile(path.join(SOURCE, file), 'utf8');
  for (const { find, replace } of edits.filter((edit) => edit.file === file)) {
    const parts = text.split(find);
    if (parts.length !== 2) throw new RangeError(`${name}: "${find}" is ${parts.length - 1} times in ${file}`);
    text = parts.join(replace);
  }
  return text;
}

function command(
  argv: readonly string[],
  { folder, environment }: { readonly folder: string; readonly environment: Readonly<Record<string, string>> },
): Promise<CommandResult> {
  const child = spawn(process.execPath, [...argv], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...environment },
  });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => output.push(piece));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const codes = [...new Set(Buffer.concat(output).toString('utf8').match(CODE) ?? [])];
      resolve({ command: argv.slice(1, -2).join(' '), exitCode: code ?? -1, codes });
    });
  });
}
