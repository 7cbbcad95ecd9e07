import { openDialect } from './catalog/open-dialect';
import type { ChildMessage, ParentMessage } from './ipc';
import { createStandinServer, type StandinOptions, type StandinServer } from './server';

/** Entry of the stand-in's own process: waits for its options, serves, and ends with its parent. */

let running: Promise<StandinServer> | undefined;

function tell(message: ChildMessage): void {
  if (process.connected) process.send?.(message);
}

async function open(options: StandinOptions): Promise<StandinServer> {
  const dialect = await openDialect(options.pgUrl, { release: options.release ?? '19c' });
  const server = await createStandinServer(options, dialect);
  return {
    ...server,
    close: async () => {
      await server.close();
      await dialect.close();
    },
  };
}

async function start(options: StandinOptions): Promise<void> {
  running = open(options);
  try {
    const { host, port } = await running;
    tell({ kind: 'started', host, port });
  } catch (error) {
    running = undefined;
    process.exitCode = 1;
    tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
    process.disconnect();
  }
}

/** Closes all handles, so that the process ends by itself. */
async function stop(): Promise<void> {
  const server = await running?.catch(() => undefined);
  await server?.close();
  if (process.connected) process.disconnect();
}

process.on('message', (message: ParentMessage) => {
  if (message.kind === 'start') void start(message.options);
  else if (message.kind === 'stop') void stop();
  else {
    void running?.then((server) => {
      server.setFaults(message.faults);
      tell({ kind: 'faults-set', id: message.id });
    });
  }
});
process.on('disconnect', () => void stop());
// A terminal's Ctrl-C goes to the whole group; the parent decides when this ends, for a run may still need its chunk.
process.on('SIGINT', () => undefined);
