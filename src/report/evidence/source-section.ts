import type { SourceAccount } from '../../core/source-accounts';
import { restText } from '../sources';
import { lacking } from './lacking';
import type { RunReport } from './run-report';
import type { Cell, Section } from './section';

/** The legacy tables, their rows counted once each, those that no mapping reads among them. */
export function sourceSection({ sources, outdated }: RunReport): Section {
  return {
    title: 'Rows by legacy table',
    note: 'Every row is counted once: rows = loaded + left by --where + of entities outside of the run + by none. By several: rows that more than one mapping loads. Of tables without figures no mapping takes rows; tables that the user of the run may not see are not among them.',
    headings: [
      'legacy table',
      'rows',
      'loaded',
      'by several',
      'left by --where',
      'of others',
      'by none',
      'taken by',
      'rest',
    ],
    rows: (sources ?? []).map(sourceRow),
    empty: sources === null ? lacking({ outdated }, 'sources', 'The ledger does not say.') : 'None.',
  };
}

function sourceRow(account: SourceAccount): Cell[] {
  const { source, kind, mark, rows, claims } = account;
  const about = [kind === 'table' ? null : kind, mark].filter((part) => part !== null);
  const name = about.length === 0 ? source : `${source} (${about.join(', ')})`;
  const takers = claims.map(({ entity, taken, inRun }) => `${entity} ${taken}${inRun ? '' : ', not in this run'}`);
  const figures =
    rows === null
      ? [null, null, null, null, null, null]
      : [rows.total, rows.once, rows.several, rows.leftByChoice, rows.ofOthers, rows.none];
  return [name, ...figures, takers.length === 0 ? null : takers.join('; '), restText(account)];
}
