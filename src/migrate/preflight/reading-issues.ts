import { MigrationError } from '../../core/errors';
import type { Issue } from '../../core/issues';
import type { LegacySource, ReadRefusal, SourceName } from '../../core/ports/legacy-source';
import { sourceName } from '../../core/rows/read-plan';
import type { EntityJob } from '../jobs/entity-job';
import type { Guards } from './guards';

type Reading = Pick<Guards, 'start' | 'snapshot'>;

/** Whether the source lets the run read all that it will read, at an SCN where it is to; each table is asked once, for no row. */
export async function readingIssues(
  jobs: readonly EntityJob[],
  source: Pick<LegacySource, 'takeScn' | 'readRefusals'>,
  reading: Reading,
): Promise<Issue[]> {
  const moment = reading.snapshot === 'none' ? { scn: null, issues: [] } : await momentOf(source);
  const refusals = new Map<string, ReadRefusal>();
  for (const name of namesRead(jobs)) {
    for (const refusal of await source.readRefusals(name, moment.scn)) refusals.set(refusal.table, refusal);
  }
  return [...moment.issues, ...[...refusals.values()].map((refusal) => refusedIssue(refusal, reading))];
}

interface Moment {
  readonly scn: string | null;
  readonly issues: readonly Issue[];
}

async function momentOf(source: Pick<LegacySource, 'takeScn'>): Promise<Moment> {
  try {
    return { scn: await source.takeScn(), issues: [] };
  } catch (error) {
    if (!(error instanceof MigrationError) || error.retryable) throw error;
    const { message, hint } = error;
    const about = { code: 'SOURCE_FLASHBACK', level: 'error' as const, subject: 'source', message };
    return { scn: null, issues: [{ ...about, ...(hint === undefined ? {} : { hint }) }] };
  }
}

/** The sources of the mappings and the legacy tables that they look values up in, each once. */
function namesRead(jobs: readonly EntityJob[]): SourceName[] {
  const names = jobs.flatMap(({ read, mapping }) => [
    read.source,
    ...mapping.fields.flatMap(({ lookup }) => (lookup?.in === 'legacy' ? [sourceName(lookup.source)] : [])),
  ]);
  return [...new Map(names.map((name) => [JSON.stringify([name.owner, name.name, name.query]), name])).values()];
}

function refusedIssue({ table, refused, message, hint = '' }: ReadRefusal, { start }: Reading): Issue {
  const about = { level: 'error', subject: table, message } as const;
  if (refused === 'any-read') return { code: 'SOURCE_TABLE_REFUSED', ...about, ...advised(hint) };
  const without = start === 'resume' ? '' : 'Or migrate with --no-snapshot: tables may then not agree with each other.';
  return { code: 'SOURCE_FLASHBACK', ...about, ...advised(hint, without) };
}

function advised(...hints: readonly string[]): Pick<Issue, 'hint'> {
  const given = hints.filter((hint) => hint !== '');
  return given.length === 0 ? {} : { hint: given.join(' ') };
}
