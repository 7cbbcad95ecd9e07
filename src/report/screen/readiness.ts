import { ERROR_CODES } from '../../core/errors';
import type { Issue } from '../../core/issues';
import { readyShare, type EntityReadiness, type Readiness, type RejectCount } from '../../core/run/readiness';
import { CORRECT_ERRORS, issueLines, issuesReport } from './issues';
import { listed } from '../words/name-list';
import { ORPHAN_FATES } from '../words/orphan-fates';
import { SHOWN_SAMPLES } from '../words/sample-size';
import type { Report } from '../words/report';
import { are, counted, grouped } from '../../core/counted';
import { tableLines, type Cell } from '../words/table';

/** What the data is ready for: findings, a score per entity, what would be rejected and why; the verdict is what is read first. */
export function readinessReport(readiness: Readiness, preflight: readonly Issue[]): Report {
  const issues = [...preflight, ...readiness.issues];
  const findings = issuesReport(issues);
  const sections = [
    sortedIssues(issues).flatMap(issueLines),
    rejectLines(readiness.entities),
    orphanLines(readiness),
    [...headLines(readiness), ...entityLines(readiness.entities)],
    [rejectVerdict(readiness), verdictLine(readiness, issues)],
  ];
  const text = sections.filter((lines) => lines.length > 0).map((lines) => `${lines.join('\n')}\n`);
  const tooMany = isOver(readiness) ? ERROR_CODES.TOO_MANY_REJECTS.exit : 0;
  return {
    output: text.join('\n'),
    details: changeText(readiness.entities),
    exitCode: findings.exitCode === 0 ? tooMany : findings.exitCode,
    facts: {
      issues: sortedIssues(issues),
      readiness: { ...readiness, entities: readiness.entities.map(withScore) },
    },
  };
}

const LEVELS = ['error', 'warning', 'info'] as const;

function sortedIssues(issues: readonly Issue[]): readonly Issue[] {
  return LEVELS.flatMap((level) => issues.filter((issue) => issue.level === level));
}

function verdictLine(readiness: Readiness, issues: readonly Issue[]): string {
  const [errors, warnings] = LEVELS.map((level) => issues.filter((issue) => issue.level === level).length);
  const faults = [...(errors === 0 ? [] : [CORRECT_ERRORS]), ...(isOver(readiness) ? [TOO_MANY] : [])];
  const verdict = faults.length === 0 ? 'Ready to migrate.' : `Not ready: ${faults.join('; ')}.`;
  return `${counted(errors ?? 0, 'error')}, ${counted(warnings ?? 0, 'warning')}. ${verdict}`;
}

const TOO_MANY =
  'correct the source or the mapping, so that fewer rows would be rejected, or allow more with --max-rejects';

function headLines({ scn, sample, seconds, entities }: Readiness): string[] {
  const rows = entities.reduce((sum, { scanned }) => sum + scanned, 0);
  const current = entities.filter((entity) => entity.scn === null);
  const all = current.length === entities.length;
  const some =
    current.length === 0 || all ? '' : `, but ${listed(current.map(({ entity }) => entity))} without a snapshot,`;
  const moment = scn === null || all ? 'without a snapshot' : `at SCN ${scn}${some}`;
  const scan = `Scanned ${counted(rows, 'row')} ${moment} in ${seconds.toFixed(1)} s; the target is unchanged.`;
  if (sample === null) return [scan];
  return [
    scan,
    `A SAMPLE of about ${counted(sample, 'row')} per table: nothing is scaled up, duplicates are those within it, orphans are not counted.`,
  ];
}

/** What meets rows of the target has a column where any does. */
function entityLines(entities: readonly EntityReadiness[]): string[] {
  const met = (['skipped', 'updated'] as const).filter((fate) => entities.some((entity) => entity[fate] > 0));
  const headings = ['entity', 'rows', 'filtered', 'scanned', ...met, 'rejected', 'ready', 'seconds', 'verdict'];
  const rows = entities.map((one): Cell[] => {
    const { entity, matching, filtered, scanned, rejected, seconds } = one;
    const fates = met.map((fate) => one[fate]);
    return [
      entity,
      matching,
      filtered,
      scanned,
      ...fates,
      rejected,
      shareText(one),
      seconds.toFixed(1),
      verdictOf(one),
    ];
  });
  return tableLines(headings, rows);
}

/** Cut, not rounded: 100 % means every row. */
function shareText(entity: EntityReadiness): string {
  const share = readyShare(entity);
  return share === null ? '-' : `${(Math.floor(share * 10_000) / 100).toFixed(2)} %`;
}

function verdictOf({ state, rejected }: EntityReadiness): string {
  if (state === 'failed') return 'NOT READ';
  return rejected === 0 ? 'ready' : 'with rejects';
}

const REJECT_HEADINGS = ['would be rejected', 'at', 'reason', 'rows', 'for example, key'];

function rejectLines(entities: readonly EntityReadiness[]): string[] {
  const rejects = entities.flatMap((entity) => entity.rejects);
  if (rejects.length === 0) return [];
  return [...tableLines(REJECT_HEADINGS, rejects.map(rejectRow)), 'Each row counts once, for its first fault.'];
}

function rejectRow({ entity, stage, property, reason, count, samples }: RejectCount): Cell[] {
  const subject = property === null ? entity : `${entity}.${property}`;
  const keys = samples.slice(0, SHOWN_SAMPLES).map(({ key }) => key);
  return [subject, stage, reason, count, keys.join(' ')];
}

function orphanLines({ orphans }: Readiness): string[] {
  return orphans
    .filter((verdict) => verdict.orphans > 0)
    .map(
      ({ entity, property, policy, orphans: count }) =>
        `orphans  ${entity}.${property}: ${grouped(count)} would be ${ORPHAN_FATES[policy]}`,
    );
}

function isOver({ rejects }: Readiness): boolean {
  return rejects.rejected > rejects.allowed;
}

function rejectVerdict(readiness: Readiness): string {
  if (readiness.entities.every(({ state }) => state === 'failed'))
    return 'No entity was read to its end: nothing is known of the data.';
  const { rejected, allowed } = readiness.rejects;
  const verdict = isOver(readiness) ? 'TOO MANY' : 'within the limit';
  const what = readiness.sample === null ? '' : ' of the sample';
  return `${counted(rejected, 'row')}${what} would be rejected, ${grouped(allowed)} ${are(allowed)} allowed: ${verdict}.`;
}

function changeText(entities: readonly EntityReadiness[]): string {
  const rows = entities.flatMap(({ entity, changes }) =>
    changes.map(({ property, kind, count, sampleKeys }) => [
      `${entity}.${property}`,
      kind,
      count,
      sampleKeys.slice(0, SHOWN_SAMPLES).join(' '),
    ]),
  );
  if (rows.length === 0) return '';
  return `${tableLines(['would be changed', 'by', 'values', 'for example, key'], rows).join('\n')}\n`;
}

function withScore(entity: EntityReadiness): EntityReadiness & { readonly ready: number | null } {
  return { ...entity, ready: readyShare(entity) };
}
