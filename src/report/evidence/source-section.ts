import { counted, grouped } from '../../core/counted';
import { sumOfRows, type SourceAccount } from '../../core/run/source-accounts';
import { figures, restText } from '../words/sources';
import { lacking } from './lacking';
import type { RunReport } from './run-report';
import type { Cell, Section } from './section';

/** The legacy tables, their rows counted once each, those that no mapping reads among them. */
export function sourceSection({ sources, outdated }: RunReport): Section {
  const tables = (sources ?? []).filter(({ kind, rows }) => kind === 'table' && rows !== null);
  return {
    title: 'Rows by legacy table',
    note: 'Every row is counted once: rows = taken + left by --where + of others + by none. Taken: a mapping of the run takes the row; what became of it stands in the table of the entities. By several: rows that more than one mapping takes. Of others: rows that only entities outside of this run take. By none: rows that no mapping takes. The sum is over tables, for the rows of views and queries are made of theirs. Tables that the user of the run may not see are not among them.',
    headings: [
      'legacy table',
      'rows',
      'taken',
      'by several',
      'left by --where',
      'of others',
      'by none',
      'taken by',
      'rest',
    ],
    rows: (sources ?? []).map(sourceRow),
    totals: [counted(tables.length, 'table'), ...figures(sumOfRows(tables)), null, null],
    empty: sources === null ? lacking({ outdated }, 'sources', 'The ledger does not say.') : 'None.',
  };
}

function sourceRow(account: SourceAccount): Cell[] {
  const { source, kind, mark, rows, claims } = account;
  const about = [kind === 'table' ? null : kind, mark].filter((part) => part !== null);
  const name = about.length === 0 ? source : `${source} (${about.join(', ')})`;
  const takers = claims.map(
    ({ entity, taken, inRun }) => `${entity} ${grouped(taken)}${inRun ? '' : ', not in this run'}`,
  );
  return [name, ...figures(rows), takers.length === 0 ? null : takers.join('; '), restText(account)];
}
