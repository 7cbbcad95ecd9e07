import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { buildProgram } from '../../src/commands/program';
import { run } from '../../src/terminal/run';
import type { CommandContext } from '../../src/terminal/context';
import type { UseCases } from '../../src/app/options';

/** What a captured stream was given so far. */
export function captured(
  options: { readonly isTTY?: boolean } = {},
): PassThrough & { isTTY?: boolean; text: () => string } {
  const chunks: string[] = [];
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString('utf8')));
  return Object.assign(stream, { text: () => chunks.join(''), ...options });
}

export interface World {
  readonly directory: string;
  /** `cutover` unless told. */
  readonly program?: string;
  readonly environment?: Record<string, string>;
  readonly useCases?: Partial<UseCases>;
  readonly signals?: EventEmitter;
  readonly exit?: (code: number) => void;
}

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a command line runs in, its output captured. */
export function commandContext(world: World) {
  const streams = { stdin: new PassThrough(), stdout: captured(), stderr: captured() };
  return {
    streams,
    environment: { ...world.environment },
    directory: world.directory,
    program: world.program ?? 'cutover',
    useCases: { ...UNUSED, ...world.useCases },
    signals: world.signals ?? new EventEmitter(),
    exit: world.exit ?? (() => undefined),
    now: () => new Date(2026, 10, 20, 22, 15, 0),
  } satisfies CommandContext;
}

/** Runs a command line in this process, its output captured, without a terminal. */
export async function runCommand(argv: readonly string[], world: World): Promise<Ran> {
  const context = commandContext(world);
  const exitCode = await run(argv, context, buildProgram);
  return { exitCode, stdout: context.streams.stdout.text(), stderr: context.streams.stderr.text() };
}

const unexpected = (): never => {
  throw new RangeError('this use case was not expected to run');
};

const UNUSED: UseCases = {
  check: unexpected,
  scan: unexpected,
  plan: unexpected,
  migrate: unexpected,
  status: unexpected,
  validate: unexpected,
  rejectsList: unexpected,
  rejectsExport: unexpected,
  rejectsRetry: unexpected,
  repair: unexpected,
  report: unexpected,
  reset: unexpected,
  ledgerList: unexpected,
  ledgerDrop: unexpected,
  demo: unexpected,
};
