import { rowsLoaded } from '../../core/account';
import { counted, grouped, were } from '../../core/counted';
import type { EntityTally } from '../../core/outcomes';
import { mappedSources, sumOfRows, type RowFigures, type SourceAccount } from '../../core/source-accounts';

/** What became of the rows of the source, as the middle of a sentence. Each legacy row is counted once, however many mappings take it. */
export function accountText(entities: readonly EntityTally[], sources: readonly SourceAccount[] | null): string {
  const mapped = mappedSources(sources ?? []);
  const isShared = mapped.some(({ claims }) => claims.filter(({ inRun }) => inRun).length > 1);
  const isKnown = mapped.length > 0 && mapped.every(({ rows }) => rows !== null);
  return isShared && isKnown ? sharedText(entities, mapped) : plainText(entities);
}

/** No row is read by two mappings, or the ledger does not tell which. */
function plainText(entities: readonly EntityTally[]): string {
  const source = entities.reduce((total, tally) => total + (tally.source ?? 0), 0);
  const filtered = entities.reduce((total, tally) => total + tally.filtered, 0);
  return `of ${counted(source, 'source row')} ${joined([...fates(entities), ...some(filtered, 'filtered by the mapping')])}`;
}

function sharedText(entities: readonly EntityTally[], mapped: readonly SourceAccount[]): string {
  const rows = sumOfRows(mapped);
  const made = entities.reduce((total, { read, filtered }) => total + read - filtered, 0);
  const taken = `${grouped(rows.once)} ${were(rows.once)} taken by mappings${severalText(rows)}`;
  const left = [
    ...some(rows.leftByChoice, 'left out by --where'),
    ...some(rows.ofOthers, 'left to entities that are not part of the run'),
    ...some(rows.none, 'left by all mappings'),
  ];
  const of = `of ${counted(rows.total, 'source row')} in ${counted(mapped.length, 'table')} ${joined([taken, ...left])}`;
  return `${of}; of the ${counted(made, 'row')} made of them ${joined(fates(entities))}`;
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

/** `a, b and c`. */
export function joined(parts: readonly string[]): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}
