import { counted, grouped } from '../../core/counted';
import type { Emit } from '../../core/run/events';
import type { RunRecord } from '../../core/run/run-record';

/**
 * Rows per chunk of a run: those that it was started with, so that all its chunks are cut alike. Tells where that is not what was
 * asked for now.
 */
export function batchSizeOf({ settings }: RunRecord, asked: number, emit: Emit): number {
  const stored = settings.batchSize;
  if (stored === null || stored === asked) return asked;
  const message = `the run keeps the batch size it was started with, ${counted(stored, 'row')}; ${grouped(asked)} would need a new run`;
  emit('notice', { message });
  return stored;
}
