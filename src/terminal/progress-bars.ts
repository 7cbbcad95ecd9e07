import type { Writable } from 'node:stream';
import { MultiBar, type SingleBar } from 'cli-progress';
import type { Colors } from 'picocolors/types';
import { EntityGauges, type EntityReading } from './entity-gauge';
import { type EventSink } from './event-sink';
import { emitBy } from '../core/run/events';
import { visible } from '../core/visible';
import { grouped } from '../core/counted';
import { upgradedText } from '../core/run/ledger-version';
import { finishedLine, issueText, rate, startedLine, timeLeft } from './wording';

const NAME_WIDTH = 12;
const ISSUE_COLOURS = { error: 'red', warning: 'yellow', info: 'cyan' } as const;

/** One bar per entity with rate and time left, for a terminal; everything else scrolls above the bars. */
export function barProgress(
  terminal: Writable,
  { nowMs, colours }: { nowMs: () => number; colours: Colors },
): EventSink {
  const gauges = new EntityGauges(nowMs);
  const bars = new BarStack(terminal, colours);
  const show = (entity: string): void => {
    const reading = gauges.reading(entity);
    if (reading !== null) bars.show(reading);
  };
  return {
    emit: emitBy({
      'run:started': (facts) => {
        bars.say(startedLine(facts));
      },
      'ledger:upgraded': (facts) => {
        bars.say(`note  ${upgradedText(facts)}`);
      },
      issue: (facts) => {
        bars.say(colours[ISSUE_COLOURS[facts.level]](issueText(facts)));
      },
      notice: ({ message }) => {
        bars.say(`note  ${visible(message)}`);
      },
      'entity:planned': (facts) => {
        gauges.plan(facts);
        show(facts.entity);
      },
      'chunk:step': ({ entity }) => {
        gauges.begin(entity);
      },
      'chunk:loaded': (facts) => {
        gauges.add(facts);
        show(facts.entity);
      },
      'entity:finished': (facts) => {
        if (facts.state !== 'complete') bars.say(colours.red(finishedLine(facts)));
      },
    }),
    close: () => {
      bars.stop();
      return Promise.resolve();
    },
  };
}

/** The bars of a terminal; nothing is drawn before the first one. */
class BarStack {
  readonly #bars = new Map<string, SingleBar>();
  #multi: MultiBar | null = null;

  constructor(
    readonly terminal: Writable,
    readonly colours: Colors,
  ) {}

  show(reading: EntityReading): void {
    // A bar of total 0 divides by it: an empty entity is a full bar of one.
    const isEmpty = reading.total === 0;
    const bar = this.#bars.get(reading.entity) ?? this.#opened().create(isEmpty ? 1 : reading.total, 0, words(reading));
    this.#bars.set(reading.entity, bar);
    bar.update(isEmpty ? 1 : reading.done, words(reading));
  }

  say(text: string): void {
    if (this.#multi === null) this.terminal.write(`${text}\n`);
    else this.#multi.log(`${text}\n`);
  }

  stop(): void {
    this.#multi?.stop();
    this.#multi = null;
  }

  #opened(): MultiBar {
    const format = `{entity} ${this.colours.cyan('{bar}')} {percent} %  {rows}  {rate}  {left}`;
    // Ctrl-C is the command's: the bars go on while the chunk in hand is finished.
    this.#multi ??= new MultiBar({ format, stream: this.terminal, hideCursor: true, barsize: 24, gracefulExit: false });
    return this.#multi;
  }
}

function words(reading: EntityReading): Record<string, string> {
  return {
    entity: reading.entity.padEnd(NAME_WIDTH),
    percent: String(reading.percent).padStart(3),
    rows: `${grouped(reading.done)}/${grouped(reading.total)}`,
    rate: rate(reading),
    left: timeLeft(reading),
  };
}
