import { counted, grouped, secondsText } from '../../core/counted';
import { html, type Markup } from './markup';
import { timeText } from './times';
import type { EntityStretch, StretchOfWork } from './timeline';

/** Width of a drawing in its own units; the page stretches it. */
const WIDTH = 1000;
const HEIGHT = 100;

/** The timeline as figures: throughput as bars, and when the chunks of each entity were loaded. */
export function timelineAsHtml(timeline: readonly StretchOfWork[]): Markup {
  if (timeline.length === 0) return html`<p>No chunk was loaded.</p>`;
  return html`${timeline.map(figure)}`;
}

function figure(stretch: StretchOfWork): Markup {
  const { start, fromMs, toMs, chunks, rows, rowsPerSecond, throughput, entities } = stretch;
  const peak = Math.max(...throughput);
  const took = secondsText((toMs - fromMs) / 1000);
  return html`<figure>
    <figcaption>
      Start ${start}: ${counted(rows, 'row')} in ${counted(chunks, 'chunk')}, ${took}, ${grouped(rowsPerSecond)} rows/s
      on average, ${grouped(peak)} at the peak.
    </figcaption>
    <svg
      class="bars"
      viewBox="0 0 ${WIDTH} ${HEIGHT}"
      preserveAspectRatio="none"
      role="img"
      aria-label="rows per second over time"
    >
      ${throughput.map((rate, index) => bar(rate / Math.max(1, peak), index, throughput.length))}
    </svg>
    <p class="axis"><span>${timeText(fromMs)}</span><span>${timeText(toMs)}</span></p>
    <div class="lines">${entities.map((entity) => entityLine(entity, stretch))}</div>
  </figure>`;
}

function bar(share: number, index: number, of: number): Markup {
  const width = WIDTH / of;
  const height = share * HEIGHT;
  return html`<rect
    x="${rounded(index * width)}"
    y="${rounded(HEIGHT - height)}"
    width="${rounded(width * 0.85)}"
    height="${rounded(height)}"
  />`;
}

function entityLine({ entity, busy, chunks, rows, ...own }: EntityStretch, { fromMs, toMs }: StretchOfWork): Markup {
  const scale = WIDTH / Math.max(1, toMs - fromMs);
  const pieces = seen(busy.map(([begin, end]) => [(begin - fromMs) * scale, (end - fromMs) * scale]));
  const took = secondsText((own.toMs - own.fromMs) / 1000);
  return html`<p class="line">
    <span>${entity}</span>
    <svg viewBox="0 0 ${WIDTH} 10" preserveAspectRatio="none" role="img" aria-label="when ${entity} was loaded">
      ${pieces.map(([from, to]) => piece(from, to))}
    </svg>
    <span class="number">${grouped(rows)} rows, ${counted(chunks, 'chunk')}, ${took}</span>
  </p>`;
}

type Piece = readonly [from: number, to: number];

/** Pieces too close to be told apart are one: a run may have tens of thousands of chunks. */
function seen(pieces: readonly Piece[]): Piece[] {
  const apart: [number, number][] = [];
  for (const [from, to] of pieces) {
    const last = apart.at(-1);
    if (last !== undefined && from - last[1] < 1) last[1] = to;
    else apart.push([from, to]);
  }
  return apart;
}

/** Wide enough to be seen. */
function piece(from: number, to: number): Markup {
  const width = Math.max(2, to - from);
  return html`<rect x="${rounded(Math.min(from, WIDTH - width))}" y="0" width="${rounded(width)}" height="10" />`;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
