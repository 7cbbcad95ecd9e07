import type { Writable } from 'node:stream';
import { EntityGauges, type EntityReading } from './entity-gauge';
import { type EventSink } from './event-sink';
import { emitBy } from '../core/run/events';
import { spoken } from './spoken';
import { progressLine } from './wording';

const STEP_PERCENT = 10;
const SHORTEST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** Plain lines without colour, for pipes and log collectors: per entity one for each tenth, at most one a second, at least one a minute; always that of its end. */
export function plainProgress(stdout: Writable, nowMs: () => number): EventSink {
  const gauges = new EntityGauges(nowMs);
  const due = paced(nowMs);
  const line = (text: string): void => {
    stdout.write(`${text}\n`);
  };
  const show = (entity: string): void => {
    const reading = gauges.reading(entity);
    if (reading !== null && due(reading)) line(progressLine(reading));
  };
  return {
    emit: emitBy({
      ...spoken(line),
      'entity:planned': (facts) => {
        gauges.plan(facts);
      },
      'chunk:step': ({ entity }) => {
        gauges.begin(entity);
      },
      'chunk:loaded': (facts) => {
        gauges.add(facts);
        show(facts.entity);
      },
    }),
    close: () => Promise.resolve(),
  };
}

/** Whether a line is due for a reading; asking counts as printing when the answer is yes. */
function paced(nowMs: () => number): (reading: EntityReading) => boolean {
  const last = new Map<string, { readonly percent: number; readonly atMs: number }>();
  return ({ entity, percent }) => {
    const before = last.get(entity) ?? { percent: 0, atMs: Number.NEGATIVE_INFINITY };
    const pauseMs = nowMs() - before.atMs;
    const stepped = Math.floor(percent / STEP_PERCENT) > Math.floor(before.percent / STEP_PERCENT);
    const isLast = percent === 100 && before.percent < 100;
    const isDue = isLast || (pauseMs >= SHORTEST_PAUSE_MS && (stepped || pauseMs >= LONGEST_PAUSE_MS));
    if (isDue) last.set(entity, { percent, atMs: nowMs() });
    return isDue;
  };
}
