/**
 * The reference project as a config file that lanes in threads load, with a way to make such a lane die: the variable LANE_DEATH
 * (a LaneDeath as JSON) names the step of a chunk, and what happens there.
 */
import { writeFileSync } from 'node:fs';
import { isMainThread, parentPort } from 'node:worker_threads';
import type { ChunkStep } from '../../src/core/run/events';
import { defineConfig } from '../../src/config/define-config';
import { abisEntities } from '../../src/entities';
import { abisMappings } from '../../src/mappings';

export interface LaneDeath {
  readonly entity: string;
  readonly step: ChunkStep;
  /** Null: the first chunk of a thread that comes to the step. */
  readonly chunk: number | null;
  /** `exit` ends the thread, `throw` leaves an error uncaught in it, `memory` uses it up, `kill` ends the process by SIGKILL. */
  readonly how: 'exit' | 'throw' | 'memory' | 'kill';
  /** A file that the first death makes; while it is there nobody dies. Null: every lane dies there. */
  readonly once: string | null;
}

function die(how: LaneDeath['how']): void {
  if (how === 'kill') process.kill(process.pid, 'SIGKILL');
  // In a thread it ends the thread only.
  if (how === 'exit') process.exit(3);
  if (how === 'memory') fillMemory();
  setImmediate(() => {
    throw new TypeError('a fault of the program');
  });
}

function fillMemory(): never {
  for (const held: unknown[] = []; ;) held.push(Array.from({ length: 1e6 }, (_, index) => ({ index })));
}

function isFirst(file: string): boolean {
  try {
    writeFileSync(file, '', { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

function isAt(death: LaneDeath, message: unknown): boolean {
  const { name, facts } = message as { name?: unknown; facts?: Partial<Omit<LaneDeath, 'once'>> };
  if (name !== 'chunk:step' || facts?.entity !== death.entity || facts.step !== death.step) return false;
  return death.chunk === null || facts.chunk === death.chunk;
}

function armLane(death: LaneDeath): void {
  if (parentPort === null) return;
  const port = parentPort;
  const post = port.postMessage.bind(port);
  port.postMessage = (message: unknown) => {
    post(message);
    if (isAt(death, message) && (death.once === null || isFirst(death.once))) die(death.how);
  };
}

const death = process.env['LANE_DEATH'];
if (!isMainThread && death !== undefined) armLane(JSON.parse(death) as LaneDeath);

export default defineConfig({ mappings: abisMappings, entities: abisEntities });
