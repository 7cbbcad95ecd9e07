import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Faults } from './contract/faults';
import type { ChildMessage, ParentMessage } from './ipc';
import { OraError } from './contract/ora-error';
import type { StandinOptions } from './server';

export type { StandinOptions } from './server';

/** A stand-in in a process of its own. */
export interface RunningStandin {
  readonly host: string;
  readonly port: number;
  /** `host:port/SERVICE`, as oracledb takes it. */
  readonly connectString: string;
  readonly pid: number;
  /** Replaces all faults; resolves when they are in force. */
  setFaults(faults: Faults): Promise<void>;
  /** Cuts all connections; resolves when the process has ended. */
  stop(): Promise<void>;
}

function startFailed(reason: string): OraError {
  return new OraError(1034, `ORACLE not available: the stand-in did not start: ${reason}`);
}

/**
 * Starts a stand-in on its PostgreSQL database. It ends with this process, however that ends.
 * Rejects if the database cannot be reached or the port is taken.
 */
export async function startStandin(options: StandinOptions): Promise<RunningStandin> {
  const child = launch();
  const { host, port } = await started(child, options);
  // the caller's process may end without stopping it: the stand-in notices, nobody has to wait for it
  child.unref();
  child.channel?.unref();
  let lastId = 0;
  return {
    host,
    port,
    connectString: `${host}:${port}/${options.serviceName}`,
    pid: child.pid ?? 0,
    setFaults: (faults) => setFaults(child, { kind: 'faults', id: ++lastId, faults }),
    stop: () => stop(child),
  };
}

/** From the sources it runs under the same compiler as they do; from `dist` it needs none. */
function launch(): ChildProcess {
  const source = join(__dirname, 'main.ts');
  const fromSource = existsSync(source);
  return fork(fromSource ? source : join(__dirname, 'main.js'), [], {
    execArgv: fromSource ? ['-r', require.resolve('@swc-node/register')] : [],
    serialization: 'advanced',
  });
}

function send(child: ChildProcess, message: ParentMessage): void {
  if (child.connected) child.send(message);
}

function started(child: ChildProcess, options: StandinOptions): Promise<{ host: string; port: number }> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(startFailed(`its process ended with code ${String(code)}`));
    });
    child.once('message', (message: ChildMessage) => {
      child.removeAllListeners('exit');
      if (message.kind === 'started') resolve(message);
      else reject(startFailed(message.kind === 'failed' ? message.message : message.kind));
    });
    send(child, { kind: 'start', options });
  });
}

function setFaults(child: ChildProcess, request: ParentMessage & { kind: 'faults' }): Promise<void> {
  return new Promise((resolve) => {
    const listen = (message: ChildMessage): void => {
      if (message.kind !== 'faults-set' || message.id !== request.id) return;
      child.off('message', listen);
      child.channel?.unref();
      resolve();
    };
    child.channel?.ref();
    child.on('message', listen);
    send(child, request);
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const exit = once(child, 'exit');
  send(child, { kind: 'stop' });
  await exit;
}
