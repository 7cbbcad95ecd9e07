import { counted, grouped } from '../../core/counted';
import type { Issue } from '../../core/issues';
import type { LegacySource, SnapshotRead } from '../../core/ports/legacy-source';
import { sampleText } from '../../core/checks/data-findings';

/** What a field of PostgreSQL can hold, and a text of JavaScript; a character takes up to three bytes for each unit counted. */
const LIMITS = { bytes: 1_000_000_000, characters: 333_000_000 };

/** LOBs that are too large for a field: an entity that has one cannot be read, let alone loaded. */
export async function lobFindings(source: LegacySource, read: SnapshotRead): Promise<Issue[]> {
  const found = await source.longLobs(read, LIMITS);
  return found.map(({ column, count, longest, samples }) => ({
    code: 'LOB_TOO_LONG',
    level: 'error',
    subject: `${read.plan.entity}.${column}`,
    message:
      `longer than a field of PostgreSQL can be sure to hold (1 GB): ${counted(count, 'value')}, ` +
      `the longest ${grouped(longest)}${sampleText(samples)}`,
    hint: 'Leave these rows out by `where` and carry them over by hand, or split the value in a view.',
  }));
}
