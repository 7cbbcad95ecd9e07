/**
 * A reset in a process of its own that kills itself (SIGKILL) at a named step. The order comes on standard input as JSON; the result
 * goes to standard output as one line of JSON.
 */
import type { ResetStep } from '../../src/core/run/reset';
import { runReset } from '../../src/app/run-reset';

export interface ResetOrder {
  readonly target: { readonly url: string };
  readonly runId: string;
  readonly kill: ResetStep | null;
}

async function main(): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const { target, runId, kill } = JSON.parse(Buffer.concat(chunks).toString()) as ResetOrder;
  const result = await runReset(
    target,
    { runId, entities: [] },
    {
      emit: (name, facts) => {
        if (name === 'reset:step' && 'at' in facts && facts.at === kill) process.kill(process.pid, 'SIGKILL');
      },
      confirm: () => Promise.resolve(),
    },
  );
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

void main();
