import { entityOptions, shellWord } from '../words/shell-word';
import { DEFAULT_LOAD } from './options';
import type { PartOfProject } from './part-of-project';
import { limitText } from './reject-limit';
import type { RunRecord } from './run-record';

type Rehearsed = Pick<RunRecord, 'fingerprints' | 'settings' | 'scn'>;

/** The command that loads for real what was rehearsed: with the same entities, conditions and limits, without which it would end otherwise. */
export function loadCommand({ fingerprints, settings, scn }: Rehearsed, part: PartOfProject | null): string {
  const { batchSize, lanes, rejectLimit, onConflict, where } = settings;
  const { triggers, unlogged } = settings.allowed;
  const limit = rejectLimit === null ? null : limitText(rejectLimit);
  const conditions = Object.entries(where).map(
    ([entity, condition]) => ` --where ${shellWord(`${entity}=${condition}`)}`,
  );
  const options = [
    part === null ? '' : entityOptions(Object.keys(fingerprints)),
    ...conditions,
    option('--batch-size', batchSize, DEFAULT_LOAD.batchSize),
    option('--lanes', lanes, DEFAULT_LOAD.lanes),
    option('--max-rejects', limit, limitText(DEFAULT_LOAD.rejectLimit)),
    waitOption('--reconnect', settings.reconnectMs, DEFAULT_LOAD.reconnectMs),
    waitOption('--stall-timeout', settings.stallTimeoutMs, DEFAULT_LOAD.stallTimeoutMs),
    waitOption('--lock-timeout', settings.lockTimeoutMs, DEFAULT_LOAD.lockTimeoutMs),
    option('--on-conflict', onConflict, DEFAULT_LOAD.onConflict),
    triggers.length > 0 ? ` --allow-triggers ${shellWord(triggers.join(','))}` : '',
    unlogged ? ' --allow-unlogged' : '',
    scn === null ? ' --no-snapshot' : '',
  ];
  return `cutover migrate --validate${options.join('')}`;
}

/** In seconds, as it is typed. */
function waitOption(name: string, ms: number | null, byDefault: number): string {
  return option(name, ms === null ? null : ms / 1000, byDefault / 1000);
}

/** Nothing where it is what the command does anyhow, or not noted. */
function option<T extends number | string>(name: string, value: T | null, byDefault: T | null): string {
  return value === null || value === byDefault ? '' : ` ${name} ${value}`;
}
