import { rowsLoaded } from '../../core/run/account';
import { counted, grouped, were } from '../../core/counted';
import type { EntityTally } from '../../core/run/outcomes';
import { mappedSources, sumOfRows, type RowFigures, type SourceAccount } from '../../core/run/source-accounts';
import { joined, listed } from '../words/name-list';

/** The account of an entity, and the legacy table that it is of; absent where the ledger does not say. */
type Accounted = EntityTally & { readonly origin?: { readonly source: string } | null };

/**
 * What became of the rows of the source, as the middle of a sentence. Each row of a legacy table is counted once, however many mappings take
 * it, and those that stay behind are among them; a table that could not be counted is named.
 */
export function accountText(entities: readonly Accounted[], sources: readonly SourceAccount[] | null): string {
  return mappedSources(sources ?? []).length === 0 ? textByEntity(entities) : textBySource(entities, sources ?? []);
}

/** The ledger does not tell which rows two mappings of a table share, nor which none takes. */
function textByEntity(entities: readonly Accounted[]): string {
  const tables = new Map<string, number>();
  for (const [nth, { origin, source }] of entities.entries()) {
    const name = origin?.source ?? String(nth);
    tables.set(name, Math.max(tables.get(name) ?? 0, source ?? 0));
  }
  const rows = counted(
    [...tables.values()].reduce((sum, count) => sum + count, 0),
    'source row',
  );
  if (tables.size === entities.length) {
    const filtered = entities.reduce((total, tally) => total + tally.filtered, 0);
    return `of ${rows} ${joined([...fates(entities), ...some(filtered, 'filtered by the mapping')])}`;
  }
  const made = madeText(entities, 'them');
  return `of ${rows} in ${counted(tables.size, 'table')} it is not known which several mappings take, and which none; ${made}`;
}

function textBySource(entities: readonly Accounted[], sources: readonly SourceAccount[]): string {
  const tables = sources.filter(({ kind, rows }) => kind === 'table' && rows !== null);
  const views = mappedSources(sources).filter(({ kind, rows }) => kind !== 'table' && rows !== null);
  const uncounted = sources.filter(isUncounted).map(({ source }) => source);
  const rows = sumOfRows(tables);
  const left = leftTexts(tables, rows);
  const isMadeOfThem = views.length === 0 && madeOf(entities) === rows.once;
  const of = `of ${counted(rows.total, 'source row')} in ${counted(tables.length, 'table')}`;
  const notCounted = uncounted.length === 0 ? [] : [`not counted: the rows of ${listed(uncounted)}`];
  if (isMadeOfThem) return [`${of} ${joined([...fates(entities), ...left])}`, ...notCounted].join('; ');
  const taken = `${grouped(rows.once)} ${were(rows.once)} taken by mappings${severalText(rows)}`;
  return [
    ...(tables.length === 0 ? [] : [`${of} ${joined([...(rows.once > 0 ? [taken] : []), ...left])}`]),
    ...(views.length === 0 ? [] : [viewText(views)]),
    ...notCounted,
    madeText(entities, 'all these'),
  ].join('; ');
}

/** A temporary table has no rows of its own. Rows of a view outside of the run are those of tables. */
function isUncounted({ kind, rows, mark, claims }: SourceAccount): boolean {
  return rows === null && mark !== 'temporary' && (kind === 'table' || claims.some(({ inRun }) => inRun));
}

const FATES = {
  reason: 'left behind for a reason',
  read: 'left to views and queries',
  lookedUp: 'read by lookups only',
  nobody: 'left by all mappings without a reason',
} as const;

/** What becomes of the rows that no mapping takes. */
function fateOf({ claims, reasons, readBy, lookedUpBy }: SourceAccount): keyof typeof FATES {
  if (reasons.length > 0) return 'reason';
  if (readBy.length > 0) return 'read';
  return claims.length === 0 && lookedUpBy.length > 0 ? 'lookedUp' : 'nobody';
}

function leftTexts(tables: readonly SourceAccount[], { leftByChoice, ofOthers }: RowFigures): string[] {
  const fateTexts = (Object.keys(FATES) as (keyof typeof FATES)[]).flatMap((fate) => {
    const own = tables.filter((account) => (account.rows?.none ?? 0) > 0 && fateOf(account) === fate);
    return some(sumOfRows(own).none, `${FATES[fate]} (${listed(own.map(({ source }) => source))})`);
  });
  return [
    ...some(leftByChoice, 'left out by --where'),
    ...some(ofOthers, 'left to entities that are not part of the run'),
    ...fateTexts,
  ];
}

function viewText(views: readonly SourceAccount[]): string {
  const { total, once } = sumOfRows(views);
  const names = listed(views.map(({ source, kind }) => `${source} (${kind})`));
  return `of ${counted(total, 'row')} of ${names} ${grouped(once)} ${were(once)} taken by mappings`;
}

function madeOf(entities: readonly EntityTally[]): number {
  return entities.reduce((total, { read, filtered }) => total + read - filtered, 0);
}

function madeText(entities: readonly EntityTally[], of: string): string {
  return `of the ${counted(madeOf(entities), 'row')} made of ${of} ${joined(fates(entities))}`;
}

function severalText({ several }: RowFigures): string {
  return several === 0 ? '' : ` (${grouped(several)} by several)`;
}

function fates(entities: readonly EntityTally[]): string[] {
  const sum = (of: (tally: EntityTally) => number): number => entities.reduce((total, each) => total + of(each), 0);
  const inTarget = sum(rowsLoaded);
  return [
    `${grouped(inTarget)} ${inTarget === 1 ? 'is' : 'are'} in the target`,
    ...some(
      sum(({ skipped }) => skipped),
      'left out for rows that were there before',
    ),
    ...some(
      sum(({ rejected }) => rejected),
      'rejected',
    ),
  ];
}

function some(count: number, fate: string): string[] {
  return count === 0 ? [] : [`${grouped(count)} ${were(count)} ${fate}`];
}
