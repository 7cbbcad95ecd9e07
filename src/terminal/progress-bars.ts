import type { Writable } from 'node:stream';
import type { Colors } from 'picocolors/types';
import { BarStack } from './bar-stack';
import { EntityGauges } from './entity-gauge';
import { type EventSink } from './event-sink';
import { emitBy } from '../core/run/events';
import { spoken } from './spoken';

const COLOURS = { error: 'red', warning: 'yellow', info: 'cyan' } as const;

/** A bar for each entity that is being loaded and one for all, with rate and time left, for a terminal; everything else scrolls above them. */
export function barProgress(
  terminal: Writable,
  { nowMs, colours }: { nowMs: () => number; colours: Colors },
): EventSink {
  const gauges = new EntityGauges(nowMs);
  const bars = new BarStack(terminal, colours);
  const show = (entity: string): void => {
    for (const reading of [gauges.overall(), gauges.reading(entity)]) if (reading !== null) bars.show(reading);
  };
  const lines = spoken((line, tone) => {
    bars.say(tone === 'plain' ? line : colours[COLOURS[tone]](line));
  });
  return {
    emit: emitBy({
      ...lines,
      'entity:planned': (facts) => {
        gauges.plan(facts);
        bars.expect([facts.entity, gauges.overall()?.entity ?? '']);
      },
      'chunk:step': ({ entity, step }) => {
        gauges.begin(entity);
        if (step === 'reading') show(entity);
      },
      'chunk:loaded': (facts) => {
        gauges.add(facts);
        show(facts.entity);
      },
      'entity:finished': (facts) => {
        lines['entity:finished'](facts);
        bars.drop(facts.entity);
      },
    }),
    close: () => {
      bars.stop();
      return Promise.resolve();
    },
  };
}
