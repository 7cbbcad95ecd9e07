import type { FigurePair, EntityComparison, EntityFindings } from '../../core/comparison/comparison';
import type { Issue } from '../../core/issues';
import type { EntityTally } from '../../core/run/outcomes';
import type { LegacySource } from '../../core/ports/legacy-source';
import type { RunRecord } from '../../core/run/run-record';
import type { OpenSpill } from '../../core/ports/spill';
import type { Target } from '../../core/ports/target';
import { mappingInForce } from '../../core/run/loaded-by';
import { isShared } from '../../core/run/rows-before';
import { SAMPLES } from '../../core/run/sample-size';
import { chunksShort, comparisonShort, tableShort } from './account-issues';
import { canonicalRows } from './canonical-rows';
import {
  comparisonIssues,
  mappingChanged,
  noSnapshot,
  notLoaded,
  retriedByAnother,
  rowsNotTracked,
  rowsUndecided,
} from './comparison-issues';
import { planComparison, type ComparisonPlan, type ComparisonSubject } from './comparison-plan';
import { openLoadChecksums, type LoadChecksums } from './load-checksums';
import { openExpected, type ExpectedTally } from './expected-rows';
import { locateDifferences, valuePair, type Located } from './locate-differences';
import { narrowedColumns } from './recounted-changes';
import { rowsInTheWay } from './rows-in-the-way';
import { compactRow } from './shown-values';
import { sumBothSides, type BothSides, type SideSums } from './sum-both-sides';

/** Rows per bucket that a difference should leave to look at, and how many buckets there may be. */
const ROWS_PER_BUCKET = 4;
const LEAST_BUCKETS = 256;
const MOST_BUCKETS = 262_144;
/** Asked for its marks the ledger gives those of rows that were skipped after the load. */
const NO_CHUNK = -1;

export interface Comparing {
  readonly source: LegacySource;
  readonly target: Target;
  readonly run: Pick<RunRecord, 'id' | 'scn' | 'settings' | 'fingerprints' | 'fingerprintFixes'>;
  readonly level: ComparisonPlan['level'];
  readonly tally: EntityTally;
  /** Whether all rows of the entity are of the one moment at which the source is read: only then do counts have to agree. */
  readonly ofOneMoment: boolean;
  readonly signal: AbortSignal;
  /** See `ExpectedSide`. */
  readonly openSpill: OpenSpill;
}

/** What the comparison of one entity came to; `findings` is null where there was nothing to compare. */
export interface EntityCompared {
  readonly findings: EntityFindings | null;
  readonly issues: readonly Issue[];
}

/**
 * Compares what should be in the target (the source at the run's snapshot, transformed by the run's mapping, without the ledger's rejects)
 * with what is there: first by sums over groups of rows, then row by row within the groups that differ. Memory does not grow with the
 * table. Nothing is written.
 */
export async function compareEntity(subject: ComparisonSubject, comparing: Comparing): Promise<EntityCompared> {
  const { target, run, level } = comparing;
  const { entity } = subject;
  const retried = await target.ledger.retried(run.id);
  if (mappingInForce(run, retried, entity) !== subject.fingerprint) return only(mappingChanged(run, entity));
  const chunks = await target.ledger.findPlan(run.id, entity);
  const table = await target.table(subject.contract.table);
  if (chunks === null || table === null) return only(notLoaded(entity));
  const plan = planComparison(subject, level, table.primaryKey);
  const { columns } = plan.load;
  const reader = await target.reader({ runId: run.id, entity, table: plan.load.table, columns });
  try {
    const { source, signal, tally, openSpill } = comparing;
    const { skipped } = tally;
    const shared = isShared(entity, { sharers: subject.sharers, settings: run.settings, skipped });
    if (shared && !reader.tracked) return only(rowsNotTracked(entity));
    const canonical = canonicalRows(reader);
    const side = {
      plan,
      source,
      target,
      reader,
      canonical,
      runId: run.id,
      scn: run.scn,
      chunks,
      signal,
      openSpill,
    };
    const changes = (await target.ledger.changes(run.id)).filter((change) => change.entity === entity);
    const narrowed = narrowedColumns(plan.load, reader.kinds, table.columns);
    const otherwise = retriedByAnother(run, entity, retried[entity]);
    const full = { ...side, changes, narrowed, skipped };
    const loaded = await loadChecksums(full, level, otherwise);
    const expected = await openExpected({ ...full, checksums: loaded.pass });
    const byKeys = planComparison(subject, 'keys', table.primaryKey);
    const inTheWay = (): ReturnType<typeof rowsInTheWay> => rowsInTheWay({ ...side, byKeys });
    const sides: BothSides = { plan, expected, reader, canonical, shared, inTheWay, signal };
    const { findings, issues } = await compareSides(sides, subject, comparing);
    // The ledger has the changes of two mappings then, which one alone cannot count again.
    const told =
      otherwise.length === 0
        ? issues
        : issues.filter(({ code }) => code !== 'CHANGES_DIFFER' && code !== 'CHANGES_RENAMED');
    const undecided = rowsUndecided(entity, (await reader.owners()).s);
    return { findings, issues: [...otherwise, ...undecided, ...told, ...loaded.issues()] };
  } finally {
    await reader.close();
  }
}

/** Made again where every row is compared; `otherwise`: that several mappings have loaded rows. */
async function loadChecksums(
  side: Parameters<typeof openLoadChecksums>[0],
  level: ComparisonPlan['level'],
  otherwise: readonly Issue[],
): Promise<LoadChecksums> {
  if (level !== 'rows') return { pass: null, issues: () => [] };
  return openLoadChecksums(side, otherwise.length === 0 ? 'one mapping' : 'several mappings');
}

