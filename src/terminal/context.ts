import type { Environment } from '../config/environment';
import type { Given } from '../core/run/given-options';
import type { SignalSource } from './interrupt';
import type { UseCases } from '../app/options';
import type { Streams } from './streams';

/** What a command line runs in: the process's own world, or a test's. */
export interface CommandContext {
  readonly streams: Streams;
  readonly environment: Environment;
  /** Working directory, absolute. */
  readonly directory: string;
  /** What a command line begins with here: `npx cutover`. */
  readonly program: string;
  readonly useCases: UseCases;
  readonly signals: SignalSource;
  /** Ends the process at once; for the second Ctrl-C. */
  readonly exit: (code: number) => void;
  readonly now: () => Date;
}

/** A command that ran to its end leaves its exit code here; failures are thrown. */
export interface CommandScope extends CommandContext {
  /** What was typed. */
  readonly given: Given;
  readonly finish: (exitCode: number) => void;
}
