import { html } from './markup';

/** The style of the page: one column, light or dark as the reader has it, black on white on paper. */
export const STYLE = html`<style>
  :root {
    color-scheme: light dark;
    --paper: #ffffff;
    --ink: #1c2126;
    --quiet: #57606a;
    --rule: #d5dae0;
    --band: #f4f6f8;
    --good: #0a6b3d;
    --fair: #7a4d00;
    --bad: #b3201f;
    --bar: #2f6fab;
  }
  @media (prefers-color-scheme: dark) {
    :root {
      --paper: #14181c;
      --ink: #e4e8ec;
      --quiet: #9aa5b1;
      --rule: #333b44;
      --band: #1d2329;
      --good: #5fd39a;
      --fair: #f0b95c;
      --bad: #ff8d85;
      --bar: #6fb1ee;
    }
  }
  * {
    box-sizing: border-box;
  }
  body {
    margin: 0 auto;
    padding: 1rem;
    max-width: 72rem;
    font:
      1rem/1.5 system-ui,
      sans-serif;
    color: var(--ink);
    background: var(--paper);
    overflow-wrap: anywhere;
  }
  h1 {
    font-size: 1.4rem;
    margin: 0 0 0.75rem;
  }
  h2 {
    font-size: 1.1rem;
    margin: 2rem 0 0.5rem;
  }
  p {
    margin: 0.25rem 0;
  }
  .verdict {
    border-left: 0.5rem solid var(--bad);
    background: var(--band);
    padding: 0.75rem 1rem;
  }
  .verdict .word {
    font-weight: 700;
    font-size: 1.25rem;
    color: var(--bad);
  }
  .verdict.proven {
    border-color: var(--good);
  }
  .verdict.proven .word {
    color: var(--good);
  }
  .verdict.counted,
  .verdict.partly-proven,
  .verdict.not-validated {
    border-color: var(--fair);
  }
  .verdict.counted .word,
  .verdict.partly-proven .word,
  .verdict.not-validated .word {
    color: var(--fair);
  }
  dl {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr));
    gap: 0.25rem 1.5rem;
    margin: 1rem 0;
  }
  dl div {
    display: flex;
    gap: 0.75rem;
  }
  dt {
    flex: none;
    width: 5.5rem;
    color: var(--quiet);
  }
  dd {
    margin: 0;
    min-width: 0;
  }
  .note,
  figcaption,
  .axis {
    color: var(--quiet);
    font-size: 0.875rem;
  }
  .scroll {
    overflow-x: auto;
    margin: 0.5rem 0;
    border: 1px solid var(--rule);
  }
  table {
    border-collapse: collapse;
    width: 100%;
    font-size: 0.875rem;
    overflow-wrap: normal;
  }
  th,
  td {
    padding: 0.35rem 0.6rem;
    text-align: left;
    vertical-align: top;
    border-bottom: 1px solid var(--rule);
    max-width: 28rem;
    overflow-wrap: break-word;
  }
  td.text {
    min-width: 8rem;
  }
  td code {
    overflow-wrap: anywhere;
  }
  th {
    background: var(--band);
    font-weight: 600;
  }
  td:first-child,
  th:first-child {
    position: sticky;
    left: 0;
    background: var(--band);
    font-weight: 600;
    min-width: 5.5rem;
    max-width: 40vw;
  }
  tbody tr:last-child td {
    border-bottom: 0;
  }
  tfoot td {
    border-top: 2px solid var(--rule);
    border-bottom: 0;
    font-weight: 600;
  }
  .number {
    text-align: right;
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  code {
    font:
      0.85em/1.4 ui-monospace,
      monospace;
    background: var(--band);
    padding: 0 0.2em;
  }
  figure {
    margin: 0.5rem 0 1.5rem;
  }
  svg {
    display: block;
    width: 100%;
    fill: var(--bar);
  }
  svg.bars {
    height: 7rem;
    border-bottom: 1px solid var(--rule);
  }
  .axis {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0 1rem;
  }
  .line {
    display: grid;
    grid-template-columns: 7rem minmax(0, 1fr) 17rem;
    gap: 0.75rem;
    align-items: center;
    font-size: 0.875rem;
  }
  .line svg {
    height: 0.75rem;
    background: var(--band);
  }
  .line .number {
    text-align: left;
    white-space: normal;
    color: var(--quiet);
  }
  .signature {
    margin-top: 3rem;
    border-top: 1px solid var(--ink);
    width: min(100%, 20rem);
    color: var(--quiet);
    font-size: 0.875rem;
  }
  @media (max-width: 40rem) {
    .line {
      grid-template-columns: minmax(0, 1fr);
      gap: 0.1rem;
      margin: 0.6rem 0;
    }
  }
  @media print {
    :root {
      color-scheme: light;
      --paper: #ffffff;
      --ink: #000000;
      --quiet: #333333;
      --rule: #999999;
      --band: #f2f2f2;
      --good: #000000;
      --fair: #000000;
      --bad: #000000;
      --bar: #555555;
    }
    @page {
      margin: 15mm;
      size: a4 landscape;
    }
    body {
      max-width: none;
      padding: 0;
      font-size: 9pt;
    }
    .scroll {
      overflow: visible;
      border: 0;
    }
    table {
      font-size: 8pt;
    }
    td,
    td.text,
    th {
      min-width: 0;
      padding: 1mm 1.5mm;
    }
    td:first-child,
    th:first-child {
      position: static;
    }
    svg {
      print-color-adjust: exact;
    }
    thead {
      display: table-header-group;
    }
    tfoot {
      display: table-row-group;
    }
    tr,
    figure,
    .verdict,
    .line {
      break-inside: avoid;
    }
    h2 {
      break-after: avoid;
    }
  }
</style>`;