async function compareSides(
  sides: BothSides,
  { fingerprint }: ComparisonSubject,
  comparing: Comparing,
): Promise<EntityCompared> {
  const { plan } = sides;
  const sums = await sumBothSides(sides, bucketsFor(comparing.tally));
  const located = await locateDifferences(sides, sums);
  const figures = sums.tally.skipped + located.notInFigures > 0 ? [] : figurePairs(plan, sums);
  const byText = propertiesByText(plan, sides.reader);
  const comparison: EntityComparison = {
    ...summaryOf(plan, located, figures),
    expected: sums.expected.rows,
    skipped: sums.tally.skipped,
    sourceSince: await sourceSince(plan, comparing),
    ...(byText.length === 0 ? {} : { byText }),
  };
  const { differences } = located;
  const samples = sampleRows(plan, sums);
  const found = comparisonIssues(plan.entity, comparison, {
    ...sums.tally,
    refusedByRun: sides.expected.refusedByRun,
    run: comparing.run,
  });
  found.push(...(await accountIssues(sides, { comparison, sums, comparing })));
  return {
    findings: { entity: plan.entity, fingerprint, comparison, figures, samples, differences },
    issues: comparing.run.scn === null ? [noSnapshot(plan.entity), ...found] : found,
  };
}

interface AccountOf {
  readonly comparison: EntityComparison;
  readonly sums: { readonly expected: SideSums; readonly tally: ExpectedTally };
  readonly comparing: Comparing;
}

/** What the comparison has seen, against the ledger and against the rows of the table as the server counts them. */
async function accountIssues(
  { plan, reader, expected }: BothSides,
  { comparison, sums, comparing }: AccountOf,
): Promise<Issue[]> {
  const { tally: account, ofOneMoment, target, run } = comparing;
  const { entity } = plan;
  const rows = Object.values(await reader.owners()).reduce((sum, count) => sum + count, 0);
  // What was not looked into is not counted either, and is an error already.
  const ofTable = comparison.unlocated === null ? tableShort(entity, comparison, rows) : [];
  const looked = { looked: sums.expected.rows, skipped: sums.tally.skipped, account };
  if (ofOneMoment) return [...comparisonShort(entity, looked), ...ofTable];
  const loaded = await target.ledger.chunkChecksums(run.id, entity);
  const moved = await target.ledger.skipped(run.id, entity, NO_CHUNK);
  const isMoved = moved === null ? account.skipped > 0 : moved.later.length > 0;
  const accounts = { scn: run.scn, loaded, seen: sums.tally.chunks, rejectedOf: expected.rejectedOf, isMoved };
  return [...chunksShort(entity, accounts), ...ofTable];
}

/** Those among them whose values are compared at this level. */
function propertiesByText({ load }: ComparisonPlan, { kinds }: BothSides['reader']): string[] {
  return load.properties.filter((_, position) => kinds[position] === 'as-stored');
}

function summaryOf(
  plan: ComparisonPlan,
  { counts, columns, unlocated, differences, others }: Located,
  figures: readonly FigurePair[],
): Omit<EntityComparison, 'expected' | 'skipped' | 'sourceSince' | 'byText'> {
  return {
    level: plan.level,
    matchedBy: plan.matchedBy,
    counts,
    columns,
    unlocated,
    others,
    figuresDiffer: figures
      .filter(({ expected, actual }) => JSON.stringify(expected) !== JSON.stringify(actual))
      .map(({ property }) => property),
    examples: differences.slice(0, SAMPLES).map(({ kind, legacyKey, targetKey, properties }) => {
      return { kind, legacyKey, targetKey, properties };
    }),
  };
}

function only(issue: Issue): EntityCompared {
  return { findings: null, issues: [issue] };
}

function bucketsFor({ inserted, updated }: EntityTally): number {
  const wanted = 2 ** Math.ceil(Math.log2(Math.max(1, (inserted + updated) / ROWS_PER_BUCKET)));
  return Math.min(MOST_BUCKETS, Math.max(LEAST_BUCKETS, wanted));
}

/** Not asked where rows of others stand in for the run's own: they say nothing then. */
function figurePairs(
  plan: ComparisonPlan,
  { expected, actual }: { readonly expected: SideSums; readonly actual: SideSums },
): FigurePair[] {
  const here = actual.figures();
  return expected.figures().flatMap((figures, position) => {
    const there = here[position] ?? null;
    return figures === null && there === null
      ? []
      : [{ property: plan.load.properties[position] ?? '', expected: figures, actual: there }];
  });
}

function sampleRows(
  plan: ComparisonPlan,
  { expected, actual }: { readonly expected: SideSums; readonly actual: SideSums },
): EntityFindings['samples'] {
  return expected.samples.rows().map(({ place, row }) => {
    const partner = actual.samples.rows().find((other) => other.place === place)?.row;
    const pair = { expected: compactRow(row), actual: partner === undefined ? undefined : compactRow(partner) };
    return { values: row.map((_, position) => valuePair(plan, position, pair)) };
  });
}

/** Rows now against rows at the snapshot: what was inserted or deleted since does not reach the target. */
async function sourceSince(plan: ComparisonPlan, { source, run }: Comparing): Promise<EntityComparison['sourceSince']> {
  if (run.scn === null) return null;
  const then = await source.count({ plan: plan.read, scn: run.scn });
  const now = await source.count({ plan: plan.read, scn: null });
  return { atSnapshot: then.matching, now: now.matching };
}
