import type { KeptOptions } from './options';
import { limitText } from './reject-limit';
import type { RunSettings } from './run-settings';

/** The options that a resumed run may be given anew. The others have shaped what it has loaded already. */
export type Replaceable = Pick<
  KeptOptions,
  'lanes' | 'rejectLimit' | 'reconnectMs' | 'stallTimeoutMs' | 'lockTimeoutMs' | 'validate'
>;

/** What a resumed run keeps from here on: those of `options` that a resume may replace. */
export function replaceable(options: Replaceable): Replaceable {
  const { lanes, rejectLimit, reconnectMs, stallTimeoutMs, lockTimeoutMs, validate } = options;
  return { lanes, rejectLimit, reconnectMs, stallTimeoutMs, lockTimeoutMs, validate };
}

/** What is said of each option that the run has noted otherwise: `--lanes 4 instead of --lanes 1`. */
export function replacements(settings: Pick<RunSettings, keyof Replaceable>, now: Replaceable): string[] {
  const before = written(settings);
  return written(now).flatMap((text, index) => {
    const old = before[index] ?? null;
    return text === null || old === null || text === old ? [] : [`${text} instead of ${old}`];
  });
}

/** As on the command line, always in the same order; null for what is not noted. */
function written(options: Pick<RunSettings, keyof Replaceable>): (string | null)[] {
  const { lanes, rejectLimit, reconnectMs, stallTimeoutMs, lockTimeoutMs, validate } = options;
  return [
    lanes === null ? null : `--lanes ${lanes}`,
    rejectLimit === null ? null : `--max-rejects ${limitText(rejectLimit)}`,
    reconnectMs === null ? null : `--reconnect ${reconnectMs / 1000}`,
    stallTimeoutMs === null ? null : `--stall-timeout ${stallTimeoutMs / 1000}`,
    lockTimeoutMs === null ? null : `--lock-timeout ${lockTimeoutMs / 1000}`,
    validate === null ? null : PROOF[validate],
  ];
}

const PROOF = { after: '--validate', no: '--no-validate' } as const;
