import { entityOptions, shellWord } from '../shell-word';
import { DEFAULT_BATCH_SIZE } from './batch-size';
import { allowancesOf } from './hazards';
import type { PartOfProject } from './part-of-project';
import { DEFAULT_REJECT_LIMIT, limitText } from './reject-limit';
import { MAX_REJECTS_SETTING } from './resume-command';
import type { RunRecord } from './run-record';

/** Before the entity in the settings of a run that hold its conditions. */
export const WHERE_SETTING = 'where.';

type Rehearsed = Pick<RunRecord, 'fingerprints' | 'settings' | 'scn'>;

/** The command that loads for real what was rehearsed: with the same entities, conditions and limits, without which it would end otherwise. */
export function loadCommand({ fingerprints, settings, scn }: Rehearsed, part: PartOfProject | null): string {
  const { batchSize, lanes, [MAX_REJECTS_SETTING]: limit, onConflict } = settings;
  const { triggers, unlogged } = allowancesOf(settings);
  const conditions = Object.entries(settings).flatMap(([name, condition]) =>
    name.startsWith(WHERE_SETTING) && typeof condition === 'string'
      ? [` --where ${shellWord(`${name.slice(WHERE_SETTING.length)}=${condition}`)}`]
      : [],
  );
  const options = [
    part === null ? '' : entityOptions(Object.keys(fingerprints)),
    ...conditions,
    option('--batch-size', batchSize, DEFAULT_BATCH_SIZE),
    option('--lanes', lanes, 1),
    option('--max-rejects', limit, limitText(DEFAULT_REJECT_LIMIT)),
    option('--on-conflict', onConflict, null),
    triggers.length > 0 ? ` --allow-triggers ${shellWord(triggers.join(','))}` : '',
    unlogged ? ' --allow-unlogged' : '',
    scn === null ? ' --no-snapshot' : '',
  ];
  return `cutover migrate --validate${options.join('')}`;
}

/** Nothing where it is what the command does anyhow, or not noted. */
function option(name: string, value: unknown, byDefault: number | string | null): string {
  const isGiven = (typeof value === 'number' || typeof value === 'string') && value !== byDefault;
  return isGiven ? ` ${name} ${value}` : '';
}
