import { counted } from '../../core/counted';
import { butForLeft } from '../../core/run/left-by-reset';
import type { ResetOutcome } from '../../core/run/reset';
import type { Report } from '../words/report';
import { tableLines } from '../words/table';

/** What a reset has taken back. */
export function resetReport(
  reset: ResetOutcome & {
    readonly runId: string;
    readonly state: 'reset' | 'interrupted';
    /** The command that loads the whole run once more. */
    readonly anew: string;
  },
): Report {
  const { entities, aside, sequences } = reset;
  const rows = entities.map(({ entity, removed, putBack, left }) => [entity, removed, putBack, left]);
  const setBack = sequences.filter((sequence) => sequence.state === 'set-back').length;
  const lines = [
    ...(rows.length > 0
      ? tableLines(['entity', 'removed', 'put back', 'left'], rows)
      : ['It had no rows in the target.']),
    ...(aside > 0 ? [`Back in place: ${counted(aside, 'object')} (foreign keys, triggers, indexes)`] : []),
    ...(setBack > 0 ? [`Set back: ${counted(setBack, 'sequence')}`] : []),
    ending(
      reset,
      entities.reduce((sum, { left }) => sum + left, 0),
    ),
  ];
  return { output: `${lines.join('\n')}\n`, exitCode: 0, facts: reset };
}

function ending({ runId, state, anew }: Parameters<typeof resetReport>[0], left: number): string {
  if (state === 'reset') return `Run ${runId} is reset${butForLeft(left)}. Start anew with: ${anew}`;
  const taken = left === 0 ? '' : `Taken back${butForLeft(left)}. `;
  return `${taken}Run ${runId} is interrupted. Load them again with: cutover migrate --resume --run ${runId}`;
}
