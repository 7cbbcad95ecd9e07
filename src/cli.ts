#!/usr/bin/env node
import 'reflect-metadata';
import { useCasesWhenCalled } from './app/use-cases-when-called';
import { buildProgram } from './commands/program';
import { run, tellFailure } from './terminal/run';
import { processEnvironment } from './config/environment';
import { invokedAs } from './config/invocation';

/** A socket that a driver leaves open would keep the process: it is gone this long after its work at the latest. */
const LAST_MOMENT_MS = 3_000;

const argv = process.argv.slice(2);
const environment = processEnvironment();
const program = invokedAs(environment, process.argv[1] ?? '', process.cwd());

function end(code: number): void {
  process.exitCode = code;
  setTimeout(() => process.exit(code), LAST_MOMENT_MS).unref();
}

/** A reader that went away (`| head`) is no failure, and no reason to leave a migration half done: its output is lost, its work goes on. */
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

/** Node's own report would show what a driver's error holds. */
process.on('uncaughtException', (error) => {
  process.exit(tellFailure(error, argv, { streams: process, environment, program }));
});

const context = {
  streams: process,
  environment,
  directory: process.cwd(),
  program,
  useCases: useCasesWhenCalled,
  signals: process,
  exit: (code: number) => process.exit(code),
  now: () => new Date(),
};

void run(argv, context, buildProgram).then(end);
