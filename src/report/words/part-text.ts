import { counted } from '../../core/counted';
import type { PartOfProject } from '../../core/run/part-of-project';
import { listed } from './name-list';

/** `2 of 8 entities`. */
export function partName({ entities, of }: Pick<PartOfProject, 'entities' | 'of'>): string {
  return `${entities} of ${counted(of, 'entity', 'entities')}`;
}

/** What is not in a run of some entities: `customer, coil and 4 more (4,920 rows of LEGACY.AB_COIL and LEGACY.AB_JOB)`. */
function missingText({ missing, rows, sources }: PartOfProject): string {
  const of = sources.length === 0 ? '' : ` of ${listed(sources)}`;
  const amount = rows === null ? `rows${of} not counted` : `${counted(rows, 'row')}${of}`;
  return `${listed(missing)} (${amount})`;
}

/** The sentence that a verdict on such a run begins with. */
export function partSentence(part: PartOfProject): string {
  return `Part of the migration: ${partName(part)}; not in this run: ${missingText(part)}.`;
}
