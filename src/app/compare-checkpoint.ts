import type { Emit } from '../core/run/events';
import { readCheckpoint, type Checkpoint } from '../files/checkpoint';
import { counted } from '../core/counted';
import { emitBy } from '../core/run/events';

/**
 * Reads the checkpoint file before a run is resumed. The emit that it returns tells the operator where the ledger says otherwise;
 * the ledger wins. A file that lags behind is ordinary, one that is ahead is not: the target may have been put back.
 */
export async function compareCheckpoint(path: string, tell: Emit): Promise<Emit> {
  const read = await readCheckpoint(path);
  if (read === null) return () => undefined;
  if ('code' in read) {
    tell('issue', read);
    return () => undefined;
  }
  return comparing(read, (what) => {
    tell('notice', { message: `${path} ${what}; the ledger is the truth` });
  });
}

function comparing(file: Checkpoint, say: (what: string) => void): Emit {
  let isOfThisRun = false;
  return emitBy({
    'run:started': ({ runId }) => {
      isOfThisRun = file.runId === runId;
      if (!isOfThisRun) say(`is of run ${file.runId}, not of ${runId}`);
    },
    'entity:planned': ({ entity, doneChunks }) => {
      const loaded = file.entities[entity]?.chunks.loaded ?? 0;
      if (!isOfThisRun || loaded <= doneChunks) return;
      say(`has ${counted(loaded, 'chunk')} of ${entity} loaded, the ledger ${doneChunks}`);
    },
  });
}
