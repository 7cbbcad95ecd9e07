import type { DifferenceKind, EntityComparison } from '../../core/comparison/comparison';
import type { EntityVerdict } from '../../core/run/outcomes';
import { tableLines } from '../words/table';

const KINDS: readonly DifferenceKind[] = ['missing', 'extra', 'doubled', 'different'];

/** What the comparison of keys or rows came to, an entity a line, and the rows named first; nothing where counts alone were compared. */
export function comparisonLines(entities: readonly EntityVerdict[]): string[] {
  const compared = entities.flatMap(({ entity, comparison }) =>
    comparison === undefined ? [] : [{ entity, comparison }],
  );
  if (compared.length === 0) return [];
  // Only where the table has any.
  const others = compared.some((one) => (one.comparison.others ?? 0) > 0);
  return [
    '',
    ...tableLines(
      ['compared', 'level', 'rows', ...KINDS, ...(others ? ['of others'] : []), 'matched by'],
      compared.map(({ entity, comparison }) => row(entity, comparison, others)),
    ),
    ...compared.flatMap(({ entity, comparison }) => exampleLines(entity, comparison)),
  ];
}

function row(
  entity: string,
  { level, expected, counts, others, matchedBy }: EntityComparison,
  withOthers: boolean,
): (string | number | null)[] {
  const by = matchedBy.kind === 'whole row' ? matchedBy.kind : `${matchedBy.kind} ${matchedBy.columns.join(', ')}`;
  return [entity, level, expected, ...KINDS.map((kind) => counts[kind]), ...(withOthers ? [others ?? null] : []), by];
}

function exampleLines(entity: string, { examples }: EntityComparison): string[] {
  return examples.map(({ kind, legacyKey, targetKey, properties }) => {
    const key = targetKey === null ? legacyKey : JSON.stringify(targetKey);
    const named = [entity, key, kind].filter((part) => part !== null).join(' ');
    return `  ${named}${properties.length === 0 ? '' : `: ${properties.join(', ')}`}`;
  });
}
