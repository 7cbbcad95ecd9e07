import { asTyped, inTexts, namingRun, type Invocation } from '../core/run/printed-commands';

/** Words of the product on their way to a person: each command in them can be typed as it stands. */
export interface Speech {
  /** Any value, its texts changed. */
  readonly of: <T>(value: T) => T;
  /** From here on commands that are about a run and name none are about this one. */
  readonly about: (runId: string) => void;
}

export function speechOf(invocation: Invocation): Speech {
  let runId: string | null = null;
  const change = (text: string): string => asTyped(runId === null ? text : namingRun(text, runId), invocation);
  return {
    of: <T>(value: T) => inTexts(value, change) as T,
    about: (id) => {
      runId = id;
    },
  };
}

/** The run that the facts of an outcome, or of an error, are about; null where they name none. */
export function runIn(facts: unknown): string | null {
  if (facts === null || typeof facts !== 'object') return null;
  const { runId, run } = facts as { readonly runId?: unknown; readonly run?: { readonly id?: unknown } | null };
  const id = runId ?? run?.id;
  return typeof id === 'string' ? id : null;
}
