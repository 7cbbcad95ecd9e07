import type { Clock } from '../core/clock';
import { readCheckpoint, type Checkpoint } from './checkpoint';
import { visibleJson } from '../core/words/visible';
import { writeWhole } from './write-whole';

/** What was taken back of which run. */
export interface Taken {
  readonly runId: string;
  readonly state: 'reset' | 'interrupted';
  readonly entities: readonly string[];
}

/** Says in the checkpoint file what the ledger says after a reset. Leaves a file of another run, or of none, alone. */
export async function markReset(path: string, { runId, state, entities }: Taken, clock: Clock): Promise<void> {
  const file = await readCheckpoint(path);
  if (file === null || 'code' in file || file.runId !== runId) return;
  const left = Object.entries(file.entities).filter(
    ([entity]) => state === 'interrupted' && !entities.includes(entity),
  );
  const marked: Checkpoint = {
    ...file,
    state,
    entities: Object.fromEntries(left),
    updatedAt: clock.now().toISOString(),
    resume: state === 'reset' ? null : file.resume,
  };
  await writeWhole(path, [`${visibleJson(marked, 2)}\n`]);
}
