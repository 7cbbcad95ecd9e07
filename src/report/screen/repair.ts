import type { Report } from '../words/report';
import { tableLines } from '../words/table';
import type { RepairedEntity } from '../../core/run/evidence';

/** A row that should be in the target and that the target does not take. */
interface RefusedRow {
  readonly entity: string;
  readonly key: string | null;
  readonly property: string | null;
  readonly reason: string;
}

const NAMED = 10;

/** A repair and the comparison after it, whose verdict decides. */
export function repairReport(
  repair: {
    readonly runId: string;
    readonly end: 'done' | 'already' | 'nothing';
    readonly entities: readonly RepairedEntity[];
    readonly refused: readonly RefusedRow[];
  },
  compared: Report,
): Report {
  const lines = [`Repair of run ${repair.runId}`, ...ENDS[repair.end], ...entityLines(repair)];
  return {
    output: `${lines.join('\n')}\n${compared.output}`,
    exitCode: compared.exitCode,
    facts: { repair, validation: compared.facts },
  };
}

const ENDS = {
  done: [],
  already: ['This list was repaired before; nothing was changed now.'],
  nothing: ['The list names no rows; nothing was changed.'],
} as const;

function refusedLines(refused: readonly RefusedRow[]): string[] {
  if (refused.length === 0) return [];
  const named = refused.slice(0, NAMED).map(({ entity, key, property, reason }) => {
    return `  ${entity} ${key ?? '(no key)'}: ${property === null ? '' : `${property} is `}${reason}`;
  });
  const more = refused.length > NAMED ? [`  … and ${refused.length - NAMED} more`] : [];
  return ['Rows that the target refuses were left as they are:', ...named, ...more];
}

function entityLines({
  entities,
  refused,
}: {
  readonly entities: readonly RepairedEntity[];
  readonly refused: readonly RefusedRow[];
}): string[] {
  if (entities.length === 0) return [];
  const rows = entities.map(({ entity, inserted, replaced, deleted, undoubled, left }) => {
    return [entity, inserted, replaced, deleted, undoubled, left];
  });
  const left = entities.reduce((sum, entity) => sum + entity.left, 0) - refused.length;
  const changed = 'Rows that are no longer as the list says were left alone: compare again for a new list.';
  return [
    ...tableLines(['entity', 'inserted', 'replaced', 'deleted', 'undoubled', 'left'], rows),
    ...(left > 0 ? [changed] : []),
    ...refusedLines(refused),
  ];
}
