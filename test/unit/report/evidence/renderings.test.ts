import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EntityComparison } from '../../../../src/core/comparison/comparison';
import { reportAsHtml } from '../../../../src/report/evidence/report-as-html';
import { reportAsJson } from '../../../../src/report/evidence/report-as-json';
import { reportAsMarkdown } from '../../../../src/report/evidence/report-as-markdown';
import { aReport, aRunRecord, aStart, hostileReport } from '../../../support/a-report';
import { schemaFaults, type Schema } from '../../../support/json-schema';
import { ROOT } from '../../../support/source-files';

const SCRIPT = `<script>alert(1)</script><img src=x onerror="alert('2')">`;
const UNSEEN = '\u0000\u202e\u200b\ud800';

describe('reportAsHtml', () => {
  it('has the verdict first, and every table with its numbers', () => {
    const page = reportAsHtml(aReport());
    const [beforeTables = ''] = page.split('<table>');
    expect(beforeTables).toContain('Complete and accounted for, not proven: of 20 source rows');
    for (const title of [
      'Rows by entity',
      'Timeline',
      'Rejected rows by reason',
      'Changed values by column',
      'Versions',
    ]) {
      expect(page).toContain(`<h2>${title}</h2>`);
    }
    expect(page).toMatch(/<td class="text">unknown code<\/td>/);
    expect(page).toContain('<bdi>[&quot;7&quot;]</bdi>');
  });

  it('asks nobody for anything and runs nothing', () => {
    const page = reportAsHtml(aReport());
    expect(page).toContain('content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;;');
    expect(
      page.match(/<(?:script|link|img|iframe|object)\b|\b(?:src|href|srcset)=|url\(|@import|https?:/gi),
    ).toBeNull();
  });

  it('is for a phone, for paper, and for a dark screen', () => {
    const page = reportAsHtml(aReport());
    expect(page).toContain('content="width=device-width, initial-scale=1"');
    expect(page).toContain('@media print');
    expect(page).toContain('@media (prefers-color-scheme: dark)');
    const tables = page.match(/<table>/g) ?? [];
    expect(page.match(/<div class="scroll" role="region" aria-label="[^"]+" tabindex="0">\s*<table>/g)).toHaveLength(
      tables.length,
    );
  });

  it('keeps markup in names, keys and reasons text', () => {
    const page = reportAsHtml(hostileReport(SCRIPT));
    const plain = reportAsHtml(hostileReport('plain'));
    const tagsOf = (text: string): string[] =>
      text.match(/<[a-z!/][^>]*>/gi)?.map((tag) => tag.replace(/"[^"]*"/g, '')) ?? [];
    expect(tagsOf(page)).toEqual(tagsOf(plain));
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  it('shows what cannot be seen, or turns the direction of reading, as an escape', () => {
    const page = reportAsHtml(hostileReport(UNSEEN));
    expect(page).toContain('\\u0000\\u202e\\u200b\\ud800');
    expect(page).not.toMatch(/[\0\u202e\u200b\p{Surrogate}]/u);
  });

  it('stays small when a run has tens of thousands of chunks', () => {
    const chunks = Array.from({ length: 30_000 }, (_, chunk) => ({
      ...{ entity: 'coil', chunk, lane: 0, read: 20_000, loaded: 20_000 },
      ...{ fromMs: chunk * 100, toMs: chunk * 100 + 90 },
    }));
    expect(reportAsHtml(aReport({ trail: { chunks } })).length).toBeLessThan(200_000);
  });

  it('says that a rehearsal kept nothing', () => {
    const page = reportAsHtml(aReport({}, 'rehearse'));
    expect(page).toContain('<h1>Rehearsal run-1</h1>');
    expect(page).toContain('nothing of it was kept');
  });
});

describe('reportAsMarkdown', () => {
  it('has the verdict and the tables', () => {
    const text = reportAsMarkdown(aReport());
    expect(text).toMatch(/^# Migration run-1\n\n\*\*Counts agree\.\*\* Complete and accounted for, not proven/);
    expect(text).toContain('| coil | 10 | 9 | 0 | 0 | 1 | 0 | 3 | counts | counts agree |');
    expect(text).toContain('Start 1: 20 rows in 4 chunks');
  });

  it('keeps markup in names, keys and reasons text, and every table in its columns', () => {
    const text = reportAsMarkdown(hostileReport(`${SCRIPT}|\n# x \`\` [a](b) *c* _d_`));
    const outsideCode = text.replace(/(`+)[^`](?:.*?[^`])?\1(?!`)/g, '');
    expect(outsideCode).not.toMatch(/<|(?<!\\)\*c|(?<!\\)\[a/);
    const widths = (line: string): number => line.split(/(?<!\\)\|/).length;
    for (const [table] of text.matchAll(/(?:^\|.*\n)+/gm)) {
      const lines = table.trimEnd().split('\n');
      expect(new Set(lines.map(widths)).size).toBe(1);
    }
    expect(text.match(/^# /gm)).toHaveLength(1);
  });
});

describe('reportAsJson', () => {
  const schema = JSON.parse(readFileSync(join(ROOT, 'docs/report.schema.json'), 'utf8')) as Schema;
  const comparison: EntityComparison = {
    ...{ level: 'rows', matchedBy: { kind: 'primary key', columns: ['id'] }, expected: 9, columns: { name: 1 } },
    ...{ counts: { missing: 0, extra: 0, doubled: 0, different: 1 }, unlocated: { groups: 1, rows: 2 }, skipped: 0 },
    examples: [{ kind: 'different', legacyKey: '["1"]', targetKey: ['1'], properties: ['name'] }],
    ...{ figuresDiffer: ['name'], sourceSince: { atSnapshot: 9, now: 10 } },
  };

  it.each([
    ['a complete run', aReport()],
    ['a rehearsal', aReport({}, 'rehearse')],
    [
      'a run that was killed',
      aReport({
        run: aRunRecord({ state: 'running', finishedAt: null }),
        progress: [],
        trail: { starts: [aStart(1, { end: null })], chunks: [], validations: [] },
      }),
    ],
    ['a run of an earlier cutover', aReport({ trail: { starts: [], validations: [] } })],
    ['a run whose rows were compared', compared()],
    ['names that hold markup', hostileReport(SCRIPT)],
  ])('keeps to the published schema for %s', (_, report) => {
    expect(schemaFaults(schema, JSON.parse(reportAsJson(report)))).toEqual([]);
  });

  it('is the report itself, an element of a list a line', () => {
    const text = reportAsJson(aReport());
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(aReport())));
    expect(text.match(/^ {4}\{"entity":"coil","chunk":/gm)).toHaveLength(2);
  });

  it('comes apart from the schema where a member is missing, new or of another kind', () => {
    const { verdict, ...report } = aReport();
    expect(schemaFaults(schema, { ...report, verdict: { ...verdict, kind: 'fine' }, aside: -1, more: 1 })).toEqual(
      ['$.aside: is below 0', 'more is not in the schema', '$.verdict.kind: fine is none of the choices'].sort(
        (a, b) => order(a) - order(b),
      ),
    );
    expect(schemaFaults(schema, report)).toEqual(['verdict is missing']);
  });

  function compared(): ReturnType<typeof aReport> {
    const report = aReport();
    const entities = report.entities.map((entity) => ({
      ...entity,
      proof: entity.proof && { ...entity.proof, comparison },
    }));
    return { ...report, entities };
  }

  function order(fault: string): number {
    return ['$.aside', '$.verdict', 'more'].findIndex((start) => fault.startsWith(start));
  }
});
