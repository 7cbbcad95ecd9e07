import { fork } from 'node:child_process';
import { once } from 'node:events';
import { runScript } from './run-script';

/** Sends an order to a new process of the same script, which is measured by itself, and returns what that process has measured. */
export async function measuredInChild<Measured>(script: string, order: object): Promise<Measured> {
  const child = fork(script, [], { execArgv: ['-r', '@swc-node/register'] });
  child.send(order);
  const [measured] = (await once(child, 'message')) as [Measured];
  return measured;
}

/** Runs `main`, or, in a process that `measuredInChild` has started, what it was started for. */
export function mainOrChild(main: () => Promise<undefined>, asChild: (order: never) => Promise<object>): void {
  if (process.send === undefined) runScript(main);
  else process.once('message', (order) => void answered(asChild(order as never)));
}

async function answered(work: Promise<object>): Promise<void> {
  const measured = await work;
  process.send?.(measured, () => {
    process.disconnect();
  });
}
