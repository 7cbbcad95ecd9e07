import { listingCommand, REPAIR_LISTED } from '../../core/comparison/listing';
import { counted } from '../../core/counted';
import { ERROR_CODES } from '../../core/errors';
import type { RejectCount } from '../../core/run/readiness';
import type { Report } from '../words/report';
import { listed } from '../words/name-list';
import { tableLines } from '../words/table';

/** The rejects of a run, the most frequent first. Keys are shown, values are not. */
export function rejectsReport(runId: string, rejects: readonly RejectCount[]): Report {
  const rows = rejects.map(({ entity, stage, property, reason, count, samples }) => {
    const keys = samples.map(({ key, rowid }) => (key === '[]' ? (rowid ?? '') : key)).join(' ');
    return [entity, stage, property ?? '', reason, count, keys];
  });
  const total = rejects.reduce((sum, { count }) => sum + count, 0);
  const lines =
    total === 0
      ? [`Run ${runId} has no rejects.`]
      : [
          ...tableLines(['entity', 'stage', 'property', 'reason', 'rows', 'first keys'], rows),
          `${counted(total, 'reject')} of run ${runId}`,
        ];
  return { output: `${lines.join('\n')}\n`, exitCode: 0, facts: { runId, rejects } };
}

/** Where rejects were written to. */
export function exportedReport(exported: { readonly runId: string; readonly rejects: number }, path: string): Report {
  const output = `${counted(exported.rejects, 'reject')} of run ${exported.runId}: ${path} (mode 0600)\n`;
  return { output, exitCode: 0, facts: { ...exported, path } };
}

/** A correction in the legacy database itself comes later than the SCN of the run. */
function asOfTheRun(scn: string): string {
  return `Rows were read at SCN ${scn}, that of the run: a correction in the source since then is not seen, and needs a new run.`;
}

/** A retry loads parents; it does not write rows that are in the target. */
function afterLoading(runId: string, cleared: readonly string[]): string[] {
  const filled = `References that the run has set to null for want of a parent stay null: ${listed(cleared)}. Where the parent is loaded now, list them with "${listingCommand(runId)}" and fill them with "${REPAIR_LISTED}".`;
  return [...(cleared.length === 0 ? [] : [filled]), `Prove it with: cutover validate --run ${runId} --level rows`];
}

/** What became of rejects that were tried again. */
export function retryReport(result: {
  readonly runId: string;
  /** What the rows were read at; null: as they are now. */
  readonly scn: string | null;
  /** `failed`: more rows are rejected than the run allowed. */
  readonly state: string;
  readonly brokenOff: boolean;
  /** References that the run has cleared for want of their parents. */
  readonly cleared: readonly string[];
  readonly entities: readonly {
    readonly entity: string;
    readonly rejects: number;
    readonly loaded: number;
    readonly skipped: number;
    readonly rejected: number;
    readonly unread: number;
  }[];
}): Report {
  const { runId, scn, entities, state, brokenOff, cleared } = result;
  const rows = entities.map(({ entity, rejects, loaded, skipped, rejected, unread }) => {
    return [entity, rejects, loaded, skipped, rejected, unread];
  });
  const unread = entities.reduce((sum, entity) => sum + entity.unread, 0);
  const rejected = entities.reduce((sum, entity) => sum + entity.rejected, 0);
  const loaded = entities.reduce((sum, entity) => sum + entity.loaded, 0);
  const lines = [
    ...(rows.length === 0
      ? [`Run ${runId} has no rejects to try again.`]
      : tableLines(['entity', 'rejects', 'loaded', 'skipped', 'still rejected', 'not found'], rows)),
    ...(unread > 0 ? ['Rows that the source does not give by their address or key stay as they were.'] : []),
    ...(rejected > 0 && scn !== null ? [asOfTheRun(scn)] : []),
    ...(loaded > 0 ? afterLoading(runId, cleared) : []),
  ];
  const failed = state === 'failed';
  if (failed) lines.push('More rows are rejected than --max-rejects of the run allows.');
  if (brokenOff) lines.push(`Broken off before all were tried. Go on with: cutover rejects retry --run ${runId}`);
  const exitCode = brokenOff ? ERROR_CODES.INTERRUPTED.exit : failed ? ERROR_CODES.TOO_MANY_REJECTS.exit : 0;
  return { output: `${lines.join('\n')}\n`, exitCode, facts: result };
}
