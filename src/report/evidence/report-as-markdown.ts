import { grouped, secondsText } from '../../core/counted';
import { headlineFacts, REHEARSAL_NOTE, titleOf, verdictWord } from './headline-facts';
import type { RunReport } from './run-report';
import type { Cell, Section } from './section';
import { sectionsOf } from './sections';
import { timeText } from './times';
import type { StretchOfWork } from './timeline';
import { visible } from '../../core/words/visible';

/** The report as GitHub-flavoured Markdown. Values stay text: no markup comes through. */
export function reportAsMarkdown(report: RunReport): string {
  const { verdict, mode, timeline } = report;
  const parts = [
    `# ${escaped(titleOf(report))}`,
    `**${verdictWord(report)}.** ${escaped(verdict.sentence)}`,
    ...(mode === 'rehearse' ? [REHEARSAL_NOTE] : []),
    ...(verdict.because.length > 1 ? [listOf(verdict.because.map(escaped))] : []),
    ...nextText(verdict),
    listOf(headlineFacts(report).map(([name, value]) => `${name}: ${escaped(value)}`)),
    ...sectionsOf(report).map(sectionText),
    '## Timeline',
    ...(timeline.length === 0 ? ['No chunk was loaded.'] : timeline.map(stretchText)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function nextText({ next, then, advice }: RunReport['verdict']): string[] {
  const commands = [next, then].filter((command) => command !== null).map(code);
  const parts = [...(advice === null ? [] : [escaped(advice)]), ...(next === null ? [] : [commands.join(', then ')])];
  return parts.length === 0 ? [] : [`Next: ${parts.join(' ')}`];
}

function listOf(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}

function sectionText({ title, note, headings, rows, totals, empty }: Section): string {
  const heading = `## ${title}`;
  if (rows.length === 0) return `${heading}\n\n${empty}`;
  const table = tableText(headings, [...rows, ...(totals === undefined ? [] : [totals])]);
  return [heading, ...(note === undefined ? [] : [escaped(note)]), table].join('\n\n');
}

function stretchText({ start, fromMs, toMs, chunks, rows, rowsPerSecond, entities }: StretchOfWork): string {
  const took = secondsText((toMs - fromMs) / 1000);
  const sum = `Start ${start}: ${grouped(rows)} rows in ${grouped(chunks)} chunks, ${took}, ${grouped(rowsPerSecond)} rows/s`;
  const lines = entities.map((entity): Cell[] => [
    entity.entity,
    timeText(entity.fromMs),
    secondsText((entity.toMs - entity.fromMs) / 1000),
    entity.chunks,
    entity.rows,
  ]);
  return `${sum}\n\n${tableText(['entity', 'from', 'took', 'chunks', 'rows'], lines)}`;
}

function tableText(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const isNumeric = headings.map((_, column) => rows.some((row) => typeof row[column] === 'number'));
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(headings.map(escaped)),
    line(isNumeric.map((numeric) => (numeric ? '--:' : '---'))),
    ...rows.map((row) => line(row.map(cellText))),
  ].join('\n');
}

function cellText(cell: Cell): string {
  if (cell === null) return '–';
  if (typeof cell === 'number') return grouped(cell);
  if (typeof cell === 'string') return escaped(cell);
  return cell.codes.map((text) => code(text).replaceAll('|', '\\|')).join(' ');
}

/** Text that no renderer takes for markup. */
function escaped(text: string): string {
  return visible(text)
    .replace(/[\\`*[\]|~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}

/** As code, between more backquotes than the text has in a row. */
function code(text: string): string {
  const shown = visible(text);
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = shown === '' || /^`|`$|^ | $/.test(shown) ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}
