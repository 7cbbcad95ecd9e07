import { grouped } from '../../core/counted';
import { headlineFacts, REHEARSAL_NOTE, titleOf, verdictWord } from './headline-facts';
import { html, type Markup } from './markup';
import { STYLE } from './page-style';
import type { RunReport } from './run-report';
import type { Cell, Section } from './section';
import { sectionsOf } from './sections';
import { timelineAsHtml } from './timeline-as-html';

/** Whatever may have got into the page: it runs nothing and asks nobody. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The report as one page that needs nothing else: no script, no request. For the screen, a phone, and paper. */
export function reportAsHtml(report: RunReport): string {
  const { verdict, mode } = report;
  const [entities, ...sections] = sectionsOf(report).map(sectionMarkup);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${titleOf(report)}: ${verdictWord(report)}</title>
        ${STYLE}
      </head>
      <body>
        <header>
          <h1>${titleOf(report)}</h1>
          <div class="verdict ${verdict.kind}">
            <p class="word">${verdictWord(report)}</p>
            <p>${verdict.sentence}</p>
            ${mode === 'rehearse' ? html`<p>${REHEARSAL_NOTE}</p>` : ''} ${reasons(verdict.because)}
            ${nextMarkup(verdict)}
          </div>
          <dl>
            ${headlineFacts(report).map(
              ([name, value]) =>
                html`<div>
                  <dt>${name}</dt>
                  <dd>${value}</dd>
                </div>`,
            )}
          </dl>
        </header>
        <main>
          ${entities ?? ''}
          <section>
            <h2>Timeline</h2>
            ${timelineAsHtml(report.timeline)}
          </section>
          ${sections}
        </main>
        <footer><p class="signature">Signed off by</p></footer>
      </body>
    </html>`;
  return `${page.markup}\n`;
}

function nextMarkup({ next, then, advice }: RunReport['verdict']): Markup {
  if (next === null && advice === null) return html``;
  const second = then === null ? '' : html`, then <code>${then}</code>`;
  return html`<p>Next: ${advice ?? ''} ${next === null ? '' : html`<code>${next}</code>`}${second}</p>`;
}

/** One reason stands in the sentence. */
function reasons(because: readonly string[]): Markup {
  if (because.length < 2) return html``;
  return html`<ul>
    ${because.map((reason) => html`<li>${reason}</li>`)}
  </ul>`;
}

function sectionMarkup({ title, note, rows, empty, ...table }: Section): Markup {
  const body =
    rows.length === 0
      ? html`<p>${empty}</p>`
      : html`${note === undefined ? '' : html`<p class="note">${note}</p>`}${tableMarkup({ ...table, title, rows })}`;
  return html`<section>
    <h2>${title}</h2>
    ${body}
  </section>`;
}

/** A wide table is scrolled by itself, also by keyboard, and never the page. */
function tableMarkup({ title, headings, rows, totals }: Omit<Section, 'note' | 'empty'>): Markup {
  const isNumeric = headings.map((_, column) => rows.some((row) => typeof row[column] === 'number'));
  const kind = (column: number): string => (isNumeric[column] === true ? 'number' : 'text');
  const line = (cells: readonly Cell[]): Markup =>
    html`<tr>
      ${cells.map((cell, column) => html`<td class="${kind(column)}">${cellMarkup(cell)}</td>`)}
    </tr>`;
  return html`<div class="scroll" role="region" aria-label="${title}" tabindex="0">
    <table>
      <thead>
        <tr>
          ${headings.map((heading, column) => html`<th scope="col" class="${kind(column)}">${heading}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(line)}
      </tbody>
      ${
        totals === undefined
          ? ''
          : html`<tfoot>
              ${line(totals)}
            </tfoot>`
      }
    </table>
  </div>`;
}

function cellMarkup(cell: Cell): Markup {
  if (cell === null) return html`–`;
  if (typeof cell === 'number') return html`${grouped(cell)}`;
  if (typeof cell === 'string') return html`${cell}`;
  return html`${cell.codes.map((text) => html`<code><bdi>${text}</bdi></code> `)}`;
}
