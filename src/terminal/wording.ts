import { rowsLoaded } from '../core/run/account';
import type { RunEvents } from '../core/run/events';
import type { Issue } from '../core/issues';
import { findingLines, issueLines } from '../report/screen/issues';
import { visible } from '../core/words/visible';
import { counted, durationText, grouped } from '../core/counted';
import type { EntityReading } from './entity-gauge';

/** `12,345 rows/s`, empty while unknown. */
export function rate({ rowsPerSecond }: EntityReading): string {
  return rowsPerSecond === null ? '' : `${grouped(Math.round(rowsPerSecond))} rows/s`;
}

/** `about 3 s left`, empty while unknown or at the end. */
export function timeLeft({ secondsLeft }: EntityReading): string {
  return secondsLeft === null || secondsLeft === 0 ? '' : `about ${durationText(Math.ceil(secondsLeft))} left`;
}

/** One line for how far an entity is. */
export function progressLine(reading: EntityReading): string {
  const rows = `${grouped(reading.done)} of ${counted(reading.total, 'row')}`;
  const parts = [`${reading.percent} %`, rows, rate(reading), timeLeft(reading)].filter((part) => part !== '');
  return visible(`${reading.entity}  ${parts.join('  ')}`);
}

/** A finding, and its hint below it. */
export function issueText(issue: Issue): string {
  return issueLines(issue).join('\n');
}

/** The same without its level, for a log that has a column of levels. */
export function findingText(issue: Issue): string {
  return findingLines(issue).join('\n');
}

/** One line for how an entity ended. */
export function finishedLine({ entity, state, tally, seconds, because }: RunEvents['entity:finished']): string {
  const skipped = tally.skipped > 0 ? `, ${grouped(tally.skipped)} skipped` : '';
  const rows = `${grouped(rowsLoaded(tally))} loaded${skipped}, ${grouped(tally.rejected)} rejected`;
  const reason = because === null ? '' : `: ${because}`;
  return visible(`${entity}  ${state}  ${rows}  ${seconds.toFixed(1)} s${reason}`);
}

/** One line for the start of a run. */
export function startedLine({ runId, scn, resumed }: RunEvents['run:started']): string {
  const moment = scn === null ? 'without a snapshot' : `at SCN ${scn}`;
  return `run ${runId} ${resumed ? 'resumed' : 'started'} ${moment}`;
}
