import type { Writable } from 'node:stream';
import { MultiBar, type SingleBar } from 'cli-progress';
import type { Colors } from 'picocolors/types';
import { barLine } from './bar-line';
import type { EntityReading } from './entity-gauge';

const CLEAR_TO_END = '\x1b[K';
/** The bars have switched wrapping off, which would cut what is longer than the terminal is wide. */
const WRAP = '\x1b[?7h';
const NO_WRAP = '\x1b[?7l';
const DEFAULT_COLUMNS = 80;

/** The bars at the bottom of a terminal, with lines scrolling above them; nothing is drawn before the first bar. */
export class BarStack {
  readonly #bars = new Map<string, SingleBar>();
  #multi: MultiBar | null = null;
  #nameWidth = 0;

  constructor(
    readonly terminal: Writable & { readonly columns?: number },
    readonly colours: Colors,
  ) {}

  /** Names get as many columns as the longest has, where there is room. */
  expect(names: readonly string[]): void {
    this.#nameWidth = Math.max(this.#nameWidth, ...names.map((name) => name.length));
  }

  show(reading: EntityReading): void {
    const { entity } = reading;
    const bar = this.#bars.get(entity) ?? this.#opened().create(1, 0, { reading });
    this.#bars.set(entity, bar);
    bar.update(0, { reading });
  }

  /** Takes a bar away: those of many entities would be more than the terminal has lines. */
  drop(entity: string): void {
    const bar = this.#bars.get(entity);
    if (bar === undefined) return;
    this.#bars.delete(entity);
    this.#multi?.remove(bar);
  }

  say(text: string): void {
    if (this.#multi === null) this.terminal.write(`${text}\n`);
    else this.#multi.log(`${WRAP}${text.split('\n').join(`${CLEAR_TO_END}\n`)}${CLEAR_TO_END}${NO_WRAP}\n`);
  }

  stop(): void {
    // What was said since the last drawing is written by a drawing only.
    this.#multi?.update();
    this.#multi?.stop();
    this.#multi = null;
  }

  #opened(): MultiBar {
    const format = (_: unknown, __: unknown, { reading }: { readonly reading: EntityReading }): string =>
      barLine(reading, {
        columns: this.terminal.columns ?? DEFAULT_COLUMNS,
        nameWidth: this.#nameWidth,
        paint: (bar) => this.colours.cyan(bar),
      });
    // Ctrl-C is the command's: the bars go on while the chunk in hand is finished.
    // A line above the bars overwrites them: those that have not moved must be drawn again as well.
    const drawing = { forceRedraw: true, hideCursor: true } as const;
    this.#multi ??= new MultiBar({ ...drawing, format, stream: this.terminal, gracefulExit: false });
    return this.#multi;
  }
}
