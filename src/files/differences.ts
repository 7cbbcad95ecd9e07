import { randomUUID } from 'node:crypto';
import type { CompareLevel, EntityFindings } from '../core/comparison/comparison';
import type { RunRecord } from '../core/run/run-record';
import { visibleJson } from '../core/words/visible';
import { writeWhole } from './write-whole';

/** What the file says it is; `version` changes when a reader of the older form would misread it. */
export const FORMAT = { format: 'cutover.differences', version: 1 } as const;

export interface DifferencesOf {
  readonly run: Pick<RunRecord, 'id' | 'scn' | 'source' | 'target'>;
  readonly level: CompareLevel;
  readonly findings: readonly EntityFindings[];
}

/**
 * Writes what a comparison found as JSON: mode 0600, for it holds values of rows. One object: `format`, `version`, `id` (of this
 * comparison alone), `run`, `scn`, `source`, `target`, `level`, and `entities`, each with its `entity`, `fingerprint`, `comparison`, `figures`, `samples` and `differences`.
 * Throws FILE_NOT_WRITABLE.
 */
export async function writeDifferences(path: string, { run, level, findings }: DifferencesOf): Promise<void> {
  const { id, scn, source, target } = run;
  await writeWhole(path, pieces({ ...FORMAT, id: randomUUID(), run: id, scn, source, target, level }, findings));
}

/** A row a line, so that the file can be looked into, and no text of its whole length is made. */
function* pieces(head: object, findings: readonly EntityFindings[]): Generator<string> {
  yield `${visibleJson(head).slice(0, -1)},"entities":[`;
  for (const [index, { differences, ...facts }] of findings.entries()) {
    yield `${index === 0 ? '' : ','}\n${visibleJson(facts).slice(0, -1)},"differences":[`;
    for (const [nth, difference] of differences.entries()) {
      yield `${nth === 0 ? '' : ','}\n${visibleJson(difference)}`;
    }
    yield ']}';
  }
  yield ']}\n';
}
