import { accountIssues } from '../core/checks/source-scope-issues';
import { grouped } from '../core/counted';
import type { Issue } from '../core/issues';
import type { LegacySource } from '../core/ports/legacy-source';
import type { EntityProgress, RunRecord } from '../core/run/run-record';
import type { Target } from '../core/ports/target';
import { isOfManyMoments } from '../core/run/snapshots';
import type { RowClaim, SourceAccount } from '../core/run/source-accounts';
import { isPending } from '../core/run/pending';
import { countSources, type SourceSurvey } from '../core/sources/survey-sources';

export interface SourceValidation {
  readonly accounts: readonly SourceAccount[];
  readonly issues: readonly Issue[];
}

interface SourcePorts {
  readonly source: LegacySource;
  readonly target: Target;
  /** Counts of entities at the run's SCN that were made for this validation. */
  readonly known: (entity: string) => { readonly matching: number; readonly total: number } | null;
}

/**
 * Counts again which mapping takes which rows of the legacy tables, and compares that with what the ledger has of the run: its account by
 * table and that of its entities. Rows and tables that nothing takes are errors where no reason is given.
 */
export async function validateSources(
  survey: SourceSurvey,
  { source, target, known }: SourcePorts,
  run: Pick<RunRecord, 'id' | 'scn' | 'state'>,
): Promise<SourceValidation> {
  const { id, scn } = run;
  const accounts = await countSources(survey, { source, scn, known });
  const saved = (await target.ledger.sources(id)) ?? [];
  const progress = await target.ledger.progress(id);
  const issues = [
    ...accountIssues(accounts, 'error'),
    ...accounts.flatMap((account) => [
      ...againstItself(account),
      ...againstLedger(account, saved),
      ...againstEntities(account, progress, run),
    ]),
  ];
  return { accounts, issues };
}

type Figure = readonly [what: string, inLedger: number, counted: number];

/** Each row of a table is counted once: a count that is wrong on both sides alike still does not add up. */
function againstItself(account: SourceAccount): Issue[] {
  if (account.rows === null) return [];
  const { total, once, leftByChoice, ofOthers, none } = account.rows;
  return differing(account, [['rows', total, once + leftByChoice + ofOthers + none]], 'by the sum of its parts');
}

/** Figures that depend on what is mapped are compared where the same is mapped. */
function againstLedger(account: SourceAccount, saved: readonly SourceAccount[]): Issue[] {
  const noted = saved.find(({ source, kind }) => source === account.source && kind === account.kind);
  if (noted === undefined || noted.rows === null || account.rows === null || noted.scn !== account.scn) return [];
  const isSame = claimNames(noted) === claimNames(account);
  const figures: Figure[] = [
    ['rows', noted.rows.total, account.rows.total],
    ...account.claims.flatMap((claim) => claimFigures(claim, noted.claims)),
    ...(isSame ? ([['rows that no mapping takes', noted.rows.none, account.rows.none]] as const) : []),
    ...(isSame ? ([['rows that the run loads', noted.rows.once, account.rows.once]] as const) : []),
    ...(isSame ? ([['rows that several mappings take', noted.rows.several, account.rows.several]] as const) : []),
  ];
  return differing(account, figures, 'by the account of the run');
}

function claimNames({ claims }: SourceAccount): string {
  return JSON.stringify(claims.map(({ entity, inRun }) => [entity, inRun]));
}

function claimFigures({ entity, taken, loaded }: RowClaim, noted: readonly RowClaim[]): Figure[] {
  const before = noted.find((claim) => claim.entity === entity && claim.inRun);
  if (before === undefined) return [];
  return [
    [`rows taken by ${entity}`, before.taken, taken],
    [`rows to be loaded by ${entity}`, before.loaded, loaded],
  ];
}

/** What the entities of the run have read is what their mappings take. */
function againstEntities(
  source: SourceAccount,
  progress: readonly EntityProgress[],
  run: Pick<RunRecord, 'state'>,
): Issue[] {
  const { rows, claims, scn } = source;
  if (rows === null) return [];
  const figures = claims.flatMap(({ entity, loaded, inRun }): Figure[] => {
    const account = progress.find((one) => one.entity === entity);
    if (!inRun || account === undefined || isPending(run, account)) return [];
    const { tally, snapshots, countedAt } = account;
    if (tally.source === null) return [];
    if (isOfManyMoments(snapshots) || countedAt !== scn) return [];
    return [[`rows read by ${entity}`, tally.read - tally.filtered, loaded]];
  });
  return differing(source, figures, 'by the account of the entity');
}

function differing({ source }: SourceAccount, figures: readonly Figure[], by: string): Issue[] {
  const wrong = figures.filter(([, inLedger, counted]) => inLedger !== counted);
  if (wrong.length === 0) return [];
  const texts = wrong.map(
    ([what, inLedger, counted]) => `${what}: ${grouped(inLedger)}, counted again ${grouped(counted)}`,
  );
  return [
    {
      code: 'SOURCE_ACCOUNT_DIFFERS',
      level: 'error',
      subject: source,
      message: `${by} ${texts.join('; ')}`,
      hint: 'Validate with the mappings of the run; if they are, the ledger was changed, or the run has read other rows than it should.',
    },
  ];
}
