/**
 * A migration in a process of its own that kills itself (SIGKILL) at a named step of a chunk. The order comes on standard
 * input as JSON; the outcome goes to standard output as one line of JSON.
 */
import type { ChunkStep, Emit } from '../../src/core/run/events';
import { DEFAULT_MIGRATION, runMigration } from '../../src/app/run-migration';
import { abisEntities } from '../../src/entities';
import { abisMappings } from '../../src/mappings';
import type { Project } from '../../src/app/project/databases';

export interface ChildOrder {
  readonly source: Project['source'];
  readonly target: Project['target'];
  readonly entities: readonly string[];
  readonly batchSize: number;
  readonly lanes?: number;
  /** The lanes run in threads, which load this file; in one thread where absent. */
  readonly configPath?: string;
  readonly resume: boolean;
  readonly kill: { readonly entity: string; readonly chunk: number; readonly step: ChunkStep } | null;
}

async function main(): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const order = JSON.parse(Buffer.concat(chunks).toString()) as ChildOrder;
  const { source, target, configPath } = order;
  const outcome = await runMigration(
    { mappings: abisMappings, entities: abisEntities, source, target, ...(configPath && { configPath }) },
    {
      ...DEFAULT_MIGRATION,
      entities: order.entities,
      batchSize: order.batchSize,
      ...(order.lanes === undefined ? {} : { lanes: order.lanes }),
      resume: order.resume ? {} : 'no',
      rejectLimit: { kind: 'percent', percent: 100 },
    },
    { emit: killingAt(order.kill), signal: new AbortController().signal, confirm: () => Promise.resolve() },
  );
  process.stdout.write(`${JSON.stringify({ ...outcome, notices })}\n`);
}

const notices: string[] = [];

function killingAt(kill: ChildOrder['kill']): Emit {
  return (name, facts) => {
    if (name === 'notice' && 'message' in facts) notices.push(facts.message);
    if (kill === null || name !== 'chunk:step' || !('step' in facts)) return;
    if (facts.entity === kill.entity && facts.chunk === kill.chunk && facts.step === kill.step) {
      process.kill(process.pid, 'SIGKILL');
    }
  };
}

void main();
