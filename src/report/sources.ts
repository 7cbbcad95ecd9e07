import { isForgotten, mappedSources, untakenRows, type SourceAccount } from '../core/source-accounts';
import { tableLines } from './table';

/** What becomes of each row of the legacy tables, counted once; nothing where no two mappings share one and none leaves a row. */
export function sourceLines(accounts: readonly SourceAccount[]): string[] {
  const shown = mappedSources(accounts).filter((account) => isNoteworthy(account));
  if (shown.length === 0) return [];
  return tableLines(
    [
      'legacy table',
      'rows',
      'loaded once',
      'by several',
      'left by --where',
      'of others',
      'by none',
      'taken by',
      'rest',
    ],
    shown.map((account) => [
      account.source,
      ...figures(account),
      account.claims.map(({ entity, taken }) => `${entity} ${taken}`).join(', '),
      restText(account),
    ]),
  );
}

function isNoteworthy({ claims, rows }: SourceAccount): boolean {
  return claims.length > 1 || rows === null || rows.once !== rows.total;
}

function figures({ rows }: SourceAccount): (number | null)[] {
  if (rows === null) return [null, null, null, null, null, null];
  return [rows.total, rows.once, rows.several, rows.leftByChoice, rows.ofOthers, rows.none];
}

/** What is said of the rows that no mapping takes, or of a table that nothing reads. */
export function restText(account: SourceAccount): string {
  const { rows, reasons, readBy, problem, lookedUpBy, claims } = account;
  if (problem !== null) return 'cannot be accounted for';
  if (isForgotten(account)) return 'NOT MAPPED';
  if (untakenRows(account) > 0) return 'NO REASON GIVEN';
  if (claims.length > 0 && (rows === null || rows.none === 0)) return '';
  if (reasons.length > 0) return reasons.join('; ');
  if (readBy.length > 0) return `read by ${readBy.join(', ')}`;
  return lookedUpBy.length > 0 ? `looked up by ${lookedUpBy.join(', ')}` : 'temporary';
}
