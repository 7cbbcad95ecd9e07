import { join } from 'node:path';
import type { ValidationResult } from '../../src/app/run-validation';
import type { DifferenceList } from '../../src/core/comparison/difference-list';
import { writeDifferences } from '../../src/files/differences';
import { readDifferences } from '../../src/files/read-differences';
import { temporaryFolder } from './temporary-folder';

/** What a comparison of the rows has found, as `validate --differences` writes it and `repair --from` reads it. */
export async function listOf({ run, findings }: Pick<ValidationResult, 'run' | 'findings'>): Promise<DifferenceList> {
  const path = join(temporaryFolder(), 'differences.json');
  await writeDifferences(path, { run, level: 'rows', findings });
  return readDifferences(path);
}
