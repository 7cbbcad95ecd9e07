import { counted, grouped } from '../../core/counted';
import {
  isForgotten,
  isUnaccounted,
  sumOfRows,
  untakenRows,
  type RowFigures,
  type SourceAccount,
} from '../../core/run/source-accounts';
import { tableLines } from './table';

/** Tables that nothing takes rows of, on a screen; a schema may have thousands. */
const MOST_LEFT = 20;

/**
 * What becomes of each row of the legacy tables, counted once, and of all together; nothing where no two mappings share one, none leaves a
 * row, and no table stays behind.
 */
export function sourceLines(accounts: readonly SourceAccount[]): string[] {
  const mapped = accounts.filter((account) => account.claims.length > 0 && isNoteworthy(account));
  const left = accounts.filter(({ claims, mark }) => claims.length === 0 && mark !== 'temporary');
  if (mapped.length + left.length === 0) return [];
  const shown = [...mapped, ...left.slice(0, MOST_LEFT)];
  const tables = accounts.filter(({ kind, rows }) => kind === 'table' && rows !== null);
  const all = [counted(tables.length, 'table'), ...figures(sumOfRows(tables)), null, null];
  const lines = tableLines(
    ['legacy table', 'rows', 'taken', 'by several', 'left by --where', 'of others', 'by none', 'taken by', 'rest'],
    [
      ...shown.map((account) => [account.source, ...figures(account.rows), claimTexts(account), restText(account)]),
      all,
    ],
  );
  const more = left.length - MOST_LEFT;
  return more > 0 ? [...lines, `and ${counted(more, 'more table')} that no mapping takes rows of`] : lines;
}

function isNoteworthy({ claims, rows }: SourceAccount): boolean {
  return claims.length > 1 || rows === null || rows.once !== rows.total;
}

function claimTexts({ claims }: SourceAccount): string {
  return claims.map(({ entity, taken }) => `${entity} ${grouped(taken)}`).join(', ');
}

/** In the order of the columns that both tables of legacy tables have. */
export function figures(rows: RowFigures | null): (number | null)[] {
  if (rows === null) return [null, null, null, null, null, null];
  return [rows.total, rows.once, rows.several, rows.leftByChoice, rows.ofOthers, rows.none];
}

/** What is said of the rows that no mapping takes, or of a table that nothing reads. */
export function restText(account: SourceAccount): string {
  const { rows, claims, mark } = account;
  const said = [...statedText(account), ...(isUnaccounted(account) ? ['CANNOT BE ACCOUNTED FOR'] : [])];
  const isAllClaimed = claims.length > 0 && rows?.none === 0;
  const isCounted = rows !== null || (mark === 'temporary' && claims.length === 0);
  return [...(isAllClaimed && !isUnaccounted(account) ? [] : said), ...(isCounted ? [] : ['not counted'])].join('; ');
}

function statedText(account: SourceAccount): string[] {
  const { reasons, readBy, lookedUpBy, claims, mark } = account;
  if (isForgotten(account)) return ['NOT MAPPED'];
  if (untakenRows(account) > 0) return ['NO REASON GIVEN'];
  if (reasons.length > 0) return [reasons.join('; ')];
  if (readBy.length > 0) return [`read by ${readBy.join(', ')}`];
  if (claims.length > 0) return [];
  if (lookedUpBy.length > 0) return [`looked up by ${lookedUpBy.join(', ')}`];
  return mark === null ? [] : [mark];
}
