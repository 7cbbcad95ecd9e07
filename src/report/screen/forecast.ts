import { counted, secondsText } from '../../core/counted';
import type { ConflictForecast, DurationForecast, Forecast } from '../../core/run/forecast';
import { tableLines } from '../words/table';
import { SHOWN_SAMPLES } from '../words/sample-size';

/** What a rehearsal says about the real run; nothing where there was none. */
export function forecastLines(forecast: Forecast | undefined): string[] {
  if (forecast === undefined) return [];
  return [...conflictLines(forecast.conflicts), ...durationLines(forecast.duration)];
}
const FATES = { rejected: 'rejected', skipped: 'skipped', updated: 'updated', aborts: 'end of the load' } as const;

function conflictLines(conflicts: readonly ConflictForecast[]): string[] {
  if (conflicts.length === 0) return [];
  const rows = conflicts.map(({ entity, constraint, rows: met, fate, sampleKeys }) => {
    return [entity, constraint, met, FATES[fate], sampleKeys.slice(0, SHOWN_SAMPLES).join(' ')];
  });
  return [...tableLines(['meets the target', 'by', 'rows', 'become', 'for example, key'], rows), ''];
}

function durationLines(duration: DurationForecast | null): string[] {
  if (duration === null) return [];
  const { seconds, fromSeconds, toSeconds, chunks } = duration;
  return [
    `Forecast: the real run takes about ${secondsText(seconds)}, from ${secondsText(fromSeconds)} to ${secondsText(toSeconds)}.`,
    `That is the rehearsal's own time and how unevenly its ${counted(chunks, 'chunk')} went: same rows, same statements. What it leaves out: indexes of rows`,
    'that are there already, and what else the servers have to do at that hour.',
  ];
}
