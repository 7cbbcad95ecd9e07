import type { Report } from './report';
import { tableLines } from './table';

/** What a repair did to the rows of one entity. */
interface RepairedRows {
  readonly entity: string;
  readonly inserted: number;
  readonly replaced: number;
  readonly deleted: number;
  readonly undoubled: number;
  readonly left: number;
}

/** A repair and the comparison after it, whose verdict decides. */
export function repairReport(
  repair: {
    readonly runId: string;
    readonly end: 'done' | 'already' | 'nothing';
    readonly entities: readonly RepairedRows[];
  },
  compared: Report,
): Report {
  const lines = [`Repair of run ${repair.runId}`, ...ENDS[repair.end], ...entityLines(repair.entities)];
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

function entityLines(entities: readonly RepairedRows[]): string[] {
  if (entities.length === 0) return [];
  const rows = entities.map(({ entity, inserted, replaced, deleted, undoubled, left }) => {
    return [entity, inserted, replaced, deleted, undoubled, left];
  });
  const left = entities.reduce((sum, entity) => sum + entity.left, 0);
  const changed = 'Rows that are no longer as the list says were left alone: compare again for a new list.';
  return [
    ...tableLines(['entity', 'inserted', 'replaced', 'deleted', 'undoubled', 'left'], rows),
    ...(left > 0 ? [changed] : []),
  ];
}
